#!/bin/sh
# usage: initramfs.sh ROOT OUT [INIT]
# Packs the directory ROOT, with INIT (build/ARCH/init unless said, of this computer) as its /init, into OUT: a cpio.gz for a boot loader.
# ROOT stays as it is, no root is needed to make OUT, and the same ROOT gives the same bytes.
# Environment:
#   OWNER=<UID:GID>    whose everything is in OUT. Unset: as root the owners are kept, else everything is root's.
#   AT=<PATH>          where INIT lies in OUT, /init unless set. Elsewhere, the /init of ROOT is kept: it execs AT.
#   SOURCE_DATE_EPOCH  the time of all files, 0 unless set
#   COMPRESS           the filter, gzip -9n unless set
# What a cpio can't hold is not in OUT: file capabilities, access control lists, and other extended attributes.
set -eu

fail() {
    printf 'initramfs.sh: %s\n' "$*" >&2
    exit 1
}

warn() {
    printf 'initramfs.sh: warning: %s\n' "$*" >&2
}

# cpio takes any number, and cuts it.
is_id() {
    case $1 in '' | *[!0-9]* | ???????????*) return 1 ;; esac
    [ "$1" -lt 4294967295 ] # That one is -1, which chown(2) takes for none.
}

is_owner() {
    case $1 in *:*) is_id "${1%%:*}" && is_id "${1#*:}" ;; *) return 1 ;; esac
}

exists() {
    [ -e "$1" ] || [ -L "$1" ]
}

# Whether $1 is a directory below root/: a link may lead out of it, to one of this machine.
is_within() {
    (cd -P ./root && top=$PWD && cd -P "./$1" && case $PWD/ in "$top"/*) ;; *) exit 1 ;; esac) 2>/dev/null
}

if [ $# -lt 2 ] || [ -z "$1" ] || [ -z "$2" ]; then
    fail "usage: initramfs.sh ROOT OUT [INIT], or make initramfs ROOT=<DIR> OUT=<FILE> [OWNER=<UID:GID>] [AT=<PATH>]"
fi
root=$1 out=$2 init=${3:-${INIT:-$(dirname "$0")/build/$(uname -m)/init}}
owner=${OWNER:-} at=${AT:-/init}

[ -d "$root" ] || fail "ROOT=$root is no directory"
[ -d "$(dirname "$out")" ] || fail "OUT=$out: there is no directory $(dirname "$out")"
[ ! -d "$out" ] || fail "OUT=$out is a directory"
[ -f "$init" ] || fail "there is no $init, run make first"
[ -z "$owner" ] || is_owner "$owner" || fail "OWNER=$owner is not UID:GID, two numbers"
case $at in /*/ | /*/. | /*/.. | / | /. | /.. | [!/]*) fail "AT=$at is not the absolute path of a file" ;; esac
command -v cpio >/dev/null || fail "cpio is missing: apt-get install cpio"

if [ "$(id -u)" != 0 ]; then
    node=$(find "$root/." \( -type b -o -type c \) -printf '/%P' -quit 2>/dev/null) || true # cp tells of errors.
    [ -z "$node" ] || fail "$node in $root is a device node, which only root can copy"
    [ -n "$owner" ] ||
        warn "everything is root's in $out: only root can keep the owners; OWNER=0:0 says the same without this line"
    owner=${owner:-0:0}
fi
[ -x "$root/etc/boot" ] || [ -L "$root/etc/boot" ] ||
    warn "$root has no executable etc/boot, which is what PID 1 runs"
if [ -z "${AT:-}" ] && exists "$root/init" && ! cmp -s "$init" "$root/init"; then
    warn "$root has an /init of its own, replaced in $out: AT=<PATH> keeps it, AT=/init says the same without this line"
fi

preserve=mode,links
[ -n "$owner" ] || preserve=$preserve,ownership
work=$(mktemp -d "$out.XXXXXX")
trap 'chmod -R u+rwx "$work" && rm -rf "$work"' EXIT # In a directory that is read-only nothing can be removed.
trap 'exit 1' HUP INT TERM

# ROOT stays as it is: times and /init are changed in a copy.
cp -RP --preserve=$preserve "$root/." "$work/root" || fail "$root can't be copied"
chmod 00755 "$work/root" # It is the machine's /, open to all, however closed the directory is that it was made in.
(cd "$work" && is_within "${at%/*}") || fail "AT=$at: ${at%/*}/ is no directory in $root, or a link out of it"
[ ! -d "$work/root$at" ] || [ -L "$work/root$at" ] || fail "AT=$at is a directory in $root"
cp "$init" "$work/init" || fail "$init can't be copied"
chmod 755 "$work/init"
[ -n "$owner" ] || chown 0:0 "$work/root" "$work/init"
mv -fT "$work/init" "$work/root$at" # Not through a link that ROOT may have there.
[ -x "$work/root/init" ] || [ -L "$work/root/init" ] ||
    warn "$root has no executable init: the kernel starts $at only with rdinit=$at"
find "$work/root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +

# Sorted, a directory comes before what is in it. A pipe hides its first part's exit status, so there is none.
(cd "$work/root" && find . -print0 | LC_ALL=C sort -z >../names)
(cd "$work/root" && cpio --null --create --format=newc ${owner:+--owner="$owner"} --reproducible --quiet \
    <../names >../cpio) || fail "$root can't be packed"
${COMPRESS:-gzip -9n} <"$work/cpio" >"$work/out" || fail "$out can't be compressed"
mv -f "$work/out" "$out"

#!/bin/sh
# usage: initramfs.sh ROOT OUT [INIT]
# Packs the directory ROOT, with INIT (build/init unless said) as its /init, into OUT: a cpio.gz for a boot loader.
# Everything belongs to root in it, no root is needed to make it, and the same ROOT gives the same bytes.
# Environment: SOURCE_DATE_EPOCH, the time of all files, 0 unless set; COMPRESS, the filter, gzip -9n unless set.
set -eu

fail() {
    printf 'initramfs.sh: %s\n' "$*" >&2
    exit 1
}

if [ $# -lt 2 ] || [ -z "$1" ] || [ -z "$2" ]; then
    fail "usage: initramfs.sh ROOT OUT [INIT], or make initramfs ROOT=<DIR> OUT=<FILE>"
fi
root=$1 out=$2 init=${3:-${INIT:-$(dirname "$0")/build/init}}

[ -d "$root" ] || fail "ROOT=$root is no directory"
[ -d "$(dirname "$out")" ] || fail "OUT=$out: there is no directory $(dirname "$out")"
[ ! -d "$out" ] || fail "OUT=$out is a directory"
[ -f "$init" ] || fail "there is no $init, run make first"
command -v cpio >/dev/null || fail "cpio is missing: apt-get install cpio"
[ -x "$root/etc/boot" ] || [ -L "$root/etc/boot" ] ||
    echo "initramfs.sh: warning: $root has no executable etc/boot, which is what /init runs" >&2

work=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# ROOT stays as it is: times and /init are changed in a copy. Owners need no copying, cpio writes 0:0.
cp -RP --preserve=mode,links "$root/." "$work/root" || fail "$root can't be copied"
cp "$init" "$work/init"
mv -fT "$work/init" "$work/root/init" # Not through a link that ROOT may have there.
chmod 755 "$work/root/init"
chmod 755 "$work/root" # It is the machine's /, open to all, however closed the directory is that it was made in.
find "$work/root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +

# Sorted, a directory comes before what is in it. A pipe hides its first part's exit status, so there is none.
(cd "$work/root" && find . -print0 | LC_ALL=C sort -z >../names)
(cd "$work/root" && cpio --null --create --format=newc --owner=0:0 --reproducible --quiet <../names >../cpio) ||
    fail "$root can't be packed"
${COMPRESS:-gzip -9n} <"$work/cpio" >"$work/out" || fail "$out can't be compressed"
mv -f "$work/out" "$out"

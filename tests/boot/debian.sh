#!/bin/sh
# usage: debian.sh OUT
# Makes OUT, an image of an ext4 file system with a small Debian: systemd, udev, and root without a password. It is of
# this computer's release, from the mirrors that apt has here. Wants to be root.
set -eu

out=$1
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
work=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
    printf 'debian.sh: %s\n' "$*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "only root can make the root of a Debian"
echo "debian.sh: making a Debian $release to boot, once; it takes some minutes"
# Left alone, mmdebstrap would take Debian's own mirror, which not everybody can reach.
sources=$(grep -lsw "$release" /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources || true)
# shellcheck disable=SC2086 # a word each
mmdebstrap --variant=minbase --include=systemd-sysv,udev --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    "$release" "$work/root" $sources >"$work/log" 2>&1 || fail "mmdebstrap failed, offline? $(tail -n 3 "$work/log")"
echo wasinit >"$work/root/etc/hostname"
chroot "$work/root" passwd --quiet --delete root
mkfs.ext4 -q -d "$work/root" "$work/image" 400M
mv "$work/image" "$out"

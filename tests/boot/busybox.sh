#!/bin/sh
# usage: busybox.sh ROOT
# Puts a static busybox into ROOT/bin, with a link for each of its commands: BUSYBOX, or for this computer's architecture
# the one in PATH, or that of Debian's package for the architecture ARCH.
set -eu

here=$(dirname "$0")
arch=${ARCH:-$(uname -m)}

fail() {
    printf 'busybox.sh: %s\n' "$*" >&2
    exit 1
}

if [ -n "${BUSYBOX:-}" ]; then
    busybox=$BUSYBOX
elif [ "$arch" = "$(uname -m)" ]; then
    busybox=$(command -v busybox) || fail "busybox is missing: apt-get install busybox-static"
else
    "$here/../../cross/packages.sh" "$arch" busybox-static >&2
    busybox=$(find "$here/../../build/$arch/packages/busybox-static" -path '*/bin/busybox')
fi
# The dynamic one of the package busybox would find no C library in the initramfs.
! readelf -l "$busybox" | grep -q INTERP || fail "$busybox is not static: apt-get install busybox-static"

emulator=
[ "$arch" = "$(uname -m)" ] || emulator=qemu-$arch # of the package qemu-user

mkdir -p "$1/bin"
cp "$busybox" "$1/bin/busybox"
for command in $($emulator "$busybox" --list); do
    [ "$command" = busybox ] || ln -sf busybox "$1/bin/$command"
done

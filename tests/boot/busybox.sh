#!/bin/sh
# usage: busybox.sh ROOT
# Puts a static busybox (BUSYBOX, or the one in PATH) into ROOT/bin, with a link for each of its commands.
set -eu

fail() {
    printf 'busybox.sh: %s\n' "$*" >&2
    exit 1
}

busybox=${BUSYBOX:-$(command -v busybox || true)}
[ -n "$busybox" ] || fail "busybox is missing: apt-get install busybox-static"
# The dynamic one of the package busybox would find no C library in the initramfs.
! ldd "$busybox" >/dev/null 2>&1 || fail "$busybox is not static: apt-get install busybox-static"

mkdir -p "$1/bin"
cp "$busybox" "$1/bin/busybox"
for command in $("$busybox" --list); do
    [ "$command" = busybox ] || ln -sf busybox "$1/bin/$command"
done

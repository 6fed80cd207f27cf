#!/bin/sh
# Gets the manual pages of Linux's system calls from Debian's package manpages-dev, and does not install them: the
# sweep reads there how each call can fail. Leaves them in build/manual.
set -eu
dir=build/manual
if [ -d "$dir" ]; then
    touch "$dir" # For make, when this script is newer.
    exit 0
fi

fail() {
    printf 'manual.sh: %s\n' "$*" >&2
    exit 1
}

work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# As root, apt-get would drop to a user who can't write here.
download() {
    (cd "$work" && apt-get download -q -o APT::Sandbox::User=root manpages-dev >apt.log 2>&1)
}

echo "manual.sh: getting the manual pages from Debian's package manpages-dev; nothing is installed"
download || { apt-get update -q >"$work/apt.log" 2>&1 && download; } ||
    fail "apt-get download manpages-dev failed, offline? $(tail -n 3 "$work/apt.log")"
dpkg-deb -x "$work"/*.deb "$work/root" || fail "the package can't be unpacked: disk full?"
mv "$work/root/usr/share/man" "$dir"

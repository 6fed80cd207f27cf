#!/bin/sh
# usage: packages.sh DIR PACKAGE...
# Gets Debian's packages, unpacked into DIR/PACKAGE and not installed. One that is there is left as it is.
set -eu

fail() {
    printf 'packages.sh: %s\n' "$*" >&2
    exit 1
}

# As root, apt-get would drop to a user who can't write here.
download() {
    (cd "$work" && apt-get download -q -o APT::Sandbox::User=root "$1" >apt.log 2>&1)
}

get() {
    echo "packages.sh: getting Debian's package $1; nothing is installed"
    if ! download "$1"; then
        echo "packages.sh: the package lists are missing or old: apt-get update"
        apt-get update -q >"$work/apt.log" 2>&1 ||
            fail "apt-get update failed, not root or offline? $(tail -n 3 "$work/apt.log")"
        download "$1" || fail "apt-get download $1 failed, offline? $(tail -n 3 "$work/apt.log")"
    fi
    dpkg-deb -x "$work/$1"_*.deb "$work/$1" || fail "the package $1 can't be unpacked: disk full?"
    dpkg-deb -f "$work/$1"_*.deb Version >"$work/$1/version"
    dpkg-deb -f "$work/$1"_*.deb Depends >"$work/$1/depends"
    mv "$work/$1" "$dir/$1" # Last: its presence says that all is done.
}

[ $# -ge 2 ] || fail "usage: packages.sh DIR PACKAGE..."
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "there is no apt-get or dpkg-deb: this takes Debian"
dir=$1
shift
mkdir -p "$dir"
work=$(mktemp -d "$dir/.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

for package; do
    [ -d "$dir/$package" ] || get "$package"
done

#!/bin/sh
# usage: packages.sh ARCH PACKAGE...
# Gets Debian's packages for an architecture, unpacked into build/ARCH/packages/PACKAGE and not installed. One that is there
# is left as it is. Those of another architecture than this computer's come by an apt that knows no other and has its
# lists in build/ARCH/apt, so that the computer's own is left as it is. They are of this computer's release if that has
# the architecture. WASINIT_BUILD=<DIR> takes the place of build/.
set -eu
cd "$(dirname "$0")/.."

fail() {
    printf 'packages.sh: %s\n' "$*" >&2
    exit 1
}

[ $# -ge 2 ] || fail "usage: packages.sh ARCH PACKAGE..."
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "there is no apt-get or dpkg-deb: this takes Debian"
case $1 in
x86_64) debian=amd64 ;;
aarch64) debian=arm64 ;;
riscv64) debian=riscv64 ;;
*) fail "Debian's name for the architecture $1 is not known here" ;;
esac
mkdir -p "${WASINIT_BUILD:-build}/$1/packages"
build=$(cd "${WASINIT_BUILD:-build}/$1" && pwd)
dir=$build/packages
apt=$build/apt
shift

# The release, the mirror and the key that apt takes here. riscv64 is in Debian since its release 13.
make_apt() {
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    suite=$release
    [ "$debian-$release" != riscv64-bookworm ] || suite=trixie
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' "Release: $release" | head -n 1)
    [ -n "$mirror" ] || fail "apt has no mirror of Debian $release here"
    key=$(find /usr/share/keyrings -name 'debian-archive-keyring.[gp]*' | head -n 1)
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$mirror" "$suite" "$key" >"$apt/debian.sources"
    cat >"$apt/apt.conf" <<EOF
APT::Architecture "$debian";
APT::Architectures { "$debian"; };
Acquire::Languages "none";
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::SourceList "$apt/debian.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
EOF
}

if [ "$debian" != "$(dpkg --print-architecture)" ]; then
    [ -f "$apt/apt.conf" ] || make_apt
    export APT_CONFIG="$apt/apt.conf"
fi

# As root, apt-get would drop to a user who can't write here.
apt_get() {
    apt-get -q -o APT::Sandbox::User=root "$@" >"$work/apt.log" 2>&1
}

download() {
    (cd "$work" && apt_get download "$1")
}

get() {
    echo "packages.sh: getting Debian's package $1 for $debian; nothing is installed"
    if ! download "$1"; then
        echo "packages.sh: the package lists are missing or old: apt-get update"
        apt_get update || fail "apt-get update failed, not root or offline? $(tail -n 3 "$work/apt.log")"
        download "$1" || fail "apt-get download $1 failed, offline? $(tail -n 3 "$work/apt.log")"
    fi
    dpkg-deb -x "$work/$1"_*.deb "$work/$1" || fail "the package $1 can't be unpacked: disk full?"
    dpkg-deb -f "$work/$1"_*.deb Version >"$work/$1/version"
    dpkg-deb -f "$work/$1"_*.deb Depends >"$work/$1/depends"
    mv "$work/$1" "$dir/$1" # Last: its presence says that all is done.
}

work=$(mktemp -d "$dir/.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

for package; do
    [ -d "$dir/$package" ] || get "$package"
done

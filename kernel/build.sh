#!/bin/sh
# usage: build.sh ARCH OUT [FRAGMENT...]
# Builds the smallest kernel for x86_64, aarch64 or riscv64, from the sources that Debian packages: tinyconfig, the
# options of kernel/config, of kernel/ARCH.config and of the FRAGMENTs, of which the last counts, and no others.
# CONFIG in the environment names another file than kernel/config.
# Leaves in OUT: vmlinuz, which boots; kernel, which kexec takes; config; release; and an empty modules/, as all is built in.
# The same sources, options and compiler make the same bytes, wherever it is built.
# Environment: LINUX, the directory with the sources and objects, build/linux unless set; JOBS; LINUX_SOURCE, the package.
set -eu

here=$(dirname "$0")
linux=${LINUX:-build/linux}
package=${LINUX_SOURCE:-linux-source}

fail() {
    printf 'build.sh: %s\n' "$*" >&2
    exit 1
}

[ $# -ge 2 ] || fail "usage: build.sh ARCH OUT [FRAGMENT...]"
arch=$1
out=$2
shift 2
case $arch in
x86_64) name=x86_64 target=bzImage image=arch/x86/boot/bzImage ;;
aarch64) name=arm64 target=Image image=arch/arm64/boot/Image ;;
riscv64) name=riscv target=Image image=arch/riscv/boot/Image ;;
*) fail "there is no architecture $arch: x86_64, aarch64 or riscv64" ;;
esac
cross=
[ "$arch" = "$(uname -m)" ] || cross=$arch-linux-gnu-

# need COMMAND PACKAGE
need() {
    command -v "$1" >/dev/null || fail "no $1: as root, apt-get install $2"
}
need make make
need flex flex
need bison bison
need bc bc
need xz xz-utils
need gcc "gcc libc6-dev" # for programs that the build runs
[ -z "$cross" ] || need "${cross}gcc" "gcc-${cross%-}"
[ "$arch" != x86_64 ] || echo '#include <gelf.h>' | gcc -E -x c - >/dev/null 2>&1 ||
    fail "no gelf.h: as root, apt-get install libelf-dev"

mkdir -p "$linux" "$out"
linux=$(cd "$linux" && pwd)
out=$(cd "$out" && pwd)

# --- the sources ----------------------------------------------------------------------------------------------------

get_sources() {
    machine=$(uname -m)
    packages=$here/../build/$machine/packages
    # The package of that name is empty and depends on the one with the version in its name.
    "$here/../cross/packages.sh" "$machine" "$package" || fail "there is no $package"
    real=$(sed -n 's/.*\(linux-source-[0-9.]*\).*/\1/p' "$packages/$package/depends")
    real=${real:-$package}
    "$here/../cross/packages.sh" "$machine" "$real" || fail "there is no $real"
    work=$(mktemp -d "$linux/.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    tar -xJf "$packages/$real"/usr/src/*.tar.xz -C "$work" --strip-components=1 || fail "no room for the sources?"
    cp "$packages/$real/version" "$work/debian-version"
    touch -r "$packages/$real"/usr/src/*.tar.xz "$work/debian-version" # When they were packaged.
    chmod 755 "$work"
    mv "$work" "$linux/source" # Last: its presence says that all is done.
    rm -rf "${packages:?}/$package" "${packages:?}/$real"
}

exec 9>"$linux/lock"
flock 9
[ -d "$linux/source" ] || get_sources

# --- the options ----------------------------------------------------------------------------------------------------

set -- "${CONFIG:-$here/config}" "$here/$arch.config" "$@"
asked=$(sed 's/[[:blank:]][[:blank:]]*#.*//' "$@" | grep -E '^(CONFIG_|# CONFIG_.* is not set)')
version=$(cat "$linux/source/debian-version")
made="Linux $version, $("${cross}gcc" --version | head -n 1)
$asked"

exit_if_made() {
    [ -f "$out/vmlinuz" ] && [ "$(cat "$out/made" 2>/dev/null)" = "$made" ] || return 0
    touch "$out/vmlinuz" # For make, when this script is newer.
    exit 0
}

exit_if_made
exec 9>"$linux/$arch.lock" # Kernels for one architecture share their objects.
flock 9
exit_if_made
rm -f "$out/vmlinuz" "$out/made"

# $ARCH, $CC and so on mean something else to the caller, and what make was called with is in its environment.
build() {
    env -i PATH="$PATH" HOME="${HOME:-/}" LC_ALL=C KBUILD_BUILD_TIMESTAMP="$(LC_ALL=C date -u -r "$linux/source/debian-version")" \
        KBUILD_BUILD_USER=wasinit KBUILD_BUILD_HOST=wasinit KBUILD_BUILD_VERSION=1 KCONFIG_ALLCONFIG="$objects.asked" \
        make -s -C "$linux/source" O="$objects" ARCH="$name" CROSS_COMPILE="$cross" "$@" >"$objects.log" 2>&1 || {
        tail -n 20 "$objects.log"
        fail "can't build $1 for $arch"
    }
}

# Prints each option that is asked for and is not in the file as it should be.
missing() {
    echo "$asked" | awk '
        /^CONFIG_[A-Z0-9_]+=/ { at = index($0, "="); option = substr($0, 1, at - 1); value = substr($0, at + 1) }
        /^# CONFIG_[A-Z0-9_]+ is not set$/ { option = $2; value = "n" }
        option && FILENAME == "-" { asked[option] = value }
        option && FILENAME != "-" { has[option] = value }
        { option = "" }
        END { for (o in asked) if (asked[o] != (o in has ? has[o] : "n")) print o "=" asked[o] }' - "$1" | sort
}

objects=$linux/$arch
mkdir -p "$objects"
# What tinyconfig leaves out stays out, as does what is only to be had with an option that is asked for.
: >"$objects.asked"
build tinyconfig
{ cat "$objects/.config"; echo "$asked"; } >"$objects.asked"
build allnoconfig
lacking=$(missing "$objects/.config")
[ -z "$lacking" ] || fail "Linux $version for $arch can't have what is asked for:" $lacking

# --- the kernel -----------------------------------------------------------------------------------------------------

echo "build.sh: building Linux $version for $arch"
build -j"${JOBS:-$(nproc)}" "$target"
mkdir -p "$out/modules"
cp "$objects/.config" "$out/config"
cp "$objects/include/config/kernel.release" "$out/release"
rm -f "$out/kernel"
case $arch in
riscv64) "${cross}strip" -o "$out/kernel" "$objects/vmlinux" ;; # Linux 6.1 kexecs nothing else there.
*) cp "$objects/$image" "$out/kernel" ;;
esac
echo "$made" >"$out/made"
cp "$objects/$image" "$out/.vmlinuz"
mv "$out/.vmlinuz" "$out/vmlinuz" # Last: its presence says that all is done.
ls -l "$out/vmlinuz"

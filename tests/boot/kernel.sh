#!/bin/sh
# usage: kernel.sh ARCH [DIR]
# Gets the kernel that the boot tests and `make run` use: Debian's smallest one that QEMU can boot, unpacked from its
# package and not installed. Leaves vmlinuz, config, release, and modules/ with the drivers that tests need, in the
# directory given, build/ARCH/kernel unless said. WASINIT_BUILD=<DIR> takes the place of build/.
set -eu
cd "$(dirname "$0")/../.."

arch=$1
build=${WASINIT_BUILD:-build}
dir=${2:-$build/$arch/kernel}
packages=$build/$arch/packages
modules="virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk loop overlay
crc16 crc32c_generic mbcache jbd2 ext4 virtio_mmio failover net_failover virtio_net button evdev vsock
vmw_vsock_virtio_transport_common vsock_loopback softdog"
case $arch in
x86_64) package=linux-image-cloud-amd64 ;;
aarch64) package=linux-image-cloud-arm64 ;;
*) package=linux-image-$arch ;;
esac
package=${KERNEL_PACKAGE:-$package}

fail() {
    printf 'kernel.sh: %s\n' "$*" >&2
    echo "kernel.sh: to use a kernel of your own, set KERNEL=<path of its image>" >&2
    exit 1
}

if [ -f "$dir/vmlinuz" ] && [ -f "$dir/release" ] && [ "$(cat "$dir/modules/list" 2>/dev/null)" = "$modules" ]; then
    touch -c "$dir/vmlinuz" # For make, when this script is newer.
    exit 0
fi

# The package of that name is empty and depends on the one with the version in its name.
cross/packages.sh "$arch" "$package" || fail "there is no $package"
real=$(sed -n 's/.*\(linux-image-[0-9][^ ,]*\).*/\1/p' "$packages/$package/depends")
cross/packages.sh "$arch" "$real" || fail "there is no $real"
root=$packages/$real

rm -rf "$dir/vmlinuz" "$dir/modules" # They have to be of one build.
mkdir -p "$dir/modules"
for module in $modules; do # None is no error: it is built in.
    find "$root" -name "$module.ko*" -exec mv -t "$dir/modules" {} +
done
case $(ls "$dir/modules") in *.xz*) # busybox may not be able to.
    unxz "$dir"/modules/*.xz || fail "the modules can't be decompressed: apt-get install xz-utils" ;;
esac
echo "$modules" >"$dir/modules/list"
mv "$root"/boot/config-* "$dir/config"
echo "${real#linux-image-}" >"$dir/release"
touch "$root"/boot/vmlinu[xz]-* # For make: its own time is that of the package.
mv "$root"/boot/vmlinu[xz]-* "$dir/vmlinuz" # Last: its presence says that all is done.
rm -rf "${packages:?}/$package" "$root"
echo "kernel.sh: $real is unpacked in $dir"

#!/bin/sh
# Gets the kernel that the boot tests and `make run` use: Debian's cloud kernel, unpacked from its package and not
# installed. Leaves vmlinuz, config, and modules/ with the drivers that tests need, in the directory given, build/kernel
# unless said.
set -eu

dir=${1:-build/kernel}
modules="virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk loop overlay
virtio_mmio failover net_failover virtio_net button evdev"
arch=$(dpkg --print-architecture)
package=${KERNEL_PACKAGE:-linux-image-cloud-$arch}

fail() {
    printf 'kernel.sh: %s\n' "$*" >&2
    echo "kernel.sh: to use a kernel of your own, set KERNEL=<path of a bzImage>" >&2
    exit 1
}

# The package of that name is empty and depends on the one with the version in its name.
resolve() {
    apt-cache depends --important "$package" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1
}

# As root, apt-get would drop to a user who can't write here.
download() {
    (cd "$work" && apt-get download -q -o APT::Sandbox::User=root "$(resolve)" >apt.log 2>&1)
}

if [ -f "$dir/vmlinuz" ] && [ -f "$dir/config" ] && [ "$(cat "$dir/modules/list" 2>/dev/null)" = "$modules" ]; then
    touch -c "$dir/vmlinuz" # For make, when this script is newer.
    exit 0
fi

mkdir -p "$(dirname "$dir")"
work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "kernel.sh: getting the kernel from Debian's package $package; nothing is installed"
if [ -z "$(resolve)" ] || ! download; then
    echo "kernel.sh: the package lists are missing or old: apt-get update"
    apt-get update -q >"$work/apt.log" 2>&1 || fail "apt-get update failed: $(tail -n 3 "$work/apt.log")"
    [ -n "$(resolve)" ] || fail "apt knows no package $package, offline? $(tail -n 3 "$work/apt.log")"
    download || fail "apt-get download $(resolve) failed, offline? $(tail -n 3 "$work/apt.log")"
fi

deb=$(echo "$work"/*.deb)
dpkg-deb -x "$deb" "$work/root" || fail "the package can't be unpacked: disk full?"
rm -rf "$dir/vmlinuz" "$dir/modules" # They have to be of one build.
mkdir -p "$dir/modules"
for module in $modules; do # None is no error: it is built in.
    find "$work/root" -name "$module.ko*" -exec mv -t "$dir/modules" {} +
done
case $(ls "$dir/modules") in *.xz*) # busybox may not be able to.
    unxz "$dir"/modules/*.xz || fail "the modules can't be decompressed: apt-get install xz-utils" ;;
esac
echo "$modules" >"$dir/modules/list"
mv "$work"/root/boot/config-* "$dir/config"
touch "$work"/root/boot/vmlinuz-* # For make: its own time is that of the package.
mv "$work"/root/boot/vmlinuz-* "$dir/vmlinuz" # Last: its presence says that all is done.
echo "kernel.sh: $(basename "$deb") is unpacked in $dir"

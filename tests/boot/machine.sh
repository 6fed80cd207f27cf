#!/bin/sh
# usage: machine.sh [console]
# Prints the arguments with which QEMU is a machine of the architecture ARCH, this computer's unless said; or the name of
# such a machine's console. The accelerator is ACCEL if set, else kvm if the kernel runs on it, else tcg.
# A /dev/kvm that opens proves nothing: where virtualization nests badly, QEMU and even its BIOS run on it, and the
# kernel never comes. So the kernel is tried, once in each life of this computer: without a root it has to panic.
set -eu

arch=${ARCH:-$(uname -m)}
cache=build/accel
life=$(cat /proc/sys/kernel/random/boot_id)

# A model that emulates quickly; on KVM there is but that of this computer.
arguments() {
    case $arch-$1 in
    x86_64-*) echo "-accel $1" ;;
    aarch64-kvm) echo "-accel kvm -M virt,gic-version=host -cpu host" ;;
    aarch64-*) echo "-accel $1 -M virt -cpu cortex-a57" ;;
    riscv64-kvm) echo "-accel kvm -M virt -cpu host" ;;
    riscv64-*) echo "-accel $1 -M virt" ;;
    esac
}

console() {
    case $arch in
    aarch64) echo ttyAMA0 ;;
    *) echo ttyS0 ;;
    esac
}

# shellcheck disable=SC2046 # a word each
runs_on_kvm() {
    [ "$arch" = "$(uname -m)" ] && [ -w /dev/kvm ] && timeout 4 "${QEMU:-qemu-system-$arch}" $(arguments kvm) -m 256 \
        -nodefaults -no-reboot -display none -serial stdio -kernel "${KERNEL:-build/$arch/kernel/vmlinuz}" \
        -append "console=$(console) panic=-1" </dev/null 2>/dev/null | grep -q "Kernel panic"
}

accel() {
    [ "$arch" = "$(uname -m)" ] || {
        echo tcg
        return
    }
    if ! grep -q "^$life" "$cache" 2>/dev/null; then
        mkdir -p "$(dirname "$cache")"
        if runs_on_kvm; then echo "$life kvm"; else echo "$life tcg"; fi >"$cache"
    fi
    sed 's/.* //' "$cache"
}

case ${1:-} in
console) console ;;
*) arguments "${ACCEL:-$(accel)}" ;;
esac

#!/bin/sh
# Prints the accelerator that QEMU is to use here: ACCEL if set, else kvm if the kernel runs on it, else tcg.
# A /dev/kvm that opens proves nothing: where virtualization nests badly, QEMU and even its BIOS run on it, and the
# kernel never comes. So the kernel is tried, once in each life of this computer: without a root it has to panic.
set -eu

cache=${1:-build/accel}
life=$(cat /proc/sys/kernel/random/boot_id)

runs_on_kvm() {
    [ -w /dev/kvm ] && timeout 4 "${QEMU:-qemu-system-x86_64}" -accel kvm -m 256 -nodefaults -no-reboot -display none \
        -serial stdio -kernel "${KERNEL:-build/kernel/vmlinuz}" -append "console=ttyS0 panic=-1" \
        </dev/null 2>/dev/null | grep -q "Kernel panic"
}

if [ -n "${ACCEL:-}" ]; then
    echo "$ACCEL"
elif grep -q "^$life" "$cache" 2>/dev/null; then
    sed 's/.* //' "$cache"
else
    if runs_on_kvm; then accel=kvm; else accel=tcg; fi
    mkdir -p "$(dirname "$cache")"
    echo "$life $accel" >"$cache"
    echo "$accel"
fi

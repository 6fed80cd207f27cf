#!/bin/sh
# usage: run.sh [DIR]
# Boots a machine with busybox and the files of DIR (demo/ unless said) on this terminal. Without a terminal it has to
# run its stages and power off in time, and that it did is the exit status.
# Environment: ARCH, this computer's unless set; KERNEL, QEMU, ACCEL, INIT, BUSYBOX to use others; SECONDS_TO_RUN, 120
# unless set.
set -eu

here=$(dirname "$0")
files=${1:-$here/demo}
arch=${ARCH:-$(uname -m)}
kernel=${KERNEL:-build/$arch/kernel/vmlinuz}
console=$("$here/machine.sh" console)
seconds=${SECONDS_TO_RUN:-120}

mkdir -p build
work=$(mktemp -d build/run.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

cp -R "$files" "$work/root"
"$here/busybox.sh" "$work/root"
OWNER=0:0 COMPRESS='gzip -1n' "$here/../../initramfs.sh" "$work/root" "$work/initramfs.gz" \
    "${INIT:-build/$arch/init}"

# shellcheck disable=SC2046 # a word each
set -- "${QEMU:-qemu-system-$arch}" $("$here/machine.sh") -m 256 -nodefaults -display none \
    -kernel "$kernel" -initrd "$work/initramfs.gz"

if [ -t 0 ]; then
    "$@" -append "console=$console" -serial mon:stdio
    exit
fi

timeout "$seconds" "$@" -no-reboot -append "console=$console panic=-1 demo=once" \
    -chardev "stdio,id=console,logfile=$work/log" -serial chardev:console </dev/null || {
    echo "run.sh: the machine did not end in $seconds s, or QEMU failed" >&2
    exit 1
}
# QEMU's exit status tells nothing of what happened in the machine.
for line in 'init: running /etc/boot' 'init: /etc/boot exited with status 0' 'reboot: Power down'; do
    grep -q "$line" "$work/log" || {
        echo "run.sh: the machine's log lacks the line '$line'" >&2
        exit 1
    }
done

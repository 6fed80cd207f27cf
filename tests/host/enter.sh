#!/bin/sh
# PID 1 of new namespaces becomes /init: makes a small root on a tmpfs, and goes on as /init in it.
# usage: enter.sh ROOT OUT ARGUMENT...
# ROOT: an empty directory. OUT: what is shared with the test, /out in there: `init` is what becomes /init, `root` is
# copied into the root, `environment` has what the kernel gives, `kmsg` and `console` are what is read and written as those devices.
set -eu
root=$1 out=$2 busybox=$(command -v busybox)
shift 2

mount -t tmpfs -o mode=0755 none "$root"
cd "$root"
mkdir bin dev etc out proc sys tmp
cp "$busybox" bin/busybox
for applet in sh cat echo grep kill ls mount readlink setsid sleep touch tr true wc; do
	ln -s busybox "bin/$applet"
done
cp "$out/init" init
cp -R "$out/root/." .

# A user namespace can't mount devtmpfs: what /init finds in /dev is this.
mount --bind "$out" out
for device in null zero kmsg console; do
	: >"dev/$device"
done
mount --bind /dev/null dev/null
mount --bind /dev/zero dev/zero
mount --bind "$out/kmsg" dev/kmsg
mount --bind "$out/console" dev/console

# Its root is this machine's: what /init asks of the kernel there must not come to pass.
mount -t proc -o nosuid,nodev,noexec none proc
if [ -e proc/sysrq-trigger ]; then
	: >"$out/sysrq"
	mount --bind "$out/sysrq" proc/sysrq-trigger
fi

# What runs /init if it is of another architecture.
test -z "${EMULATOR:-}" || cp "$(command -v "$EMULATOR")" emulator

# A host with sanitizers is no static program, nor need an emulator be.
if test "${SANITIZE:-}${EMULATOR:-}"; then
	ldd ${EMULATOR:+./emulator} init 2>/dev/null | grep -o '[[:space:]]/[^ ]*' | while read -r library; do
		mkdir -p ".${library%/*}"
		cp "$library" ".$library"
	done
fi

trap '' PIPE # Who starts /init may ignore signals; what it starts must not.
# shellcheck disable=SC2046 # The variables that the kernel would have given to /init, a word each.
exec env -i $(cat "$out/environment") "$busybox" chroot . ${EMULATOR:+/emulator} /init "$@"

#!/bin/sh
# usage: enter.sh ROOT COMMAND...
# PID 1 of new namespaces runs a command in ROOT, as a system's that has been booted. It is no chroot: in one, no user
# namespace can be made, and tests that take one would be skipped.
set -eu

root=$1
shift

mount --bind "$root" "$root"
cd "$root"
mount -t proc -o nosuid,nodev,noexec none proc
mount -t sysfs -o nosuid,nodev,noexec none sys
mount -t tmpfs -o nosuid,mode=0755 none dev
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,nosuid,noexec,gid=5,mode=620,ptmxmode=666 none dev/pts
mount -t tmpfs -o nosuid,nodev none dev/shm
for device in null zero full random urandom tty kvm; do
    [ ! -e "/dev/$device" ] || { : >"dev/$device" && mount --bind "/dev/$device" "dev/$device"; }
done
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${stream%:*}" "dev/${stream#*:}"; done

pivot_root . mnt
umount -l /mnt
cd /
"$@" # No exec: a shell reaps the orphans of all.

/** Lives that make each of the imports' calls, by what they are: in each of them any call is made to fail. */
export const LIVES: Record<string, string> = {
  "a life that ends in a new kernel": `
    stage /etc/boot runs for ever
    stage /etc/reboot exits 0 after 2 s
    process sshd runs for ever
    process getty runs for ever
    process getty ignores TERM
    process getty is at a terminal
    3 orphans exit after 20 s
    file /kernel
    the child exits 0 after 2 s
    the child loads the kernel
    the child exits 0
    at 100 s SIGTERM`,
  "a life that starts again, and ends by power-off": `
    stage /etc/boot exits 0 after 100 s
    stage /etc/boot runs for ever
    stage /etc/boot ignores TERM
    stage /etc/reboot exits 1 after 2 s
    process sshd runs for ever
    the child exits 0
    at 200 s SIGUSR2`,
  "a life that ends by the files for it": `
    stage /etc/boot exits 1 after 100 s
    file /reboot
    file /kernel
    the child exits 1
    the child exits 0`,
  "the life of the child that loads the kernel": `
    stage /etc/boot exits 0 after 100 s
    file /kernel is a bzImage of 20480 bytes
    file /kernel.initramfs is a cpio of 1 files
    add to /kernel.initramfs is bytes 28b52ffd04580800004102080041190000414243aabbccdd
    file /kernel.cmdline holds console=ttyS0
    follow the child`,
  "the life of the child that loads a kernel by itself": `
    stage /etc/boot exits 0 after 100 s
    file /kernel is a bzImage of 20480 bytes
    file /sys/kernel/boot_params/data
    follow the child`,
  "a check": `
    check
    file /kernel
    the child exits 0 after 2 s`,
  "the life of the child that checks": `
    check
    file /kernel is a bzImage of 20480 bytes
    file /kernel.initramfs is a cpio of 1 files
    file /kernel.cmdline holds console=ttyS0
    follow the child`,
  "the life of the child that unmounts the disks": `
    stage /etc/boot exits 0 after 100 s
    file /halt
    disk /dev/sda1 on /data
    disk /dev/sda2 8:2 on /data/more
    disk tmpfs 0:50 on /data/tmp
    disk /dev/sdb 8:16 on /srv
    follow the child`,
  "the life of the child when a disk does not answer": `
    stage /etc/boot exits 0 after 100 s
    file /halt
    disk /dev/sda1 on /data
    disk /dev/sdb 8:16 on /srv
    follow the child
    its child 2 runs for ever
    its child 2 can't be killed`,
  "a life that is handed over to a new root": `
    stage /etc/boot exits 0 after 100 s
    process udevd runs for ever
    disk /dev/vda on /newroot
    file /newroot/proc
    file /newroot/sys
    file /newroot/dev
    file /newroot/opt/init
    the child exits 0
    file /proc/cmdline holds init=/opt/init\n`,
  "the life of the child that looks at the new root": `
    stage /etc/boot exits 0 after 100 s
    disk /dev/vda on /newroot
    file /newroot/bin/init
    follow the child`,
};

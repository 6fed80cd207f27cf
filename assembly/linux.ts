/**
 * What the logic can ask of Linux, with Linux's own names and order of arguments. An import is one system call, but for a
 * few: `spawn`, `execve` and `reboot` are several, some of them in a child; `syslog` puts a line together before it is one
 * write(2); `getenv` and `setenv` are none, as the environment is the host's memory.
 *
 * Strings are plain AssemblyScript strings; the host checks them against the module's memory and turns them into
 * UTF-8; a lone U+DC80 to U+DCFF becomes the byte 0x80 to 0xff, for file names that are not UTF-8. Every result is a
 * value >= 0 or `-errno`. This file is the one place where the imports are declared: the host's table
 * (`host/imports/table.h`), its functions and the constants (the C headers) are compared with it by
 * `tests/host/abi.test.ts`.
 */

/**
 * mount(2): attaches a file system, or changes the flags of one with `MS_REMOUNT`.
 * @param source a device, or a name such as `tmpfs`; null if the type has none.
 * @param target a directory that is there.
 * @param type such as `ext4`; null with `MS_REMOUNT` and `MS_MOVE`.
 * @param flags `MS_*`.
 * @param data options of the type, with commas between them; null: none.
 * @returns 0, or -errno: EBUSY when it is mounted there already, ENODEV when the kernel has no such type.
 */
export declare function mount(
  source: string | null,
  target: string,
  type: string | null,
  flags: u32,
  data: string | null,
): i32;

/**
 * umount2(2): detaches a file system.
 * @param target where it is mounted.
 * @param flags `UMOUNT_NOFOLLOW`: not through a link; 0: none.
 * @returns 0, or -errno: EBUSY while it is in use, EINVAL if nothing is mounted there.
 */
export declare function umount2(target: string, flags: i32): i32;

/**
 * mkdir(2): makes a directory.
 * @param mode its permissions, such as 0o755, from which the umask is taken.
 * @returns 0, or -errno: EEXIST if there is anything of that name.
 */
export declare function mkdir(path: string, mode: u32): i32;

/**
 * chmod(2): sets the permissions of a file, whatever the umask.
 * @param mode such as 0o1777.
 * @returns 0, or -errno.
 */
export declare function chmod(path: string, mode: u32): i32;

/**
 * symlink(2): makes a link.
 * @param target what it reads; it need not be there.
 * @param linkpath where it is.
 * @returns 0, or -errno: EEXIST if there is anything of that name.
 */
export declare function symlink(target: string, linkpath: string): i32;

/**
 * readlink(2): reads a link.
 * @param buf the address of what it is put into, without a 0 at its end.
 * @param bufsiz bytes there; more are cut off.
 * @returns bytes, or -errno: EINVAL if `path` is no link.
 */
export declare function readlink(path: string, buf: usize, bufsiz: u32): i32;

/**
 * unlink(2): removes a file's name; its memory is freed with its last user.
 * @returns 0, or -errno: EISDIR for a directory.
 */
export declare function unlink(path: string): i32;

/**
 * rmdir(2): removes an empty directory, or a control group that has no processes.
 * @returns 0, or -errno: ENOTEMPTY or EBUSY if it is not so.
 */
export declare function rmdir(path: string): i32;

/**
 * access(2): whether PID 1 may use a file.
 * @param mode `X_OK`: execute it; 0: only whether it is there.
 * @returns 0, or -errno: EACCES, ENOENT.
 */
export declare function access(path: string, mode: i32): i32;

/**
 * statfs(2): tells the type of a file system.
 * @param path of any file on it.
 * @returns one such as `TMPFS_MAGIC`, or -errno.
 */
export declare function statfs(path: string): i64;

/**
 * lstat(2): tells which file system a file is on, whether or not it is a symbolic link.
 * @returns the number of its device, st_dev, or -errno.
 */
export declare function lstat(path: string): i64;

/**
 * chdir(2): sets the working directory of PID 1 and of all it spawns.
 * @returns 0, or -errno: ENOTDIR, ENOENT.
 */
export declare function chdir(path: string): i32;

/**
 * fchdir(2): sets the working directory to one that is open.
 * @returns 0, or -errno: ENOTDIR, EBADF.
 */
export declare function fchdir(fd: i32): i32;

/**
 * chroot(2): sets what `/` means to PID 1 and to all it spawns.
 * @returns 0, or -errno: ENOTDIR, ENOENT.
 */
export declare function chroot(path: string): i32;

/**
 * setenv(3): sets a variable in the environment of all that is spawned.
 * @param name without a `=`, else EINVAL.
 * @param value null: it is taken out of there.
 * @param overwrite 0: what is set already stays as it is.
 * @returns 0, or -errno: ENOMEM.
 */
export declare function setenv(name: string, value: string | null, overwrite: i32): i32;

/**
 * getenv(3): tells a variable of PID 1's environment.
 * @param buf the address of what its value is put into, without a 0 at its end.
 * @param count bytes there; more are cut off.
 * @returns the value's length in bytes, or -ENOENT when it is not set.
 */
export declare function getenv(name: string, buf: usize, count: u32): i32;

/**
 * open(2): opens a file.
 * @param flags `O_*`; with `O_CLOEXEC` what PID 1 spawns does not inherit it.
 * @param mode the permissions of a file that `O_CREAT` makes, from which the umask is taken.
 * @returns a descriptor, the lowest that is free, or -errno.
 */
export declare function open(path: string, flags: i32, mode: u32): i32;

/**
 * close(2): gives a descriptor back.
 * @returns 0, or -errno: EBADF; whatever it says, the descriptor is closed.
 */
export declare function close(fd: i32): i32;

/**
 * close_range(2): closes descriptors, or marks them (Linux 5.11).
 * @param first the lowest of them.
 * @param last the highest, `u32.MAX_VALUE` if there is no end.
 * @param flags 0, or `CLOSE_RANGE_CLOEXEC`: they are closed when a program is executed.
 * @returns 0, or -errno: ENOSYS before Linux 5.9, EINVAL for a flag that the kernel does not know.
 */
export declare function close_range(first: u32, last: u32, flags: u32): i32;

/**
 * dup2(2): makes a descriptor a copy of another, which is not close-on-exec.
 * @param newfd is closed first, if it is open.
 * @returns `newfd`, or -errno: EBADF.
 */
export declare function dup2(oldfd: i32, newfd: i32): i32;

/**
 * fcntl(2): reads or sets the flags of a descriptor.
 * @param cmd one that takes a number: `F_GETFD`, `F_SETFD`, `F_SETFL`.
 * @param arg that number; 0 if it takes none.
 * @returns what the command tells, or -errno: EBADF.
 */
export declare function fcntl(fd: i32, cmd: i32, arg: i32): i32;

/**
 * lseek(2): moves the offset from which a file is read.
 * @param offset bytes.
 * @param whence `SEEK_SET`: from its beginning; `SEEK_END`: from its end, so that 0 tells its size.
 * @returns the new offset in bytes, or -errno: ESPIPE if the file has none.
 */
export declare function lseek(fd: i32, offset: i64, whence: i32): i64;

/**
 * read(2): reads from a file.
 * @param buf the address of what it is put into.
 * @param count bytes there.
 * @returns how many bytes were read, 0 at the end, or -errno: EAGAIN, EISDIR, EIO.
 */
export declare function read(fd: i32, buf: usize, count: u32): i32;

/**
 * getdents64(2): reads entries of a directory, as `struct linux_dirent64`.
 * @param buf the address of what they are put into.
 * @param count bytes there: as many entries as there is room for.
 * @returns bytes, 0 at the end, or -errno: EINVAL if there is no room for one.
 */
export declare function getdents64(fd: i32, buf: usize, count: u32): i32;

/**
 * write(2): writes a text as UTF-8, in one call.
 * @returns how many bytes were written, or -errno: ENOSPC, EIO, EPIPE.
 */
export declare function write(fd: i32, text: string): i32;

/**
 * pwrite(2), write(2), lseek(2): writes bytes of the module's memory.
 * @param buf the address of the first.
 * @param count bytes.
 * @param offset where in the file, in bytes from its beginning.
 * @returns how many bytes were written, or -errno: ESPIPE if the file has no offset.
 */
export declare function pwrite(fd: i32, buf: usize, count: u32, offset: i64): i32;

/**
 * ioctl(2): asks a driver for something.
 * @param request `TIOCSCTTY`, `SIOCGIFFLAGS`, `SIOCSIFFLAGS`, `RNDADDTOENTCNT`, `WDIOC_SETTIMEOUT` or `WDIOC_GETTIMEOUT`;
 * any other is EINVAL, as it may have pointers in it.
 * @param arg the address of what the request is with, in the module's memory; that of `TIOCSCTTY` is a number.
 * @returns 0, or -errno: ENOTTY if the driver does not know it.
 */
export declare function ioctl(fd: i32, request: u32, arg: usize): i32;

/**
 * socket(2): makes a socket.
 * @param domain `AF_*`.
 * @param type `SOCK_*`.
 * @param protocol 0: the one that goes with these.
 * @returns a descriptor, or -errno: EAFNOSUPPORT if the kernel has no such domain.
 */
export declare function socket(domain: i32, type: i32, protocol: i32): i32;

/**
 * connect(2): connects a socket; it waits for as long as nobody answers.
 * @param addr the address, in the module's memory, of that to connect to.
 * @param addrlen bytes there.
 * @returns 0, or -errno: ECONNREFUSED, ECONNRESET, ETIMEDOUT.
 */
export declare function connect(sockfd: i32, addr: usize, addrlen: u32): i32;

/**
 * syslog(3), as one write(2): the line `<priority>init: format` goes to standard error, as /dev/kmsg needs it.
 * @param priority a level of syslog(2), `LOG_EMERG` to `LOG_DEBUG`.
 * @param format text in which `%s` stands for `text`, `%d` for `value`, `%m` for `value`, a -errno, in words, and
 * `%v` for the version of wasinit.
 * @returns how many bytes were written, or -errno.
 */
export declare function syslog(priority: i32, format: string, text: string | null, value: i64): i32;

/**
 * fork(2), setsid(2) and execve(2): starts `path` in a new session, with the default signal mask and dispositions and
 * PID 1's environment, standard streams and working directory. Its arguments are its path and, if `passed` is not 0,
 * those that the kernel gave to /init.
 * @returns its pid, or the -errno with which it could not be started. It is waited for a second at most: one that the
 * kernel could not start by then, as its disk does not answer, ends with status 127 if it can't at last.
 */
export declare function spawn(path: string, passed: i32): i32;

/**
 * execve(2): PID 1 becomes another program, started as the kernel would: with its path and the kernel's arguments to
 * /init, the console for all standard streams, no signal blocked and no timer running. Once it has, a child removes what
 * is in the directory `old_root`, and in those in it, but not what is mounted there.
 * @returns only if that can't be: -errno, with all as it was.
 */
export declare function execve(path: string, old_root: i32): i32;

/**
 * exec(3), execve(2): this process becomes another program, with no signal blocked, and the environment and all else as it is.
 * @param args its arguments behind its path, which is the first; 32 at most, else E2BIG.
 * @returns only if that can't be: -errno, with all as it was.
 */
export declare function execv(path: string, args: StaticArray<string> | null): i32;

/**
 * setsid(2): begins a session, without a terminal yet.
 * @returns its number, or -errno: EPERM if this process leads a group.
 */
export declare function setsid(): i32;

/**
 * setrlimit(2): limits what this process, and those that it starts, may take of a resource.
 * @param resource `RLIMIT_*`.
 * @param soft the limit, in the unit of the resource.
 * @param hard the most to which it may be raised later; `RLIM_INFINITY`: as far as the kernel goes.
 * @returns 0, or -errno: EINVAL if `soft` is above `hard`.
 */
export declare function setrlimit(resource: i32, soft: u64, hard: u64): i32;

/**
 * waitpid(2): collects a child that has ended.
 * @param pid of the child; -1: of any.
 * @param options `WNOHANG`: it does not wait.
 * @returns `status << 32 | pid`; 0 when none has ended and `options` has `WNOHANG`; -ECHILD when there is no child.
 */
export declare function waitpid(pid: i32, options: i32): i64;

/**
 * clock_gettime(2): tells the time of a clock.
 * @param clock such as `CLOCK_MONOTONIC`.
 * @returns nanoseconds, or -errno: EINVAL if there is no such clock.
 */
export declare function clock_gettime(clock: i32): i64;

/**
 * kill(2): signals processes.
 * @param pid of one; -1: all but PID 1; below that: the process group `-pid`.
 * @param sig the signal's number; 0: none, only whether there is anybody.
 * @returns 0, or -errno: ESRCH if there is nobody.
 */
export declare function kill(pid: i32, sig: i32): i32;

/**
 * sigtimedwait(2): takes the next pending signal of `set`, in which bit `n - 1` stands for signal `n`. The host has
 * blocked them all, so that none is lost before it is waited for.
 * @param timeout milliseconds; below 0: for ever.
 * @returns the signal's number, or -EAGAIN when the time is over.
 */
export declare function sigtimedwait(set: u64, timeout: i64): i32;

/**
 * fork(2): makes a child in which the logic goes on, too. The child is not watched for endless loops, and dies of a trap.
 * @returns 0 in the child, its pid in PID 1, or -errno.
 */
export declare function fork(): i32;

/** _exit(2): ends a child that was forked; in PID 1, which never exits, it is -EPERM. */
export declare function _exit(status: i32): i32;

/**
 * sync(2): writes what is cached to the disks; it may wait for ever for one that doesn't answer.
 * @returns 0.
 */
export declare function sync(): i32;

/**
 * kexec_file_load(2): loads a kernel, which `reboot(RB_KEXEC)` then starts, in the place of one that is loaded. To be
 * called from a child that was forked: if there is no memory for the kernel and nobody left to be killed, a PID 1 that asks
 * for it is a panic.
 * @param kernel_fd the kernel's image.
 * @param initrd_fd its initramfs.
 * @param cmdline_len bytes at `cmdline`, the terminating 0 among them.
 * @param cmdline the address of its command line.
 * @param flags `KEXEC_FILE_NO_INITRAMFS`; or `KEXEC_FILE_UNLOAD`, which only unloads the one that is loaded.
 * @returns 0, or -errno: ENOEXEC or EINVAL for a bad image, EINVAL or EADDRNOTAVAIL for one too big for the memory,
 * ENODATA, EKEYREJECTED or EBADMSG for a missing, refused or broken signature, EBUSY, EPERM, ENOMEM, ENOSYS.
 */
export declare function kexec_file_load(
  kernel_fd: i32,
  initrd_fd: i32,
  cmdline_len: u32,
  cmdline: usize,
  flags: u32,
): i32;

/**
 * reboot(2), called from a child, if there can be one, where it ends the machine: the kernel ends the caller of a failed
 * power-off.
 * @param cmd one of `RB_*`.
 * @returns only when the machine goes on: 0, or -errno.
 */
export declare function reboot(cmd: u32): i32;

// mount(2), umount2(2)
export const MS_RDONLY: u32 = 1;
export const MS_NOSUID: u32 = 2;
export const MS_NODEV: u32 = 4;
export const MS_NOEXEC: u32 = 8;
export const MS_REMOUNT: u32 = 32;
export const MS_MOVE: u32 = 8192;
export const MS_PRIVATE: u32 = 1 << 18;
export const MS_STRICTATIME: u32 = 1 << 24;
export const UMOUNT_NOFOLLOW: i32 = 8;

// access(2)
export const X_OK: i32 = 1;

// statfs(2)
export const RAMFS_MAGIC: i64 = 0x858458f6;
export const TMPFS_MAGIC: i64 = 0x01021994;

// open(2), fcntl(2), lseek(2), close_range(2)
export const O_RDONLY: i32 = 0;
export const O_WRONLY: i32 = 1;
export const O_RDWR: i32 = 2;
export const O_CREAT: i32 = 0o100;
export const O_NOCTTY: i32 = 0o400;
export const O_NONBLOCK: i32 = 0o4000;
export const O_CLOEXEC: i32 = 0o2000000;
export const O_SYNC: i32 = 0o4010000;
export const F_GETFD: i32 = 1;
export const F_SETFD: i32 = 2;
export const F_SETFL: i32 = 4;
export const SEEK_SET: i32 = 0;
export const SEEK_END: i32 = 2;
export const CLOSE_RANGE_CLOEXEC: u32 = 4;

// ioctl_tty(2), netdevice(7), random(4), Documentation/watchdog/watchdog-api.rst
export const TIOCSCTTY: u32 = 0x540e;
export const SIOCGIFFLAGS: u32 = 0x8913;
export const SIOCSIFFLAGS: u32 = 0x8914;
export const RNDADDTOENTCNT: u32 = 0x40045201;
export const WDIOC_SETTIMEOUT: u32 = 0xc0045706;
export const WDIOC_GETTIMEOUT: u32 = 0x80045707;

// socket(2), vsock(7)
export const AF_INET: i32 = 2;
export const AF_VSOCK: i32 = 40;
export const SOCK_STREAM: i32 = 1;
export const SOCK_DGRAM: i32 = 2;
export const SOCK_CLOEXEC: i32 = 0o2000000;

// setrlimit(2)
export const RLIMIT_CORE: i32 = 4;
export const RLIMIT_NOFILE: i32 = 7;
export const RLIMIT_MEMLOCK: i32 = 8;
export const RLIM_INFINITY: u64 = u64.MAX_VALUE;

// clock_gettime(2)
export const CLOCK_MONOTONIC: i32 = 1;

// waitpid(2)
export const WNOHANG: i32 = 1;

// signal(7)
export const SIGHUP: i32 = 1;
export const SIGINT: i32 = 2;
export const SIGKILL: i32 = 9;
export const SIGUSR1: i32 = 10;
export const SIGUSR2: i32 = 12;
export const SIGTERM: i32 = 15;
export const SIGCONT: i32 = 18;

// reboot(2)
export const RB_AUTOBOOT: u32 = 0x01234567;
export const RB_HALT_SYSTEM: u32 = 0xcdef0123;
export const RB_POWER_OFF: u32 = 0x4321fedc;
export const RB_KEXEC: u32 = 0x45584543;
export const RB_DISABLE_CAD: u32 = 0;

// kexec_file_load(2)
export const KEXEC_FILE_UNLOAD: u32 = 1;
export const KEXEC_FILE_NO_INITRAMFS: u32 = 4;

// syslog(2)
export const LOG_EMERG: i32 = 0;
export const LOG_CRIT: i32 = 2;
export const LOG_ERR: i32 = 3;
export const LOG_WARNING: i32 = 4;
export const LOG_INFO: i32 = 6;

// errno(3)
export const ENOENT: i32 = 2;
export const ESRCH: i32 = 3;
export const EINTR: i32 = 4;
export const ENOEXEC: i32 = 8;
export const ECHILD: i32 = 10;
export const EAGAIN: i32 = 11;
export const ENOMEM: i32 = 12;
export const EACCES: i32 = 13;
export const EBUSY: i32 = 16;
export const EEXIST: i32 = 17;
export const EISDIR: i32 = 21;
export const EINVAL: i32 = 22;
export const EADDRNOTAVAIL: i32 = 99;

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
 * @returns 0, or -errno: EBUSY when it is mounted there already, ENODEV when the kernel has no such type.
 */
export declare function mount(
  source: string | null,
  target: string,
  type: string | null,
  flags: u32,
  data: string | null,
): i32;

/** umount2(2): detaches the file system at `target`; `flags` are `MNT_*` and `UMOUNT_NOFOLLOW`. */
export declare function umount2(target: string, flags: i32): i32;

/** mkdir(2): makes a directory; the umask is taken from `mode`. */
export declare function mkdir(path: string, mode: u32): i32;

/** chmod(2): sets the mode, whatever the umask. */
export declare function chmod(path: string, mode: u32): i32;

/** symlink(2): makes `linkpath`, a link that reads `target`. */
export declare function symlink(target: string, linkpath: string): i32;

/** readlink(2): puts what a link reads, without a 0, at `buf`; returns how many bytes, EINVAL if `path` is no link. */
export declare function readlink(path: string, buf: usize, bufsiz: u32): i32;

/** unlink(2): removes a file's name; its memory is freed with its last user. */
export declare function unlink(path: string): i32;

/** rmdir(2): removes an empty directory, or a control group that has no processes. */
export declare function rmdir(path: string): i32;

/** access(2): 0 if `path` is there for `mode` (`X_OK`), else -errno. */
export declare function access(path: string, mode: i32): i32;

/** statfs(2): tells the type of the file system that `path` is on, such as `TMPFS_MAGIC`. */
export declare function statfs(path: string): i64;

/** lstat(2): tells the device of the file system that `path` is on, whether or not it is a symbolic link. */
export declare function lstat(path: string): i64;

/** chdir(2): sets the working directory of PID 1 and of all it spawns. */
export declare function chdir(path: string): i32;

/** fchdir(2): sets the working directory to one that is open. */
export declare function fchdir(fd: i32): i32;

/** chroot(2): sets what `/` means to PID 1 and to all it spawns. */
export declare function chroot(path: string): i32;

/**
 * setenv(3): sets a variable in the environment of all that is spawned, unless it is set and `overwrite` is 0; takes it
 * out of there if `value` is null.
 */
export declare function setenv(name: string, value: string | null, overwrite: i32): i32;

/**
 * getenv(3): copies the first `count` bytes of a variable's value to `buf`.
 * @returns the value's length in bytes, or -ENOENT when it is not set.
 */
export declare function getenv(name: string, buf: usize, count: u32): i32;

/** open(2): returns a descriptor, the lowest that is free. */
export declare function open(path: string, flags: i32, mode: u32): i32;

/** close(2). */
export declare function close(fd: i32): i32;

/** close_range(2): closes the descriptors `first` to `last`, or marks them with `CLOSE_RANGE_CLOEXEC` (Linux 5.11). */
export declare function close_range(first: u32, last: u32, flags: u32): i32;

/** dup2(2): makes `newfd` a copy of `oldfd`; the copy is not close-on-exec. */
export declare function dup2(oldfd: i32, newfd: i32): i32;

/** fcntl(2), for commands that take a number: `F_GETFD`, `F_SETFD`, `F_SETFL`. */
export declare function fcntl(fd: i32, cmd: i32, arg: i32): i32;

/** lseek(2): moves the file offset to `offset` with `SEEK_SET`, `SEEK_END` tells the size in bytes; ESPIPE if the file has none. */
export declare function lseek(fd: i32, offset: i64, whence: i32): i64;

/** read(2): reads up to `count` bytes into the module's memory at `buf`; returns how many, 0 at the end. */
export declare function read(fd: i32, buf: usize, count: u32): i32;

/**
 * getdents64(2): reads entries of a directory, as many as there is room for in `count` bytes at `buf`.
 * @returns bytes, 0 at the end.
 */
export declare function getdents64(fd: i32, buf: usize, count: u32): i32;

/** write(2): writes `text` as UTF-8 in one call; returns how many bytes were written. */
export declare function write(fd: i32, text: string): i32;

/**
 * pwrite(2): writes `count` bytes of the module's memory, from `buf` on.
 * @param offset where in the file, in bytes from its beginning.
 * @returns how many bytes were written; ESPIPE if the file has no offset.
 */
export declare function pwrite(fd: i32, buf: usize, count: u32, offset: i64): i32;

/**
 * ioctl(2): asks a driver for one of `TIOCSCTTY`, `SIOCGIFFLAGS`, `SIOCSIFFLAGS`, `RNDADDTOENTCNT`, `WDIOC_SETTIMEOUT`,
 * `WDIOC_GETTIMEOUT`; any other request is EINVAL, as it may have pointers in it.
 * @param arg the address of what the request is with, in the module's memory; that of `TIOCSCTTY` is a number.
 */
export declare function ioctl(fd: i32, request: u32, arg: usize): i32;

/** socket(2): returns a descriptor. */
export declare function socket(domain: i32, type: i32, protocol: i32): i32;

/** connect(2): connects a socket to the address of `addrlen` bytes at `addr`; may wait for as long as nobody answers. */
export declare function connect(sockfd: i32, addr: usize, addrlen: u32): i32;

/**
 * syslog(3), as one write(2): the line `<priority>init: format` goes to standard error, as /dev/kmsg needs it.
 * @param priority a level of syslog(2), `LOG_EMERG` to `LOG_DEBUG`.
 * @param format text in which `%s` stands for `text`, `%d` for `value`, `%m` for `value`, a -errno, in words, and
 * `%v` for the version of wasinit.
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

/** setsid(2): begins a session, without a terminal yet; returns its number, EPERM if this process leads a group. */
export declare function setsid(): i32;

/** setrlimit(2): limits what this process, and those that it starts, may take of a resource `RLIMIT_*`. */
export declare function setrlimit(resource: i32, soft: u64, hard: u64): i32;

/**
 * waitpid(2): collects a child that has ended.
 * @returns `status << 32 | pid`; 0 when none has ended and `options` has `WNOHANG`; -ECHILD when there is no child.
 */
export declare function waitpid(pid: i32, options: i32): i64;

/** clock_gettime(2): tells the time of a clock, in nanoseconds. */
export declare function clock_gettime(clock: i32): i64;

/** kill(2): signals a process; all but PID 1 when `pid` is -1; the process group `-pid` when it is below that. */
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

/** sync(2): writes what is cached to the disks; it may wait for ever for one that doesn't answer. */
export declare function sync(): i32;

/**
 * kexec_file_load(2): loads a kernel, which `reboot(RB_KEXEC)` then starts, in the place of one that is loaded; with
 * `KEXEC_FILE_UNLOAD` only unloads that. To be called from a child that was forked: if there is no memory for the kernel
 * and nobody left to be killed, a PID 1 that asks for it is a panic.
 * @param cmdline_len bytes at `cmdline`, the terminating 0 among them.
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

/** Linux's numbers that a policy can pass, and assembly/linux.ts has not; and the names of all, as traces show them. */

import * as linux from "../../assembly/linux";
import { Choice, Flags } from "./names";

// open(2)
export const O_CREAT: i32 = 0o100;
export const O_EXCL: i32 = 0o200;
export const O_TRUNC: i32 = 0o1000;
export const O_APPEND: i32 = 0o2000;
const O_ACCMODE: i32 = 3;

export const MOUNT_FLAGS = new Flags()
  .with(linux.MS_RDONLY, "MS_RDONLY")
  .with(linux.MS_REMOUNT, "MS_REMOUNT")
  .with(linux.MS_NOSUID, "MS_NOSUID")
  .with(linux.MS_NODEV, "MS_NODEV")
  .with(linux.MS_NOEXEC, "MS_NOEXEC")
  .with(linux.MS_STRICTATIME, "MS_STRICTATIME")
  .with(linux.MS_MOVE, "MS_MOVE")
  .with(linux.MS_PRIVATE, "MS_PRIVATE")
  .with(16, "MS_SYNCHRONOUS")
  .with(1024, "MS_NOATIME")
  .with(4096, "MS_BIND")
  .with(16384, "MS_REC")
  .with(1 << 21, "MS_RELATIME");
export const UMOUNT_FLAGS = new Flags()
  .with(linux.UMOUNT_NOFOLLOW, "UMOUNT_NOFOLLOW")
  .with(1, "MNT_FORCE")
  .with(2, "MNT_DETACH")
  .with(4, "MNT_EXPIRE");
export const ACCESS_MODES = new Flags().with(linux.X_OK, "X_OK").with(2, "W_OK").with(4, "R_OK");
const ACCESS = new Choice()
  .with(linux.O_RDONLY, "O_RDONLY")
  .with(linux.O_WRONLY, "O_WRONLY")
  .with(linux.O_RDWR, "O_RDWR");
const OPEN_FLAGS = new Flags()
  .with(O_CREAT, "O_CREAT")
  .with(O_EXCL, "O_EXCL")
  .with(O_TRUNC, "O_TRUNC")
  .with(O_APPEND, "O_APPEND")
  .with(linux.O_SYNC, "O_SYNC")
  .with(0o10000, "O_DSYNC")
  .with(linux.O_NONBLOCK, "O_NONBLOCK")
  .with(linux.O_NOCTTY, "O_NOCTTY")
  .with(0o200000, "O_DIRECTORY")
  .with(0o400000, "O_NOFOLLOW")
  .with(linux.O_CLOEXEC, "O_CLOEXEC");
export const FCNTL = new Choice()
  .with(0, "F_DUPFD")
  .with(linux.F_GETFD, "F_GETFD")
  .with(linux.F_SETFD, "F_SETFD")
  .with(3, "F_GETFL")
  .with(linux.F_SETFL, "F_SETFL")
  .with(1030, "F_DUPFD_CLOEXEC");
export const REBOOT = new Choice()
  .with(linux.RB_AUTOBOOT, "RB_AUTOBOOT")
  .with(linux.RB_HALT_SYSTEM, "RB_HALT_SYSTEM")
  .with(linux.RB_POWER_OFF, "RB_POWER_OFF")
  .with(linux.RB_KEXEC, "RB_KEXEC")
  .with(linux.RB_DISABLE_CAD, "RB_DISABLE_CAD")
  .with(0x89abcdef, "RB_ENABLE_CAD");
export const WHENCE = new Choice()
  .with(linux.SEEK_SET, "SEEK_SET")
  .with(1, "SEEK_CUR")
  .with(linux.SEEK_END, "SEEK_END");
export const KEXEC_FLAGS = new Flags()
  .with(linux.KEXEC_FILE_UNLOAD, "KEXEC_FILE_UNLOAD")
  .with(linux.KEXEC_FILE_NO_INITRAMFS, "KEXEC_FILE_NO_INITRAMFS");
export const IOCTL = new Choice()
  .with(linux.TIOCSCTTY, "TIOCSCTTY")
  .with(linux.SIOCGIFFLAGS, "SIOCGIFFLAGS")
  .with(linux.SIOCSIFFLAGS, "SIOCSIFFLAGS")
  .with(linux.RNDADDTOENTCNT, "RNDADDTOENTCNT")
  .with(linux.WDIOC_SETTIMEOUT, "WDIOC_SETTIMEOUT")
  .with(linux.WDIOC_GETTIMEOUT, "WDIOC_GETTIMEOUT");
export const INTERFACE_FLAGS = new Flags() // netdevice(7)
  .with(1, "IFF_UP")
  .with(2, "IFF_BROADCAST")
  .with(8, "IFF_LOOPBACK")
  .with(64, "IFF_RUNNING");
export const FAMILIES = new Choice()
  .with(1, "AF_UNIX")
  .with(linux.AF_INET, "AF_INET")
  .with(10, "AF_INET6")
  .with(16, "AF_NETLINK")
  .with(linux.AF_VSOCK, "AF_VSOCK");
export const SOCKETS = new Choice()
  .with(linux.SOCK_STREAM, "SOCK_STREAM")
  .with(linux.SOCK_DGRAM, "SOCK_DGRAM")
  .with(3, "SOCK_RAW")
  .with(5, "SOCK_SEQPACKET");
export const LIMITS = new Choice() // setrlimit(2)
  .with(0, "RLIMIT_CPU")
  .with(1, "RLIMIT_FSIZE")
  .with(2, "RLIMIT_DATA")
  .with(3, "RLIMIT_STACK")
  .with(linux.RLIMIT_CORE, "RLIMIT_CORE")
  .with(5, "RLIMIT_RSS")
  .with(6, "RLIMIT_NPROC")
  .with(linux.RLIMIT_NOFILE, "RLIMIT_NOFILE")
  .with(linux.RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK")
  .with(9, "RLIMIT_AS")
  .with(10, "RLIMIT_LOCKS")
  .with(11, "RLIMIT_SIGPENDING")
  .with(12, "RLIMIT_MSGQUEUE")
  .with(13, "RLIMIT_NICE")
  .with(14, "RLIMIT_RTPRIO")
  .with(15, "RLIMIT_RTTIME");

export function openFlags(flags: i32): string {
  const rest = flags & ~O_ACCMODE;
  return ACCESS.show(flags & O_ACCMODE) + (rest ? "|" + OPEN_FLAGS.show(rest) : "");
}

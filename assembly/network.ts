import { AF_INET, SIOCGIFFLAGS, SIOCSIFFLAGS, SOCK_CLOEXEC, SOCK_DGRAM, close, ioctl, socket } from "./linux";
import { failed } from "./log";

// netdevice(7): struct ifreq
const ifreq = memory.data(40, 8);
const FLAGS: usize = 16;
const LO: u32 = 0x6f6c; // "lo"
const IFF_UP: u16 = 1;

function raise(fd: i32): i32 {
  store<u32>(ifreq, LO);
  const got = ioctl(fd, SIOCGIFFLAGS, ifreq);
  if (got < 0) return got;
  store<u16>(ifreq, load<u16>(ifreq + FLAGS) | IFF_UP, FLAGS);
  return ioctl(fd, SIOCSIFFLAGS, ifreq);
}

/**
 * netdevice(7): brings the interface `lo` up, which has its addresses then, 127.0.0.1 and ::1.
 * @returns 0, or -errno, logged: EAFNOSUPPORT if the kernel has no IPv4.
 */
export function raiseLoopback(): i32 {
  const fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const result = fd < 0 ? fd : raise(fd);
  if (fd >= 0) close(fd);
  failed("can't bring lo up: %m", null, result);
  return result;
}

import { writeFile } from "./files";

/** The file of a parameter: what comes first, `.` or `/`, separates; behind a `.`, a `/` stands for one in a name. */
function fileOf(name: string): string {
  const dot = name.indexOf(".");
  const slash = name.indexOf("/");
  if (dot < 0 || (slash >= 0 && slash < dot)) return name;
  return name.replaceAll("/", "\n").replaceAll(".", "/").replaceAll("\n", ".");
}

/**
 * sysctl(8): sets a parameter of the kernel.
 * @param name such as `net.ipv4.ip_forward`; with a `/` in the place of each `.`, a name in it may have dots:
 * `net/ipv4/conf/eth0.100/forwarding`, or `net.ipv4.conf.eth0/100.forwarding`.
 * @param value as text: `1`.
 * @returns 0, or -errno, logged: ENOENT if the kernel has none of that name.
 */
export function sysctl(name: string, value: string): i32 {
  return writeFile("/proc/sys/" + fileOf(name), value);
}

/**
 * sethostname(2), by way of /proc: names the machine.
 * @param name 64 bytes at most.
 * @returns 0, or -errno, logged.
 */
export function setHostname(name: string): i32 {
  return sysctl("kernel.hostname", name);
}

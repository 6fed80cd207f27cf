import { writeFile } from "./files";

/**
 * sysctl(8): sets a parameter of the kernel.
 * @param name such as `net.ipv4.ip_forward`; a `/` may stand for each `.`.
 * @param value as text: `1`.
 * @returns 0, or -errno, logged: ENOENT if the kernel has none of that name.
 */
export function sysctl(name: string, value: string): i32 {
  return writeFile("/proc/sys/" + name.replaceAll(".", "/"), value);
}

/**
 * sethostname(2), by way of /proc: names the machine.
 * @param name 64 bytes at most.
 * @returns 0, or -errno, logged.
 */
export function setHostname(name: string): i32 {
  return sysctl("kernel.hostname", name);
}

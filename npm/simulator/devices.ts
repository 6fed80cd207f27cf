/** What drivers answer to ioctl(2). */

import * as linux from "../../assembly/linux";
import { errnoNumber } from "./names";

/** Bytes of a name in struct ifreq; the flags stand behind it. */
export const IFNAMSIZ: u32 = 16;
const IFF_LOOPBACK: u16 = 8;

/** The flags of each network interface. */
export const interfaces = new Map<string, u16>();
interfaces.set("lo", IFF_LOOPBACK);

/** Seconds until a watchdog that is not fed ends the machine. */
let watchdogTimeout: u32 = 60;

/** Answers a request about a number, which is `value`, and then `answer`; returns 0 or -errno. */
export function askNumber(request: u32, value: u32): i32 {
  if (request == linux.WDIOC_SETTIMEOUT) watchdogTimeout = value;
  answer = request == linux.RNDADDTOENTCNT ? value : watchdogTimeout;
  return 0;
}

/** The same about the flags of an interface. */
export function askInterface(request: u32, name: string, flags: u16): i32 {
  if (!interfaces.has(name)) return -errnoNumber("ENODEV");
  if (request == linux.SIOCSIFFLAGS) interfaces.set(name, flags);
  answer = interfaces.get(name);
  return 0;
}

export let answer: u32 = 0;

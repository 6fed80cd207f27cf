import { O_CLOEXEC, O_WRONLY, WDIOC_GETTIMEOUT, WDIOC_SETTIMEOUT, ioctl, open, write } from "./linux";
import { now } from "./clock";
import { failed } from "./log";

/** A hardware watchdog, which starts the machine again if nobody feeds it: Documentation/watchdog/watchdog-api.rst. */

const seconds = memory.data(4, 4); // an int

let fd = -1;
let period: i64 = 0; // milliseconds from one meal to the next
let next: i64 = 0; // monotonic milliseconds

function feed(): void {
  if (now() < next) return;
  next = now() + period;
  failed("can't feed the watchdog: %m", null, write(fd, "1"));
}

/**
 * Feeds it, if it is time to; whoever waits calls this.
 * @param left milliseconds to wait; below 0: for ever.
 * @returns how many of them to wait at most until it wants to be fed again.
 */
export function feedWithin(left: i64): i64 {
  if (fd < 0) return left;
  feed();
  const rest = max(next - now(), 0);
  return left < 0 ? rest : min(left, rest);
}

/** Sets its timeout; returns the one that it has, as the driver may choose another, or have but one. */
function setTimeout(path: string, fd: i32, timeout: i32): i32 {
  store<i32>(seconds, timeout);
  const isSet = !failed("can't set the timeout of %s: %m", path, ioctl(fd, WDIOC_SETTIMEOUT, seconds));
  const isKnown = isSet || ioctl(fd, WDIOC_GETTIMEOUT, seconds) == 0;
  return max(isKnown ? load<i32>(seconds) : timeout, 1);
}

/**
 * Starts a watchdog: from now on it is fed whenever the policy waits. A policy that hangs, or a
 * kernel that does, is ended by it; after a trap of the policy, call it again.
 * @param timeout seconds without a meal after which it starts the machine again, at least 1; the driver may choose others
 * that it can.
 * @param path of its device.
 * @returns 0, or -errno, logged: EBUSY if somebody else has it.
 */
export function startWatchdog(timeout: i32, path: string = "/dev/watchdog"): i32 {
  const opened = open(path, O_WRONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", path, opened)) return opened;
  fd = opened;
  period = (1000 * <i64>setTimeout(path, fd, timeout)) / 3;
  next = 0;
  feed();
  return 0;
}

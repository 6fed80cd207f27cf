import { keptRuns } from "./life";

/**
 * What has an exit status, `run` and `supervise`, is done once: after a trap, when the policy begins again, what was done is
 * known by its number.
 */

const MOST: u32 = 28; // whose status is kept
const statuses = keptRuns + sizeof<u32>();

let next: u32 = 0; // by this instance of the logic
let isWithin: bool = false;

/** How many were done in this life of PID 1, before a trap among them; `MOST` if more. */
function count(): u32 {
  return load<u32>(keptRuns);
}

/** Begins something; returns its number. */
export function begin(): u32 {
  return isWithin ? MOST : next++;
}

/** Whether what begins now is a part of what has a number, and has none itself: it is done as often as that begins. */
export function beWithin(within: bool): void {
  isWithin = within;
}

/** The exit status of what was done before a trap, or -1. */
export function statusOf(n: u32): i32 {
  return n < count() ? load<u8>(statuses + n) : -1;
}

/** Notes that it is done, with an exit status. */
export function remember(n: u32, status: i32): void {
  if (n >= MOST) return;
  store<u8>(statuses + n, <u8>status);
  store<u32>(keptRuns, n + 1);
}

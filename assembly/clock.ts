import { CLOCK_MONOTONIC, clock_gettime } from "./linux";
import { failed } from "./log";

const NANOSECONDS: i64 = 1000000; // in a millisecond

let last: i64 = 0;

/**
 * clock_gettime(2): the time since the machine started, which no change of the wall clock touches.
 * @returns milliseconds.
 */
export function now(): i64 {
  const time = clock_gettime(CLOCK_MONOTONIC);
  if (!failed("can't tell the time: %m", null, time)) last = time / NANOSECONDS;
  return last; // A deadline that is counted from an error would be over.
}

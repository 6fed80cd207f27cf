import { CLOCK_MONOTONIC, clock_gettime } from "./linux";

const NANOSECONDS: i64 = 1000000; // in a millisecond

/** The time since the machine started, in milliseconds, which no change of the wall clock touches. */
export function now(): i64 {
  return clock_gettime(CLOCK_MONOTONIC) / NANOSECONDS;
}

import { CLOCK_MONOTONIC, clock_time_get } from "./wasi_snapshot_preview1";

const NANOSECONDS: i64 = 1000000; // in a millisecond

const time = memory.data(sizeof<i64>(), sizeof<i64>());

/** The time since the machine started, in milliseconds, which no change of the wall clock touches. */
export function now(): i64 {
  clock_time_get(CLOCK_MONOTONIC, 0, time);
  return load<i64>(time) / NANOSECONDS;
}

/** The virtual clock, in milliseconds since the start of the kernel; only what waits moves it. */

export const NEVER: i64 = i64.MAX_VALUE;
const MILLISECOND: i64 = 1000000; // nanoseconds
const START: i64 = 1767225600000; // of the kernel: the beginning of 2026

export let clock: i64 = 0;

export function setClock(time: i64): void {
  clock = time;
}

/** What a clock of clock_gettime(2) shows, in nanoseconds; below 0 if there is no such. */
export function timeOf(id: i32): i64 {
  if (id == 0) return (START + clock) * MILLISECOND; // CLOCK_REALTIME
  return id == 1 || id == 7 ? clock * MILLISECOND : -1; // CLOCK_MONOTONIC, CLOCK_BOOTTIME
}

export function seconds(time: i64): string {
  return (time / 1000).toString() + "." + (time % 1000).toString().padStart(3, "0") + " s";
}

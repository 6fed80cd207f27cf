/**
 * What the logic takes from WASI preview 1, where that is as good as Linux's own call. The host has more of it, for
 * policies that are written with as-wasi: see `host/wasi.c`.
 */

/**
 * clock_time_get: writes the time of a clock, in nanoseconds, as a u64 to `time`.
 * @param id 0: real time, 1: monotonic.
 * @returns 0, or an errno of WASI.
 */
export declare function clock_time_get(id: u32, precision: u64, time: usize): u32;

export const CLOCK_MONOTONIC: u32 = 1;

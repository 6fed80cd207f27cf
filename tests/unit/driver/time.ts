/** The virtual clock, in milliseconds since the start of the kernel; only sigtimedwait(2) moves it. */

export const NEVER: i64 = i64.MAX_VALUE;

export let clock: i64 = 0;

export function setClock(time: i64): void {
  clock = time;
}

export function seconds(time: i64): string {
  return (time / 1000).toString() + "." + (time % 1000).toString().padStart(3, "0") + " s";
}

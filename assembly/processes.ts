import { EAGAIN, ECHILD, SIGCONT, SIGKILL, SIGTERM, WNOHANG, kill, sigtimedwait, waitpid } from "./linux";
import { now } from "./clock";
import { info } from "./log";
import { EVERY_SIGNAL, heed } from "./signals";

/** Milliseconds that processes get to end after a TERM, and then again after a KILL. */
export const GRACE: i64 = 5000;

/** A deadline that never comes. */
export const NEVER: i64 = i64.MAX_VALUE;

/** Whom to wait for, in place of a pid: every child there is. */
export const ALL: i32 = -1;

/** Whom to wait for, in place of a pid: nobody, only the time. */
export const NOBODY: i32 = 0;

/** In place of a wait status: it has not ended. */
export const RUNNING: i32 = -1;

/** In place of a wait status: there is no such child, or no child left. */
export const GONE: i32 = -2;

const BURST = 128; // So many are reaped before signals are looked at: a fork bomb must not keep them waiting.

function untilDeadline(deadline: i64): i64 {
  if (deadline == NEVER) return -1;
  const left = deadline - now();
  return left > 0 ? left : 0;
}

/**
 * Reaps whatever dies until `pid` has ended, a signal asks for something, or the time is over.
 * @param pid a child, `ALL` or `NOBODY`.
 * @param deadline monotonic milliseconds, or `NEVER`.
 * @returns the child's wait status, `GONE`, or `RUNNING`.
 */
export function waitFor(pid: i32, deadline: i64): i32 {
  while (true) {
    let reaped = 0;
    for (; reaped < BURST; reaped++) {
      const child = waitpid(-1, WNOHANG);
      if (child == -ECHILD && pid != NOBODY) return GONE;
      if (child <= 0) break;
      if (<i32>child == pid) return <i32>(child >> 32);
    }
    const more = reaped == BURST;
    const left = untilDeadline(deadline);
    const signal = sigtimedwait(EVERY_SIGNAL, more ? 0 : left);
    if (heed(signal)) return RUNNING;
    if (left == 0 || (signal == -EAGAIN && !more)) return RUNNING;
  }
}

/** Like `waitFor`, but a signal does not end it. */
export function waitUntil(pid: i32, deadline: i64): i32 {
  while (true) {
    const status = waitFor(pid, deadline);
    if (status != RUNNING || now() >= deadline) return status;
  }
}

/**
 * Ends processes: TERM, a grace period, KILL, and once more as long for what the kernel can't kill.
 * @param target whom to signal, as kill(2) takes it: a process group `-pid`, or -1 for all.
 * @param pid whom to wait for: a child or `ALL`.
 * @returns the child's wait status, `GONE`, or `RUNNING` if it can't be killed.
 */
export function stop(target: i32, pid: i32): i32 {
  kill(target, SIGTERM);
  kill(target, SIGCONT); // One that is stopped would not see the TERM.
  const status = waitUntil(pid, now() + GRACE);
  if (status != RUNNING) return status;
  info("not all have ended in %d s, killing them", null, GRACE / 1000);
  kill(target, SIGKILL);
  return waitUntil(pid, now() + GRACE);
}

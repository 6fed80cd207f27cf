import { ECHILD, SIGCONT, SIGKILL, SIGTERM, WNOHANG, waitpid } from "./linux";
import { now } from "./clock";
import { error, info } from "./log";
import { grace } from "./settings";
import { heedNext, signal } from "./signals";
import { hangUp } from "./terminals";
import { feedWithin } from "./watchdog";

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

const SECOND: i64 = 1000; // milliseconds
const PATIENCE: i64 = 30000; // milliseconds that a child gets which a disk may hold
const LAST: i64 = 5000; // milliseconds in which the kernel ends what it can kill
const PROMPT: i64 = 200; // milliseconds: if none has ended in so many after a TERM, those that are left may be shells

const BURST = 128; // So many are reaped before signals are looked at: a fork bomb must not keep them waiting.

let reaped: u32 = 0;

let tell: ((pid: i32, status: i32) => void) | null = null;

/** Has somebody be told of each child that ends, with its wait status, while another one or the time is waited for. */
export function tellOfOthers(whom: ((pid: i32, status: i32) => void) | null): void {
  tell = whom;
}

function untilDeadline(deadline: i64): i64 {
  if (deadline == NEVER) return -1;
  const left = deadline - now();
  return left > 0 ? left : 0;
}

function briefly(left: i64): i64 {
  return left < 0 ? SECOND : min(left, SECOND);
}

/** How long to wait for a signal, in milliseconds, after waitpid(2) has returned `child`. */
function pause(child: i64, left: i64): i64 {
  if (child > 0) return 0; // More may have died.
  if (child == 0 || child == -ECHILD) return left; // A SIGCHLD comes when one dies.
  error("can't wait for the children: %m", null, child);
  return briefly(left);
}

/**
 * Reaps whatever dies until `pid` has ended, a signal asks for something, or the time is over.
 * @param pid a child, `ALL` or `NOBODY`.
 * @param deadline monotonic milliseconds, or `NEVER`.
 * @returns the child's wait status, `GONE`, or `RUNNING`.
 */
export function waitFor(pid: i32, deadline: i64): i32 {
  while (true) {
    let child: i64;
    let most = BURST;
    do {
      child = waitpid(-1, WNOHANG);
      if (<i32>child == pid && pid > 0) return <i32>(child >> 32);
      if (tell !== null && child > 0 && pid != ALL) tell(<i32>child, <i32>(child >> 32));
    } while (child > 0 && --most);
    reaped += BURST - most;
    if (child == -ECHILD && pid != NOBODY) return GONE;
    const left = untilDeadline(deadline);
    if (heedNext(pause(child, feedWithin(left))) > 0 || left == 0) return RUNNING;
  }
}

/**
 * Reaps the next that dies, whoever it is.
 * @param deadline monotonic milliseconds, or `NEVER`.
 * @returns `status << 32 | pid`; 0 when a signal asks for something, or the time is over.
 */
export function reapNext(deadline: i64): i64 {
  while (true) {
    const child = waitpid(-1, WNOHANG);
    if (child > 0 && ++reaped % BURST) return child;
    const left = untilDeadline(deadline);
    const most = child == -ECHILD ? briefly(left) : left; // Its caller may know of children all the same.
    const signal = heedNext(pause(child, feedWithin(most)));
    if (child > 0) return child;
    if (signal > 0 || left == 0) return 0;
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
 * Ends processes: TERM, HUP for those left that have a terminal, and KILL when the grace period is over.
 * @param target whom to signal, as kill(2) takes it: a process group `-pid`, or -1 for all.
 * @param pid whom to wait for: a child or `ALL`.
 * @returns the child's wait status, `GONE`, or `RUNNING` if it can't be killed.
 */
export function stop(target: i32, pid: i32): i32 {
  if (!signal(target, SIGTERM) && pid > 0) signal(pid, SIGTERM); // A child that was just forked has no group yet.
  signal(target, SIGCONT); // One that is stopped would not see the TERM.
  const end = now() + grace;
  let before: u32;
  let status: i32;
  do {
    before = reaped;
    status = waitUntil(pid, min(now() + PROMPT, end));
  } while (status == RUNNING && reaped != before && now() < end);
  if (status != RUNNING) return status;
  hangUp(target);
  status = waitUntil(pid, end);
  if (status != RUNNING) return status;
  info("not all have ended in %d s, killing them", null, grace / 1000);
  signal(target, SIGKILL);
  return waitUntil(pid, now() + LAST);
}

/**
 * Waits for a child that does what a disk or a server may hold up for ever: it gets 30 s, and is left then.
 * @param format what the log says of one that is left, of `text`.
 * @returns the child's wait status, `GONE`, or `RUNNING` if it is left.
 */
export function waitOrLeave(pid: i32, format: string, text: string | null = null): i32 {
  const status = waitUntil(pid, now() + PATIENCE);
  if (status == RUNNING) {
    error(format, text);
    signal(pid, SIGKILL);
  }
  return status;
}

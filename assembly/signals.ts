import { EAGAIN, EINTR, ESRCH, SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, kill, sigtimedwait } from "./linux";
import { life } from "./life";
import { error, failed, info } from "./log";

const EVERY_SIGNAL: u64 = u64.MAX_VALUE;

const SIGNALS = 64;

/** What a signal can ask of the machine once its stages have ended. */
export enum Request {
  None = 0,
  Restart = 1, // SIGTERM, SIGINT
  PowerOff = 2, // SIGUSR2
  Halt = 4, // SIGUSR1
}

/** kill(2): signals a process, a group or all; that nobody is there, which it returns, is no failure. */
export function signal(target: i32, sig: i32): bool {
  const result = kill(target, sig);
  if (result == -ESRCH) return false;
  if (failed("can't signal, trying again: %m", null, result)) kill(target, sig);
  return true;
}

function note(request: Request, format: string, signal: i32): i32 {
  life.asked |= request;
  life.ending = 1;
  life.signalled = 1;
  info(format, null, signal);
  return signal;
}

/** Takes the next signal; returns its number, or -errno when the time is over. */
function take(timeout: i64): i32 {
  const signal = sigtimedwait(EVERY_SIGNAL, timeout);
  if (signal < 0 && signal != -EAGAIN && signal != -EINTR) error("can't wait for a signal: %m", null, signal);
  return signal;
}

/**
 * Waits for a signal and takes note of what it asks for, as busybox's `reboot`, `poweroff` and `halt` send it.
 * @param timeout milliseconds; below 0: for ever.
 * @returns its number if the running stage is to end; else 0, or -errno when the time is over.
 */
export function heedNext(timeout: i64): i32 {
  const signal = take(timeout);
  switch (signal) {
    case SIGHUP:
      return note(Request.None, "signal %d asks for the end of the stage", signal);
    case SIGINT: // Ctrl-Alt-Del
    case SIGTERM: // reboot
      return note(Request.Restart, "signal %d asks for a restart", signal);
    case SIGUSR1: // halt
      return note(Request.Halt, "signal %d asks for a halt", signal);
    case SIGUSR2: // poweroff
      return note(Request.PowerOff, "signal %d asks for power-off", signal);
    default:
      return min(signal, 0);
  }
}

/** Takes note of the signals that came while a stage was ending: they were meant for that one, not for the next. */
export function heedPending(): void {
  for (let n = 0; n < SIGNALS && heedNext(0) >= 0; n++) {}
}

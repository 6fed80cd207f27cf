import { EACCES, ENOENT, LOG_EMERG, LOG_ERR, LOG_INFO, SIGKILL, WNOHANG, X_OK } from "./linux";
import { _exit, access, execv, fork, setsid, syslog, waitpid } from "./linux";
import { isDirectory } from "./files";
import { life } from "./life";
import { error, failed, info } from "./log";
import { GONE, RUNNING, stop } from "./processes";

const SETTLED: i64 = 60000; // milliseconds
const LONGEST_DELAY: u32 = 30; // seconds

/** The exit status that a shell tells of what could not be executed. */
export const NOT_STARTED = 127;

const UNKNOWN = 255 << 8;

/** Makes a wait status of what `waitFor` returns, also of what can't be killed, or was reaped by somebody else. */
export function known(status: i32): i32 {
  if (status == RUNNING) return SIGKILL;
  return status == GONE ? UNKNOWN : status;
}

/** The exit status that a shell would tell of a wait status: that of exit(3), or 128 and the number of a signal. */
export function exitStatus(status: i32): i32 {
  const signal = status & 0x7f; // wait(2)
  return signal ? 128 + signal : status >> 8;
}

/** Tells an exit status to who watches the machine, on its console. */
export function logStatus(status: i32): void {
  syslog(LOG_EMERG, "exit status %d", null, status);
}

/**
 * How long to wait before a program starts again.
 * @param delay how long it was the last time, in seconds; 0 at first.
 * @param ran how long it ran, in milliseconds.
 * @returns seconds: twice as many as the last time, 30 at most, and 1 once it ran for a minute.
 */
export function nextDelay(delay: u32, ran: i64): u32 {
  return ran < SETTLED ? min(max(2 * delay, 1), LONGEST_DELAY) : 1;
}

/** Logs why a program could not be started: `result` is what execve(2) says. */
export function explain(path: string, result: i32): void {
  const denied = result == -ENOENT || result == -EACCES;
  if (!denied || access(path, X_OK) < 0) return error("can't run %s: %m", path, result);
  if (isDirectory(path)) return error("can't run %s: it is a directory", path);
  // Not the file's own fault: what its #! line names, or the loader of a dynamic program, is missing.
  error("can't run the interpreter of %s: %m", path, result);
}

/**
 * Logs how a program has ended.
 * @param expected whether a failure is none, as it was told to end.
 */
export function logEnd(path: string, status: i32, expected: bool): void {
  if (status == GONE) return info("%s has ended", path);
  if (status == RUNNING) return error("%s can't be killed, going on without it", path);
  const signal = status & 0x7f; // wait(2)
  const level = status == 0 || expected ? LOG_INFO : LOG_ERR;
  if (signal) syslog(level, "%s was killed by signal %d", path, signal);
  else syslog(level, "%s exited with status %d", path, (status >> 8) & 0xff);
}

/** The wait status of what `hasEnded` tells of, or `GONE`. */
export let ended: i32 = 0;

/** Whether what ran when the logic trapped has ended meanwhile: the host may have reaped it. */
export function hasEnded(pid: i32): bool {
  const child = waitpid(pid, WNOHANG);
  ended = child < 0 ? GONE : <i32>(child >> 32);
  return child != 0;
}

/** Ends the program that `life` tells of, as a signal asked; returns its wait status, `GONE`, or `RUNNING` if it can't be killed. */
export function stopRunning(path: string): i32 {
  info("ending %s", path);
  return stop(-life.pid, life.pid);
}

/** A program with its arguments; a class that extends it can do more in `prepare`. */
export class Program {
  /**
   * @param path of the file to execute.
   * @param args its arguments, without its own name, 32 at most: made once, outside of functions.
   */
  constructor(
    public path: string,
    public args: StaticArray<string> | null = null,
  ) {}

  /** Is called in the child before it executes the program: there limits are set, control groups joined, files opened. */
  prepare(): void {}

  /**
   * fork(2), setsid(2), `prepare` and execve(2): starts it in a session of its own. One that can't be executed exits with
   * status 127, and the log says why.
   * @returns its pid, or -errno if there can be no child, logged.
   */
  start(): i32 {
    info("running %s", this.path);
    const pid = fork();
    if (pid == 0) {
      failed("can't begin a session: %m", null, setsid());
      this.prepare();
      explain(this.path, execv(this.path, this.args));
      _exit(NOT_STARTED);
    }
    failed("can't fork: %m", null, pid);
    return pid;
  }
}

import { now } from "./clock";
import { life } from "./life";
import { error, info } from "./log";
import { begin, remember, statusOf } from "./once";
import { NEVER, RUNNING, waitFor } from "./processes";
import { NOT_STARTED, Program, ended, exitStatus, hasEnded, known, logEnd, stopRunning } from "./programs";
import { heedPending } from "./signals";

const TIMED_OUT = 124; // as timeout(1) tells it

/** Waits for what a trap left running; a signal may have asked for its end. */
function takeUp(deadline: i64): i32 {
  if (hasEnded(life.pid)) return ended;
  return life.ending ? RUNNING : waitFor(life.pid, deadline);
}

/** Starts the program; returns whether it runs. */
function start(program: Program): bool {
  life.ending = 0;
  life.started = now();
  life.pid = max(program.start(), 0);
  return life.pid != 0;
}

/** Waits for the program that runs, or ends it, and remembers how it ended; returns its exit status. */
function end(n: u32, program: Program, isAgain: bool, seconds: i32): i32 {
  const deadline = seconds ? life.started + 1000 * <i64>seconds : NEVER;
  const waited = isAgain ? takeUp(deadline) : waitFor(life.pid, deadline);
  const isStopped = waited == RUNNING;
  const isLate = isStopped && !life.ending;
  if (isLate) error("%s has run for %d s", program.path, seconds);
  const last = isStopped ? stopRunning(program.path) : waited;
  const status = isLate ? TIMED_OUT : exitStatus(known(last));
  remember(n, status);
  life.pid = 0; // Nothing can trap between these two, and after them it is done.
  logEnd(program.path, last, isStopped);
  heedPending();
  return status;
}

/** Has a program run to its end; returns its exit status. */
function live(n: u32, program: Program, seconds: i32): i32 {
  const isAgain = life.pid != 0;
  if (isAgain || start(program)) return end(n, program, isAgain, seconds);
  remember(n, NOT_STARTED);
  return NOT_STARTED;
}

/**
 * Runs a program to its end, and reaps all others that die meanwhile. A signal that asks for the end of the machine, as
 * busybox's `reboot` sends it, ends the program; `shutDown` then ends the machine as it asked for.
 *
 * After a trap of the policy, which then begins again, a run that had ended is not done again: it returns the same at once,
 * the first 28 of a life. One that was running is waited for.
 * @param program which may be of a class that extends `Program`.
 * @param seconds that it may take before it is ended; 0: as long as it wants.
 * @returns its exit status as a shell tells it: 0 to 255; 128 and the number of the signal that killed it; 127 if it could not
 * be started, and the log says why; 124 if it took too long; 255 if nobody knows.
 */
export function runProgram(program: Program, seconds: i32 = 0): i32 {
  const n = begin();
  const status = statusOf(n);
  if (status < 0) return live(n, program, seconds);
  info("%s has run", program.path);
  return status;
}

const shared = new Program("");

/**
 * Runs a program to its end: see `runProgram`.
 * @param path of the file to execute.
 * @param args its arguments, without its own name, 32 at most: a constant of the module, as what is made in a function takes
 * memory each time.
 * @param seconds that it may take before it is ended; 0: as long as it wants.
 * @returns its exit status as a shell tells it.
 */
export function run(path: string, args: StaticArray<string> | null = null, seconds: i32 = 0): i32 {
  shared.path = path;
  shared.args = args;
  return runProgram(shared, seconds);
}

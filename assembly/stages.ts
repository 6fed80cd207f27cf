import { EACCES, ENOENT, LOG_ERR, LOG_INFO, WNOHANG, X_OK, access, spawn, syslog, waitpid } from "./linux";
import { now } from "./clock";
import { isDirectory, look } from "./files";
import { Phase, life } from "./life";
import { error, info } from "./log";
import { heedPending } from "./signals";
import { GONE, NEVER, NOBODY, RUNNING, stop, waitFor } from "./processes";

const LONG_RUN: i64 = 60000; // milliseconds
const LONGEST_DELAY: u32 = 30; // seconds

function logEnd(path: string, status: i32, expected: bool): void {
  if (status == GONE) return info("%s has ended", path);
  if (status == RUNNING) return error("%s can't be killed, going on without it", path);
  const signal = status & 0x7f; // wait(2)
  const level = status == 0 || expected ? LOG_INFO : LOG_ERR;
  if (signal) syslog(level, "%s was killed by signal %d", path, signal);
  else syslog(level, "%s exited with status %d", path, (status >> 8) & 0xff);
}

function explain(path: string, result: i32): void {
  const denied = result == -ENOENT || result == -EACCES;
  if (!denied || access(path, X_OK) < 0) return error("can't run %s: %m", path, result);
  if (isDirectory(path)) return error("can't run %s: it is a directory", path);
  // Not the file's own fault: what its #! line names, or the loader of a dynamic program, is missing.
  error("can't run the interpreter of %s: %m", path, result);
}

function start(path: string): void {
  info("running %s", path);
  const pid = spawn(path);
  if (pid < 0) explain(path, pid);
  life.pid = max(pid, 0);
  life.ending = 0;
}

/** Waits for the stage that a trap left running: the host may have reaped it, and a signal may have asked for its end. */
function takeUp(): i32 {
  const child = waitpid(life.pid, WNOHANG);
  if (child < 0) return GONE;
  if (child > 0) return <i32>(child >> 32);
  return life.ending ? RUNNING : waitFor(life.pid, NEVER);
}

/** Ends a stage that is still running, as a signal asked, and logs how it ended. */
function end(path: string, status: i32): void {
  const asked = status == RUNNING;
  if (asked) {
    info("ending %s", path);
    status = stop(-life.pid, life.pid);
  }
  life.pid = 0;
  logEnd(path, status, asked);
  heedPending();
}

/** Runs a stage to its end, or goes on waiting for the one that a trap of the logic left running. */
function run(stage: Phase, path: string): void {
  const again = life.phase == stage;
  life.phase = stage;
  if (!again) start(path);
  if (life.pid) end(path, again ? takeUp() : waitFor(life.pid, NEVER));
}

function pause(path: string): void {
  if (!life.delay) return;
  info("%s starts again in %d s", path, life.delay);
  waitFor(NOBODY, now() + 1000 * <i64>life.delay);
}

/** Runs `/etc/boot`: the first time at once, later after a delay that grows from 1 to 30 s until a run lasts a minute. */
export function runBoot(): void {
  const path = "/etc/boot";
  if (life.phase != Phase.Boot) {
    if (!life.asked) pause(path);
    if (life.asked) return; // The machine is to end, not to start again.
    life.started = now();
  }
  run(Phase.Boot, path);
  const ran = now() - life.started;
  life.delay = ran < LONG_RUN ? min(max(2 * life.delay, 1), LONGEST_DELAY) : 1;
}

/** Runs `/etc/reboot`, if there is one. */
export function runReboot(): void {
  const path = "/etc/reboot";
  if (life.phase == Phase.Reboot || look(path) != -ENOENT) run(Phase.Reboot, path);
}

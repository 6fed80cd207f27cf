import { EACCES, ENOENT, LOG_EMERG, LOG_ERR, LOG_INFO, SIGKILL, WNOHANG, X_OK } from "./linux";
import { access, spawn, syslog, waitpid } from "./linux";
import { now } from "./clock";
import { tellEnd, tellPlan } from "./environment";
import { isDirectory, look } from "./files";
import { Phase, life } from "./life";
import { error, info } from "./log";
import { GONE, NEVER, NOBODY, RUNNING, stop, waitFor } from "./processes";
import { once } from "./settings";
import { heedPending } from "./signals";

const LONG_RUN: i64 = 60000; // milliseconds
const LONGEST_DELAY: u32 = 30; // seconds

// In place of a wait status, as a shell would tell it.
const NOT_STARTED = 127 << 8;
const UNKNOWN = 255 << 8;

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

function start(stage: Phase, path: string): void {
  info("running %s", path);
  const pid = spawn(path, i32(stage == Phase.Boot));
  if (pid < 0) explain(path, pid);
  life.pid = max(pid, 0);
  life.ending = 0;
}

/** Waits for a stage to end; that /etc/reboot takes long is told, as the machine waits for nothing else. */
function wait(stage: Phase, path: string): i32 {
  if (stage == Phase.Reboot) {
    const status = waitFor(life.pid, now() + LONG_RUN);
    if (status != RUNNING || life.ending) return status;
    error("%s has run for %d s; another signal ends it", path, LONG_RUN / 1000);
  }
  return waitFor(life.pid, NEVER);
}

/** Waits for the stage that a trap left running: the host may have reaped it, and a signal may have asked for its end. */
function takeUp(stage: Phase, path: string): i32 {
  const child = waitpid(life.pid, WNOHANG);
  if (child < 0) return GONE;
  if (child > 0) return <i32>(child >> 32);
  return life.ending ? RUNNING : wait(stage, path);
}

/** Ends a stage that is still running, as a signal asked, and logs how it ended; returns its wait status. */
function end(path: string, status: i32): i32 {
  const asked = status == RUNNING;
  if (asked) {
    info("ending %s", path);
    status = stop(-life.pid, life.pid);
  }
  life.pid = 0;
  logEnd(path, status, asked);
  heedPending();
  return status;
}

/**
 * Runs a stage to its end, or goes on waiting for the one that a trap of the logic left running.
 * @returns its wait status, `NOT_STARTED`, `RUNNING` or `GONE`.
 */
function run(stage: Phase, path: string): i32 {
  const again = life.phase == stage;
  life.phase = stage;
  if (!again) start(stage, path);
  if (!life.pid) return NOT_STARTED;
  return end(path, again ? takeUp(stage, path) : wait(stage, path));
}

/** Tells how /etc/boot has ended: to the stages that come and, if it was to run once, to who watches the machine. */
function tell(status: i32): void {
  if (status == RUNNING) status = SIGKILL;
  if (status == GONE) status = UNKNOWN;
  tellEnd(status);
  if (!once) return;
  life.asked |= once;
  const signal = status & 0x7f; // wait(2)
  syslog(LOG_EMERG, "exit status %d", null, signal ? 128 + signal : status >> 8);
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
    life.signalled = 0;
  }
  tell(run(Phase.Boot, path));
  const ran = now() - life.started;
  life.delay = ran < LONG_RUN ? min(max(2 * life.delay, 1), LONGEST_DELAY) : 1;
}

/** Runs `/etc/reboot`, if there is one. */
export function runReboot(): void {
  const path = "/etc/reboot";
  if (life.phase != Phase.Reboot) {
    if (look(path) == -ENOENT) return;
    tellPlan();
  }
  run(Phase.Reboot, path);
}

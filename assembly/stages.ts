import { ENOENT, spawn } from "./linux";
import { now } from "./clock";
import { tellEnd, tellPlan } from "./environment";
import { look } from "./files";
import { Phase, life } from "./life";
import { error, info } from "./log";
import { NEVER, NOBODY, RUNNING, waitFor } from "./processes";
import {
  NOT_STARTED,
  ended,
  exitStatus,
  explain,
  hasEnded,
  known,
  logEnd,
  logStatus,
  nextDelay,
  stopRunning,
} from "./programs";
import { once } from "./settings";
import { heedPending } from "./signals";

const PATIENCE: i64 = 60000; // milliseconds

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
    const status = waitFor(life.pid, now() + PATIENCE);
    if (status != RUNNING || life.ending) return status;
    error("%s has run for %d s; another signal ends it", path, PATIENCE / 1000);
  }
  return waitFor(life.pid, NEVER);
}

/** Waits for the stage that a trap left running: the host may have reaped it, and a signal may have asked for its end. */
function takeUp(stage: Phase, path: string): i32 {
  if (hasEnded(life.pid)) return ended;
  return life.ending ? RUNNING : wait(stage, path);
}

/** Ends a stage that is still running, as a signal asked, and logs how it ended; returns its wait status. */
function end(path: string, status: i32): i32 {
  const isAsked = status == RUNNING;
  if (isAsked) status = stopRunning(path);
  life.pid = 0;
  logEnd(path, status, isAsked);
  heedPending();
  return status;
}

/**
 * Runs a stage to its end, or goes on waiting for the one that a trap of the logic left running.
 * @returns its wait status, also if it could not be started, `RUNNING` or `GONE`.
 */
function run(stage: Phase, path: string): i32 {
  const again = life.phase == stage;
  life.phase = stage;
  if (!again) start(stage, path);
  if (!life.pid) return NOT_STARTED << 8;
  return end(path, again ? takeUp(stage, path) : wait(stage, path));
}

/** Tells how /etc/boot has ended: to the stages that come and, if it was to run once, to who watches the machine. */
function tell(status: i32): void {
  tellEnd(status);
  if (!once) return;
  life.asked |= once;
  logStatus(exitStatus(status));
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
  tell(known(run(Phase.Boot, path)));
  life.delay = nextDelay(life.delay, now() - life.started);
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

import { ENOENT, F_OK, LOG_ERR, LOG_INFO, access, spawn, syslog } from "./linux";
import { now } from "./clock";
import { Stage, life } from "./life";
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

function start(path: string): void {
  info("running %s", path);
  const pid = spawn(path);
  if (pid == -ENOENT && access(path, F_OK) == 0)
    error("can't run %s: the interpreter that its #! line names is missing", path);
  else if (pid < 0) error("can't run %s: %m", path, pid);
  life.pid = max(pid, 0);
}

function wait(path: string): void {
  const pid = life.pid;
  const resumed = life.stage == Stage.Boot && life.asked != 0; // A trap came between a request and what it asks for.
  let status = resumed ? RUNNING : waitFor(pid, NEVER);
  const asked = status == RUNNING;
  if (asked) {
    info("ending %s", path);
    status = stop(-pid, pid);
  }
  logEnd(path, status, asked);
  heedPending();
  life.pid = 0;
}

/** Runs a stage to its end, or goes on waiting for the one that a trap of the logic left running. */
function run(stage: Stage, path: string): void {
  if (life.stage != stage) {
    life.stage = stage;
    start(path);
  }
  if (life.pid) wait(path);
}

function pause(path: string): void {
  if (!life.delay) return;
  info("%s starts again in %d s", path, life.delay);
  waitFor(NOBODY, now() + 1000 * <i64>life.delay);
}

/** Runs `/etc/boot`: the first time at once, later after a delay that grows from 1 to 30 s until a run lasts a minute. */
export function runBoot(): void {
  const path = "/etc/boot";
  if (life.stage != Stage.Boot) {
    if (!life.asked) pause(path);
    if (life.asked) return; // The machine is to end, not to start again.
    life.started = now();
  }
  run(Stage.Boot, path);
  const ran = now() - life.started;
  life.delay = ran < LONG_RUN ? min(max(2 * life.delay, 1), LONGEST_DELAY) : 1;
}

/** Runs `/etc/reboot`, if there is one. */
export function runReboot(): void {
  const path = "/etc/reboot";
  if (life.stage == Stage.Reboot || access(path, F_OK) != -ENOENT) run(Stage.Reboot, path);
}

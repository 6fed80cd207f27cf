import { now } from "./clock";
import { look } from "./files";
import { SERVICES, keptServices, life } from "./life";
import { error, info } from "./log";
import { beWithin, begin, remember, statusOf } from "./once";
import { NEVER, reapNext, stop, tellOfOthers } from "./processes";
import { Program, ended, exitStatus, hasEnded, known, logEnd, nextDelay, stopRunning } from "./programs";
import { heedPending } from "./signals";

const MOST = 16; // services, of which there is room to keep what outlives a trap
const POLL: i64 = 200; // milliseconds between two looks for a file
const PATIENCE: i32 = 60; // seconds until it is told that a service is not ready

enum Is {
  New,
  Ready = 1,
  Done = 2,
  Late = 4,
}

/** What is kept of a service. */
@unmanaged
class State {
  /** Monotonic milliseconds: when it was first started, or 0. */
  first: i64;
  /** Monotonic milliseconds: when it was started, if it runs, else when it is to start. */
  time: i64;
  pid: i32;
  /** Seconds that it last waited to be started again. */
  delay: u8;
  /** The exit status of one that is `main`, once it is done. */
  status: u8;
  /** Bits of `Is`. */
  is: u16;
}

const SIZE: usize = 24; // bytes of a State

function stateOf(n: i32): State {
  return changetype<State>(keptServices + SIZE * n);
}

/** A program that is kept running: see `supervise`. */
export class Service extends Program {
  /** @internal */
  isOneShot: bool = false;
  /** @internal */
  isMain: bool = false;
  /** @internal */
  file: string | null = null;
  /** @internal */
  patience: i32 = PATIENCE;

  /**
   * It is to end, with status 0: then it is ready, and not started again.
   * @param seconds that it may take, from its first start on; then `late` is called.
   */
  oneShot(seconds: i32 = PATIENCE): Service {
    assert(this.file === null, "a one-shot is ready once it has ended, not by a file");
    this.isOneShot = true;
    this.patience = seconds;
    return this;
  }

  /** It is what the others are there for: once it has ended, `supervise` ends them, and returns its exit status. */
  main(): Service {
    this.isMain = true;
    return this;
  }

  /**
   * It is ready once there is a file, which is looked for five times a second.
   * @param file its path; one that was there before counts, too.
   * @param seconds that it may take, from its first start on; then `late` is called.
   */
  readyWhen(file: string, seconds: i32 = PATIENCE): Service {
    assert(!this.isOneShot, "a one-shot is ready once it has ended, not by a file");
    this.file = file;
    this.patience = seconds;
    return this;
  }

  /**
   * Is called once if it is not ready in time, which is logged; those behind it go on waiting. After a trap in it, it is called
   * again, and what it ran is ended first.
   */
  late(): void {}
}

/** Whether those behind it may start. */
function isReady(service: Service, state: State): bool {
  if (state.is & Is.Ready) return true;
  if (service.isOneShot || !state.pid) return false;
  const file = service.file;
  return file === null || look(file) == 0;
}

/** Has it start again, after a while. */
function startAgain(service: Service, state: State): void {
  state.delay = <u8>nextDelay(state.delay, now() - state.time);
  state.time = now() + 1000 * <i64>state.delay;
  info("%s starts again in %d s", service.path, state.delay);
}

/** Notes how it ended, and whether it is to start again. */
function noteEnd(service: Service, state: State, status: i32): void {
  logEnd(service.path, status, false);
  state.pid = 0;
  state.status = <u8>exitStatus(status);
  if (service.isMain || (service.isOneShot && status == 0)) state.is = <u16>(Is.Ready | Is.Done);
  else startAgain(service, state);
}

/** Starts it, if it is time to; returns when it is. */
function startIfDue(service: Service, state: State): i64 {
  const time = now();
  if (time < state.time) return state.time;
  if (!state.first) state.first = max(time, 1);
  state.time = time;
  state.pid = max(service.start(), 0);
  if (!state.pid) startAgain(service, state);
  return state.pid ? NEVER : state.time;
}

/** Looks whether it is late; returns when it will be, or 0 if others may have ended meanwhile. */
function noteLate(service: Service, state: State): i64 {
  if (state.is & Is.Late || !state.first) return NEVER;
  const limit = state.first + 1000 * <i64>service.patience;
  if (now() < limit) return limit;
  error("%s is not ready after %d s", service.path, service.patience);
  service.late();
  state.is |= <u16>Is.Late; // Not before: what a machine on trial does then must not be lost by a trap.
  return 0;
}

/** Does what is to be done for it; returns when there is something to do next. */
function step(service: Service, state: State): i64 {
  if (state.is & Is.Done) return NEVER;
  const next = state.pid ? NEVER : startIfDue(service, state);
  if (isReady(service, state)) {
    state.is |= <u16>Is.Ready;
    return next;
  }
  const look = service.file === null ? NEVER : now() + POLL;
  return min(min(next, noteLate(service, state)), look);
}

/** Starts what is to be started; returns when there is something to do next, or -1 if there is nothing left. */
function stepAll(services: Service[]): i64 {
  let next = NEVER;
  let isAny = false;
  for (let n = 0; n < services.length; n++) {
    const state = stateOf(n);
    next = min(next, step(services[n], state));
    if (!(state.is & Is.Done)) isAny = true;
    if (!(state.is & Is.Ready)) break;
  }
  return isAny ? next : -1;
}

/** Notes the end of those that have ended while there was no logic, and ends what `late` ran when it trapped. */
function takeUp(services: Service[]): void {
  if (life.pid && !hasEnded(life.pid)) stopRunning("what late has run");
  life.pid = 0;
  for (let n = 0; n < services.length; n++) {
    const state = stateOf(n);
    if (state.pid && hasEnded(state.pid)) noteEnd(services[n], state, known(ended));
  }
}

let supervised: Service[] = [];

/** Notes who has died, if it is a service. */
function noteDeath(pid: i32, status: i32): void {
  for (let n = 0; n < supervised.length; n++) {
    const state = stateOf(n);
    if (state.pid == pid) return noteEnd(supervised[n], state, status);
  }
}

/** The main service that has ended, or -1. */
function endedMain(services: Service[]): i32 {
  for (let n = 0; n < services.length; n++) if (services[n].isMain && stateOf(n).is & Is.Done) return n;
  return -1;
}

/** Ends those that run, the last first, as they may need those before them. */
function stopAll(services: Service[]): void {
  for (let n = services.length - 1; n >= 0; n--) {
    const state = stateOf(n);
    const pid = state.pid;
    if (!pid) continue;
    info("ending %s", services[n].path);
    logEnd(services[n].path, hasEnded(pid) ? ended : stop(-pid, pid), true);
    state.pid = 0;
  }
  heedPending();
}

/** Keeps them running until a main service ends, a signal asks for the end, or none is left; returns the exit status. */
function keep(services: Service[]): i32 {
  takeUp(services);
  while (!life.asked && endedMain(services) < 0) {
    const next = stepAll(services);
    if (next < 0) return 0;
    const child = reapNext(next);
    if (child) noteDeath(<i32>child, <i32>(child >> 32));
  }
  tellOfOthers(null);
  stopAll(services);
  const main = endedMain(services);
  return main < 0 ? 0 : stateOf(main).status;
}

/**
 * Keeps services running until one that is `main` ends, or a signal asks for the end of the machine, as busybox's `reboot` sends
 * it; then ends them, the last first. They are started in their order, each once the one before it is ready: at once, or as
 * `oneShot` or `readyWhen` say. One that ends starts again, after a second, then 2, 4, 8, 16 and 30, until it has run for a
 * minute. All others that die are reaped.
 *
 * After a trap of the policy, which then begins again, those that run are taken up; and once it has returned, it is not done
 * again, as `run` is not: it returns the same at once.
 * @param services 16 at most; made once, outside of functions.
 * @returns the exit status of the main service that has ended, as a shell tells it; 0 if a signal asked, as `life.asked` tells, or
 * if there are only one-shots, and all have ended.
 */
export function supervise(services: Service[]): i32 {
  assert(services.length <= MOST, "more than 16 services");
  const n = begin();
  const before = statusOf(n);
  if (before >= 0) return before;
  supervised = services;
  tellOfOthers(noteDeath);
  beWithin(true);
  const status = keep(services);
  beWithin(false);
  tellOfOthers(null);
  remember(n, status);
  memory.fill(keptServices, 0, SERVICES); // Nothing can trap between these two: the next services are others.
  return status;
}

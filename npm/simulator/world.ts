/** What happens, and when: the virtual clock, the signals for PID 1, and the end of the run. */

import { Process as Run } from "as-wasi/assembly";
import { File, self, subject } from "./caller";
import { checkFailures } from "./failures";
import { addFile, leftOpen } from "./files";
import { signalName } from "./names";
import { Process, collect, ending, letDie, nextDeath, nobody } from "./processes";
import { checkPrograms, programs } from "./programs";
import { NEVER, clock, seconds, setClock } from "./time";
import { checkParts, lineNumber, refuse, tell, tellEnd } from "./trace";

/** What comes from outside: a signal for PID 1 or a new file, at a time or once so many children were reaped. */
export class Event {
  fired: bool = false;
  readonly line: i32 = lineNumber;

  constructor(
    readonly time: i64,
    readonly reaped: i32,
    readonly signal: i32,
    readonly path: string,
  ) {}
}

export const events: Event[] = [];
/** When the run ends, if the machine does not: so that a scenario can't go on for ever. */
let limit: i64 = 3600000;
let hasLimit = false; // which the scenario names
/** The end that the scenario names, as the trace will show it. */
let expectedEnd: string | null = null;
let expectedLine: i32 = 0;

function pastLimit(): string {
  return "goes on after " + seconds(limit);
}

function atRun(path: string, count: i32): string {
  return `run ${count} of ${path}`;
}

/** Ends the run at a time. */
export function setLimit(time: i64): void {
  limit = time;
  hasLimit = true;
  expectedEnd = pastLimit();
  expectedLine = lineNumber;
}

/** Ends the run once a program was started so often. */
export function setLastRun(path: string, count: i32): void {
  expectedEnd = atRun(path, count);
  expectedLine = lineNumber;
}

/** Tells that a program was started once more. */
export function noteRun(path: string): void {
  const run = atRun(path, programs.get(path).started);
  if (expectedEnd == run) end(run);
}

let reaped = 0; // by the one who is looked at

function bit(signal: i32): u64 {
  return (<u64>1) << (signal - 1);
}

function show(event: string, passed: i64): void {
  tell(`[+ ${seconds(passed)}] ${event}`);
}

function fire(event: Event, passed: i64): void {
  event.fired = true;
  if (event.signal) {
    subject.pending |= bit(event.signal);
    show(signalName(event.signal), passed);
  } else {
    addFile(event.path, new File());
    show("there is " + event.path, passed);
  }
}

/** Lets happen all that is due; `passed` is how long it was waited for. */
function happen(passed: i64): void {
  for (let i = 0; i < events.length; i++) {
    const event = events[i];
    if (event.fired || event.time > clock) continue;
    fire(event, passed);
    passed = 0;
  }
  for (let dead: Process | null = letDie(); dead; dead = letDie()) {
    show(`${dead.name} ${ending(dead.status)}`, passed);
    passed = 0;
  }
}

/** Counts a child that was collected. */
export function countReaped(): void {
  if (self != subject) return;
  reaped++;
  for (let i = 0; i < events.length; i++) {
    if (!events[i].fired && events[i].reaped == reaped) fire(events[i], 0);
  }
}

function nextTime(): i64 {
  let next = nextDeath();
  for (let i = 0; i < events.length; i++) {
    if (!events[i].fired && events[i].time < next) next = events[i].time;
  }
  return next;
}

function take(set: u64): i32 {
  const ready = self.pending & set;
  if (!ready) return 0;
  const signal = <i32>ctz(ready) + 1;
  self.pending &= ~bit(signal);
  return signal;
}

/** Moves the clock on to the next event or to `deadline`; tells whether there was an event. */
function advance(deadline: i64): bool {
  const next = nextTime();
  const time = min(next, deadline);
  if (time == NEVER && !hasLimit) end(self.parent ? `pid ${self.pid} waits for ever` : "waits for ever");
  if (time > limit) end(pastLimit());
  const passed = time - clock;
  setClock(time);
  if (next > deadline) tell(`[+ ${seconds(passed)}]`);
  else happen(passed);
  return next <= deadline;
}

/** sigtimedwait(2): the next signal, or 0 when `timeout` is over. */
export function awaitSignal(set: u64, timeout: i64): i32 {
  const deadline = timeout < 0 ? NEVER : clock + timeout;
  happen(0);
  while (true) {
    const signal = take(set);
    if (signal) return signal;
    if (timeout == 0 || !advance(deadline)) return 0;
  }
}

/** waitpid(2): the child that has died, or null if there is none, or it has not died and is not to be waited for. */
export function awaitChild(pid: i32, isPoll: bool): Process | null {
  if (!isPoll) happen(0);
  while (true) {
    const child = collect(pid);
    if (child !== null || isPoll || nobody(pid) != 0) return child;
    advance(NEVER);
  }
}

/** Waits for some milliseconds, whatever happens. */
export function sleep(time: i64): void {
  const deadline = clock + time;
  while (advance(deadline)) continue;
}

function checkEvents(): void {
  for (let i = 0; i < events.length; i++) {
    const event = events[i];
    if (!event.fired) refuse(`never happened: ${event.signal ? signalName(event.signal) : event.path}`, event.line);
  }
}

/** Ends the run; refuses the scenario if it tells of more than what was done, or if there is something wrong with that end. */
export function end(how: string, wrong: string = ""): void {
  const open = leftOpen();
  tellEnd(`-- ${how}${open == "" ? "" : "; left open:" + open}`);
  if (wrong != "") refuse(wrong, 0);
  checkFailures();
  checkPrograms();
  checkEvents();
  checkParts();
  if (expectedEnd && how != expectedEnd) refuse(`never happened: until ${expectedEnd as string}`, expectedLine);
  Run.exit(0);
}

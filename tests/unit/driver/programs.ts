/** What can be started, and what is running beside it. */

import { isToFail } from "./failures";
import { errnoNumber } from "./names";
import { Behaviour, FIRST_PID, start } from "./processes";
import { refuse } from "./trace";

/** A program: what it does each time it is started; the last applies to all that follow. */
export class Program {
  runs: Behaviour[] = [];
  started: i32 = 0;

  /** The behaviour that a scenario's next phrase changes. */
  get latest(): Behaviour {
    if (!this.runs.length) this.runs.push(new Behaviour());
    return this.runs[this.runs.length - 1];
  }

  next(): Behaviour {
    const behaviour = this.runs[min(this.started, this.runs.length - 1)];
    this.started++;
    return behaviour;
  }
}

/** A process that is no stage. */
export class Other {
  behaviour: Behaviour = new Behaviour();

  constructor(readonly name: string) {}
}

/** What the kernel has given to /init, by name. */
export const environment = new Map<string, string>();
export const stages = new Map<string, Program>();
/** What the first stage leaves running, as children of PID 1. */
export const others: Other[] = [];
/** The children that PID 1 forks: the n-th does what the n-th run says. */
export const child = new Program();
/** Those children of the child that are not followed, by number. */
export const grandchildren = new Map<i32, Program>();
let isChild = false;
let isGrandchild = false;
let forked = 0; // by the child

/** Starts a stage; the first one brings the other processes with it. */
export function startStage(path: string): i32 {
  const pid = start(path, stages.get(path).next());
  for (let i = 0; i < others.length; i++) start(others[i].name, others[i].behaviour);
  others.length = 0;
  return pid;
}

let isToFollow = false;

/** Has the run go on as the child, once it is forked. */
export function followChild(): void {
  isToFollow = true;
}

function startGrandchild(): i32 {
  forked++;
  if (grandchildren.has(forked)) return start(`its child ${forked}`, grandchildren.get(forked).next());
  isGrandchild = true;
  return 0;
}

export function startFork(): i32 {
  if (isChild) return startGrandchild();
  isChild = isToFollow;
  if (isChild) {
    leadsSession = false;
    return 0;
  }
  if (!child.runs.length) child.latest.lasts = 0;
  return start("the child", child.next());
}

export function isPid1(): bool {
  return !isChild;
}

let leadsSession = false;

/** setsid(2) by the one who is followed; its number is that of this process. */
export function beginSession(): i32 {
  if (leadsSession) return -errnoNumber("EPERM");
  leadsSession = true;
  return isChild ? FIRST_PID : 1;
}

/** Returns from a child of the child to the child, for which it has ended at once; tells whether it was one. */
export function leaveGrandchild(): bool {
  const was = isGrandchild;
  isGrandchild = false;
  return was;
}

/** Refuses a scenario that tells of what was never started. */
export function checkPrograms(): void {
  if (others.length) refuse(`never started: ${others[0].name}`);
  const paths = stages.keys();
  for (let i = 0; i < paths.length; i++) {
    const program = stages.get(paths[i]);
    if (program.started < program.runs.length && !isToFail("spawn", paths[i])) refuse(`never started: ${paths[i]}`);
  }
  const numbers = grandchildren.keys();
  for (let i = 0; i < numbers.length; i++) if (numbers[i] > forked) refuse(`never started: child ${numbers[i]}`);
}

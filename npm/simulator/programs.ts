/** What can be started, and what is running beside it; who is forked, and what becomes of him. */

import { goOnAs } from "./answers";
import { Answer, follow, pid1, self, setSelf, subject } from "./caller";
import { isToFail } from "./failures";
import { closeAll, closeOnExec, exists } from "./files";
import { errnoNumber } from "./names";
import { Behaviour, FIRST_PID, die, leftAlive, processOf, start } from "./processes";
import { lineNumber, refuse, traced } from "./trace";
import { end, noteRun } from "./world";

/** A program: what it does each time it is started; the last applies to all that follow. */
export class Program {
  runs: Behaviour[] = [];
  started: i32 = 0;
  readonly line: i32 = lineNumber;

  /** The behaviour that a scenario's next phrase changes. */
  get latest(): Behaviour {
    if (!this.runs.length) this.runs.push(new Behaviour());
    return this.runs[this.runs.length - 1];
  }

  next(): Behaviour {
    this.started++;
    return this.runs.length ? this.runs[min(this.started, this.runs.length) - 1] : new Behaviour();
  }
}

/** A process that no program is told of. */
export class Other {
  behaviour: Behaviour = new Behaviour();
  readonly line: i32 = lineNumber;

  constructor(readonly name: string) {}
}

export const programs = new Map<string, Program>();
/** What the first program leaves running, as children of PID 1. */
export const others: Other[] = [];
/** The children that PID 1 forks: the n-th does what the n-th run says. */
export const child = new Program();
/** Those of them of which something else is said, by number; and those that the child forks which is followed. */
export const numbered = new Map<i32, Program>();
export const grandchildren = new Map<i32, Program>();

/** 0 if a program, or a file, is there to be executed, else -ENOENT. */
export function lacks(path: string): i32 {
  return programs.has(path) || exists(path) ? 0 : -errnoNumber("ENOENT");
}

export function cantSpawn(path: string): i32 {
  return programs.has(path) ? 0 : -errnoNumber("ENOENT");
}

/** A file of which no more is said runs for ever. */
function programAt(path: string): Program {
  if (!programs.has(path)) programs.set(path, new Program());
  return programs.get(path);
}

/** The first program that is started leaves them running, whoever is started as it: they are children of PID 1. */
function startOthers(): void {
  for (let i = 0; i < others.length; i++) start(others[i].name, others[i].behaviour, subject);
  others.length = 0;
}

/** Starts a program; the first one brings the other processes with it. */
export function startProgram(path: string): i32 {
  const pid = start(path, programAt(path).next());
  startOthers();
  return pid;
}

let isToFollow = false;

/** Has the run go on as the child, once it is forked. */
export function followChild(): void {
  isToFollow = true;
}

/** What the scenario says of the next child, or null if it is to be lived. */
function nextChild(number: i32): Program | null {
  if (self != pid1) return self.parent || !grandchildren.has(number) ? null : grandchildren.get(number);
  if (isToFollow) return null;
  if (numbered.has(number)) return numbered.get(number);
  return child.runs.length ? child : null;
}

function nameOf(number: i32): string {
  if (self != pid1) return `its child ${number}`;
  return numbered.has(number) ? `child ${number}` : "the child";
}

/** fork(2), unless it fails. */
export function startFork(error: i32): i32 {
  if (error) return traced("fork()", error);
  const number = ++self.forks;
  const told = nextChild(number);
  if (told) return traced("fork()", start(nameOf(number), told.next()));
  if (self == pid1 && isToFollow) {
    follow(self.copy(FIRST_PID - 1, null));
    return traced("fork()", 0);
  }
  const pid = traced("fork()", start("a child", new Behaviour()));
  const child = self.copy(pid, self);
  self.answers.push(new Answer(pid, []));
  setSelf(child);
  return 0;
}

/** _exit(2) of a child; `status` is as waitpid(2) tells it. */
export function exit(status: i32): void {
  const parent = self.parent;
  if (parent) {
    die(self.pid, status);
    goOnAs(parent);
  }
  closeAll();
  end("the child exits");
}

/** execve(2), once nothing is in its way. */
export function become(path: string): i32 {
  closeOnExec();
  const parent = self.parent;
  if (!parent) {
    const alive = leftAlive();
    const who = self == pid1 ? "the machine" : "the child";
    end(`${who} goes on as ${path}${alive == "" ? "" : " while there is" + alive}`);
  } else {
    processOf(self.pid).become(path, programAt(path).next());
    startOthers();
    noteRun(path);
    goOnAs(parent);
  }
  return 0;
}

/** setsid(2); the number of a session is that of this process. */
export function beginSession(): i32 {
  if (self.leadsSession) return -errnoNumber("EPERM");
  self.leadsSession = true;
  return self.pid;
}

/** Refuses a scenario that tells of what was never started. */
export function checkPrograms(): void {
  if (others.length) refuse(`never started: ${others[0].name}`, others[0].line);
  const paths = programs.keys();
  for (let i = 0; i < paths.length; i++) {
    const program = programs.get(paths[i]);
    if (program.started < program.runs.length && !isToFail("spawn", paths[i]) && !isToFail("execv", paths[i])) {
      refuse(`never started: ${paths[i]}`, program.line);
    }
  }
  checkNumbers("child", numbered, pid1.forks);
  checkNumbers("its child", grandchildren, subject.forks);
}

function checkNumbers(what: string, told: Map<i32, Program>, forks: i32): void {
  const numbers = told.keys();
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] > forks) refuse(`never started: ${what} ${numbers[i]}`, told.get(numbers[i]).line);
  }
}

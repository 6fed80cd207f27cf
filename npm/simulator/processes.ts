import { Caller, self, subject } from "./caller";
import { setLoaded } from "./kernel";
import { errnoNumber, signalName } from "./names";
import { NEVER, clock } from "./time";

const SIGHUP = 1;
const SIGKILL = 9;
const SIGTERM = 15;
const SIGCHLD = 17;
const SIGCONT = 18;
export const FIRST_PID = 100;

/** The name of each of a crowd. */
export const ORPHAN = "an orphan";

/** What a process does of its own, and what TERM and KILL do to it. */
export class Behaviour {
  /** Milliseconds from its start to its end, or NEVER. */
  lasts: i64 = NEVER;
  status: i32 = 0;
  ignoresTerm: bool = false;
  unkillable: bool = false;
  stopped: bool = false;
  isAtTerminal: bool = false;
  /** Milliseconds from a TERM to its end. */
  lingers: i64 = 0;
  termStatus: i32 = SIGTERM;
  /** Whether there is a kernel to start once it has exited with status 0. */
  loads: bool = false;
}

function deathOf(behaviour: Behaviour): i64 {
  return behaviour.lasts == NEVER ? NEVER : clock + behaviour.lasts;
}

export class Process {
  /** When it dies, or NEVER. */
  death: i64;
  status: i32;
  dead: bool = false;
  termPending: bool = false;
  stopped: bool;

  constructor(
    readonly pid: i32,
    public name: string,
    public behaviour: Behaviour,
    /** Who collects it. */
    public parent: Caller,
  ) {
    this.death = deathOf(behaviour);
    this.status = behaviour.status;
    this.stopped = behaviour.stopped;
  }

  /** execve(2). */
  become(name: string, behaviour: Behaviour): void {
    this.name = name;
    this.behaviour = behaviour;
    this.death = deathOf(behaviour);
    this.status = behaviour.status;
    this.stopped = behaviour.stopped;
  }

  /** Its pid and name; those of a crowd have neither, so that their lines are alike. */
  get label(): string {
    return this.name == ORPHAN ? ORPHAN : `${this.pid}<${this.name}>`;
  }

  private dieBy(time: i64, status: i32): void {
    if (time >= this.death) return;
    this.death = time;
    this.status = status;
  }

  take(signal: i32): void {
    const behaviour = this.behaviour;
    if (this.dead) return;
    if (signal == SIGKILL && !behaviour.unkillable) this.dieBy(clock, SIGKILL);
    if (signal == SIGTERM && !behaviour.ignoresTerm && !behaviour.unkillable) this.termPending = true;
    if (signal == SIGHUP && !behaviour.unkillable) this.dieBy(clock, SIGHUP);
    if (signal == SIGCONT) this.stopped = false;
    if (this.termPending && !this.stopped) this.dieBy(clock + behaviour.lingers, behaviour.termStatus);
  }
}

/** All processes that were not collected, but PID 1: each leads a group of its own. */
const children: Process[] = [];
/** Those of them that have died, in that order. */
const zombies: Process[] = [];
let nextPid = FIRST_PID;

/** Starts a child, of the one who asks for it unless said. */
export function start(name: string, behaviour: Behaviour, parent: Caller = self): i32 {
  children.push(new Process(nextPid, name, behaviour, parent));
  return nextPid++;
}

/** Has all children of one who ends become those of PID 1. */
function leaveOrphans(pid: i32): void {
  for (let i = 0; i < children.length; i++) if (children[i].parent.pid == pid) children[i].parent = subject;
}

export function processOf(pid: i32): Process {
  for (let i = 0; i < children.length; i++) if (children[i].pid == pid) return children[i];
  return unreachable();
}

function leaveZombie(process: Process): void {
  process.dead = true;
  zombies.push(process);
  process.parent.pending |= (<u64>1) << (SIGCHLD - 1);
}

/** _exit(2) of a process that is lived. */
export function die(pid: i32, status: i32): void {
  const process = processOf(pid);
  process.status = status;
  leaveZombie(process);
  leaveOrphans(pid);
}

/** The time of the next death, or NEVER. */
export function nextDeath(): i64 {
  let next = NEVER;
  for (let i = 0; i < children.length; i++) {
    if (!children[i].dead && children[i].death < next) next = children[i].death;
  }
  return next;
}

/** Lets one process die whose time has come; returns it, or null if there is none. */
export function letDie(): Process | null {
  for (let i = 0; i < children.length; i++) {
    const process = children[i];
    if (process.dead || process.death > clock) continue;
    leaveZombie(process);
    if (process.behaviour.loads && process.status == 0) setLoaded(true);
    return process;
  }
  return null;
}

/** What waitpid(2) with WNOHANG returns when `collect` finds nobody. */
export function nobody(pid: i32): i32 {
  return find(children, pid) < 0 ? -errnoNumber("ECHILD") : 0;
}

/** The first child of the one who asks that waitpid(2) means by `pid`: any if it is -1. */
function find(processes: Process[], pid: i32): i32 {
  for (let i = 0; i < processes.length; i++) {
    if (processes[i].parent == self && (pid == -1 || pid == processes[i].pid)) return i;
  }
  return -1;
}

/** Takes away the child that died first, of those that waitpid(2) means by `pid`; null when none is dead. */
export function collect(pid: i32): Process | null {
  const found = find(zombies, pid);
  if (found < 0) return null;
  const zombie = zombies.splice(found, 1)[0];
  children.splice(children.indexOf(zombie), 1);
  return zombie;
}

/** Those that have not died, but for the one who asks. */
export function alive(): Process[] {
  const found: Process[] = [];
  for (let i = 0; i < children.length; i++) {
    if (!children[i].dead && children[i].pid != self.pid) found.push(children[i]);
  }
  return found;
}

/** kill(2). */
export function signalAll(target: i32, signal: i32): i32 {
  let found = false;
  for (let i = 0; i < children.length; i++) {
    if (target == -1 ? children[i].pid == self.pid : abs(target) != children[i].pid) continue;
    children[i].take(signal);
    found = true;
  }
  return found ? 0 : -errnoNumber("ESRCH");
}

/** How a wait status reads while it happens. */
export function ending(status: i32): string {
  return status & 0x7f ? "dies of " + signalName(status & 0x7f) : "exits with " + (status >> 8).toString();
}

/** How a wait status reads afterwards. */
export function ended(status: i32): string {
  return status & 0x7f ? "killed by " + signalName(status & 0x7f) : "exited with " + (status >> 8).toString();
}

/** The names of those that have not died. */
export function leftAlive(): string {
  const processes = alive();
  let names = "";
  for (let i = 0; i < processes.length; i++) names += " " + processes[i].name;
  return names;
}

/**
 * Stands in for Linux: the module under test finds all its imports here. The scenario comes on standard input, the trace
 * goes to standard output, what is wrong with the scenario to standard error, with the number of its line.
 */

import { Console } from "as-wasi/assembly";
import { again32, first32, forget, isTold } from "./answers";
import { self } from "./caller";
import { inject, isInjected } from "./failures";
import { closeAll, createAll, openRoot } from "./files";
import { exit } from "./programs";
import { read } from "./scenario";
import { refuse, trace } from "./trace";
import { end } from "./world";

export * from "./imports";

const WASI_ROOT = 3;

let isMade = false; // the world, which outlives a trap

function makeWorld(kept: usize): void {
  const text = Console.readAll();
  if (text === null) refuse("can't read the scenario", 0);
  createAll();
  read(text as string, kept);
  isMade = true;
}

function prepare(kept: usize, needsRoot: i32): i32 {
  if (!isMade) makeWorld(kept);
  if (needsRoot) openRoot(WASI_ROOT);
  return 0;
}

/**
 * Is called before the entry of each instance of the module: reads the scenario, or goes on as who is to be lived again.
 * @param kept what the module exports under this name, or 0.
 * @param needsRoot whether descriptor 3 is to be `/`.
 */
export function begin(kept: usize, needsRoot: i32): void {
  if (isTold()) again32();
  else first32(prepare(kept, needsRoot));
}

/** Whether the next call was answered before, to an instance that is no more. */
export function isAnswered(): bool {
  return isTold();
}

/** Has the next call fail. */
export function failWith(errno: i32): void {
  inject(errno);
}

/** Whether that call can't fail. */
export function canNotFail(): bool {
  const was = isInjected();
  inject(0);
  return was;
}

/** Whether it is PID 1 that runs, or the child that is followed. */
export function isSubject(): bool {
  return self.parent == null;
}

/** Tells that `check` has returned. */
export function checked(status: i32): void {
  end(`check returns ${status}`);
}

/** Tells that `boot` has returned, as PID 1's must not. */
export function returned(): void {
  end("boot returned", "boot must not return: it counts as a failure of the policy, and is called again");
}

/** Whether it is a child that runs. */
export function isChild(): bool {
  return self.parent != null;
}

/** Tells that the process has trapped: a child ends by that, and its parent goes on. */
export function trapped(): void {
  trace("traps");
  if (self.parent) exit(1 << 8);
  end("the policy traps");
}

/** Has PID 1 begin again in the same world, as the host does after a trap. */
export function restart(): void {
  closeAll();
  forget();
}

/** What of the specification's tests does not hold, and why. */
import type { Failure } from "./script.js";

export interface Exception {
  /** The script, and lines of it. */
  script: string;
  lines: number[];
  reason: string;
}

const LINKED =
  "a module that is refused, as it imports this one's table, memory or function, would have changed what is there";

export const EXCEPTIONS: Exception[] = [
  {
    script: "names",
    lines: [19],
    reason: "an export's name has a NUL in it: the engine's names are strings of C, and it refuses them",
  },
  {
    script: "custom",
    lines: [1],
    reason: "a custom section's name has a NUL in it",
  },
  {
    script: "start",
    lines: [92],
    reason: "an import as the start function: the engine does not call it, so the packer refuses it",
  },
  { script: "elem", lines: [574, 575, 587, 588, 589], reason: LINKED },
  { script: "linking", lines: [209, 215, 275, 288, 349, 406, 407, 419, 452, 453], reason: LINKED },
];

function linesOf(script: string, exceptions: Exception[]): number[] {
  return exceptions.filter((exception) => exception.script === script).flatMap(({ lines }) => lines);
}

/** Failures that are no exceptions, in words. */
export function unexpected(script: string, failures: Failure[], exceptions = EXCEPTIONS): string[] {
  const excepted = linesOf(script, exceptions);
  return failures
    .filter(({ line }) => !excepted.includes(line))
    .map(({ line, what }) => `${script}.wast:${line}: ${what}`);
}

/** Exceptions that hold after all, when all of a script was run. */
export function outlived(script: string, failures: Failure[], exceptions = EXCEPTIONS): string[] {
  return linesOf(script, exceptions)
    .filter((line) => !failures.some((failure) => failure.line === line))
    .map((line) => `${script}.wast:${line} is an exception, and holds`);
}

/** Scripts that recurse deeper than the 16 kB of stack are for that a module has unless it is packed with more. */
export const STACKS: Record<string, number> = { call: 65536, call_indirect: 65536 }; // bytes

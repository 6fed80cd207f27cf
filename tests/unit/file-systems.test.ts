/**
 * What fails of mounting file systems is logged once there is a log, and the boot goes on as if nothing were: for each of
 * those that are mounted in the good life, whichever they are.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { run } from "./v8.js";

const LIFE = "stage /etc/boot runs for ever\nuntil run 1 of /etc/boot\n";

const good = run(LIFE).trace;

interface Step {
  call: "mkdir" | "mount";
  target: string;
  isDone: boolean;
}

function stepOf(line: string): Step | undefined {
  const [, call, target, result] = /^(mkdir(?=.*\b0755\))|mount)\((?:[^,]*, )?"([^"]*)", .* = (.*)$/.exec(line) ?? [];
  return call === "mkdir" || call === "mount" ? { call, target, isDone: result === "0" } : undefined;
}

const steps = good.flatMap((line) => stepOf(line) ?? []);
const mounts = steps.filter(({ call }) => call === "mount");

/** Checks the life in which steps fail, by their errno. */
function check(errnoOf: (step: Step) => string | undefined): void {
  const failing = steps.filter(errnoOf);
  const directives = failing.map((step) => `fail ${step.call} ${step.target} ${errnoOf(step)}\n`);
  const logged = failing.map((step) => `log <4>init: ${step.call} ${step.target}: ${errnoOf(step)}`);
  const expected = good.flatMap((line) => {
    const step = stepOf(line);
    const errno = step && errnoOf(step);
    const shown = errno ? line.replace(/= .*$/, `= -${errno}`) : line;
    return line.startsWith("log <6>init: wasinit") ? [shown, ...logged] : [shown];
  });
  assert.deepEqual(run(LIFE + directives.join("")).trace, expected);
}

test("the steps are found: a mount point and a mount each", () => {
  assert.ok(mounts.length >= 6 && steps.length === 2 * mounts.length);
  assert.ok(mounts.every(({ isDone }) => isDone));
});

describe("a file system that can't be mounted is logged, and the boot goes on", () => {
  for (const { target } of mounts)
    test(target, () => check(({ call, target: at }) => (call === "mount" && at === target ? "ENODEV" : undefined)));

  test("all of them: each is tried", () => check(({ call }) => (call === "mount" ? "ENODEV" : undefined)));

  test("those for which no mount point can be made: each is tried", () => {
    const missing = new Set(steps.filter(({ call, isDone }) => call === "mkdir" && isDone).map(({ target }) => target));
    check(({ call, target }) => (missing.has(target) ? (call === "mkdir" ? "EROFS" : "ENOENT") : undefined));
  });
});

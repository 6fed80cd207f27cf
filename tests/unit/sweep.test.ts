/**
 * Every import fails once: in each of these lives the n-th call fails with each errno that its manual page lists, for
 * every n. The lives are enumerated by living them, the errnos by reading the manual.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LIVES } from "./lives.js";
import { type Errno, errnos } from "./manual.js";
import type { Call, Life as Run } from "../../npm/testing/simulator.js";
import { run } from "./v8.js";

/**
 * Answers that tell of no failure: the logic asks in order to learn just this, or the kernel means "not now". Where
 * one is a lie, as that there is no child, the life need only come to its end.
 */
const ANSWERS: Record<string, string[]> = {
  access: ["ENOENT"],
  kill: ["ESRCH"],
  mkdir: ["EEXIST"],
  mount: ["EBUSY"],
  readlink: ["EINVAL", "ENOENT"],
  sigtimedwait: ["EAGAIN", "EINTR"],
  symlink: ["EEXIST"],
  umount2: ["EBUSY"],
  waitpid: ["ECHILD"],
};

/**
 * Calls that may not succeed more often than in the good life, but that mounts may be moved, and back; a stage that fails
 * makes one more round, see `overlaps`.
 */
const ONCE = new Set(["kexec_file_load", "mount", "mkdir", "reboot", "setenv", "symlink", "umount2", "unlink"]);

/** What may be done again and again, and what a stage's end tells those that come. */
const AGAIN = /^mount\(.*, MS_RDONLY\|MS_REMOUNT, null\)$|^setenv\("(ACTION|CAUSE|EXIT_CODE|EXIT_STATUS)"/;

function successes(trace: string[]): Map<string, number> {
  const count = new Map<string, number>();
  for (const line of trace) {
    const [, call, name, result] = /^(?:\[pid \d+\] )?((\w+)\(.*\))(?: = (-?).*)?$/.exec(line) ?? [];
    if (ONCE.has(name) && result !== "-" && !call.includes("MS_MOVE") && !AGAIN.test(call))
      count.set(call, (count.get(call) ?? 0) + 1);
  }
  return count;
}

function repeated(good: Run, bad: Run): string[] {
  const allowed = successes(good.trace);
  return [...successes(bad.trace)].flatMap(([call, count]) =>
    count > (allowed.get(call) ?? 1) ? [`${call} succeeds ${count} times`] : [],
  );
}

/** Finds a stage that is started while one is running. */
function overlaps(run: Run): string[] {
  let running = "";
  return run.trace.flatMap((line) => {
    const [, stage] = /^spawn\("([^"]*)".*\) = \d/.exec(line) ?? [];
    if (running && line.includes(`] ${running} `)) running = "";
    if (!stage) return [];
    const problem = running ? [`${stage} is started while ${running} runs`] : [];
    running = stage;
    return problem;
  });
}

function isNamed(errno: Errno, run: Run): boolean {
  const named = new RegExp(`^(?:\\[pid \\d+\\] )?log <[2-4]>.*: (${errno.names.join("|")}|${errno.number})$`);
  return run.trace.slice(run.before).some((line) => named.test(line));
}

/** What need not be there: the beginning of a call, of which ENOENT is an answer. */
const OPTIONAL = /^\w+\("\/(kernel|init"|newroot"|proc\/\d+\/stat|sys\/kernel\/boot_params\/)/;

function isAnswer(call: Call, errno: Errno): boolean {
  const [name = ""] = errno.names;
  if (name === "ENOENT" && OPTIONAL.test(call.text)) return true;
  // It is no mount, or there is no place for it; the new root itself can only be moved.
  if (/^mount\("\/?\w+", .*MS_MOVE/.test(call.text) && ["EINVAL", "ENOENT"].includes(name)) return true;
  return ANSWERS[call.name]?.some((name) => errno.names.includes(name)) ?? false;
}

function problems(good: Run, n: number, errno: Errno): string[] {
  const bad = run(good.directives, (call) => (call === n ? errno.number : 0));
  const call = good.calls[n];
  const end = bad.trace.at(-1) ?? "";
  const found: string[] = [];
  if (!/^-- (the machine|the new kernel|the child|check)/.test(end)) found.push(`it does not come to its end: ${end}`);
  if (!isAnswer(call, errno)) {
    found.push(...repeated(good, bad), ...overlaps(bad));
    if (/ while there is /.test(end)) found.push(end);
    if (/left open/.test(end) && call.name !== "close") found.push(end);
    if (call.name !== "syslog" && !isNamed(errno, bad)) found.push("the log does not name it");
  }
  return found.map((problem) => `call ${n}, ${call.text} = -${errno.names[0]}: ${problem}`);
}

for (const [name, life] of Object.entries(LIVES)) {
  describe(name, () => {
    const good = run(life);
    for (const import_ of new Set(good.calls.map(({ name }) => name))) {
      const numbers = good.calls.flatMap(({ name }, n) => (name === import_ ? [n] : []));
      const failures = errnos(import_);
      if (!failures.length) continue;
      test(`${import_} fails: ${numbers.length} calls, ${failures.length} errnos`, () => {
        const found = numbers.flatMap((n) => failures.flatMap((errno) => problems(good, n, errno)));
        assert.deepEqual(found, []);
      });
    }
  });
}

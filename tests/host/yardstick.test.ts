/** bench/same.c, by which /init is measured, makes the very system calls of /init in their order, until /etc/boot runs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { built } from "../arch.js";
import { SANITIZED, SHIPPED } from "./modules.js";
import { type Life, live, script, skipStages } from "./namespace.js";

/** The calls that one of both makes alone, and why. */
const ALONE = [
  /^write\(2, "<4>init: /, // a failure that /init logs. On a kernel, none of this fails.
  /^(write|close)\(-1\b/, // same.c goes on with a file that could not be opened: it has no care for errors.
];

/** A call and its arguments: no result, no pointer, nothing that the kernel has filled in. */
function callOf(line: string): string {
  return line
    .replace(/\)( += .*)?$/, "")
    .replace(/^(clock_gettime|statfs)\(([^,]+), .*/, "$1($2")
    .replace(/0x[0-9a-f]+/g, "POINTER");
}

/** The calls of the process that makes both these, from the first to the last; undefined: there is none yet. */
function callsOf(life: Life, first: string, last: string): string[] | undefined {
  for (const name of readdirSync(life.path(".")).filter((name) => name.startsWith("trace."))) {
    const lines = life.read(name).toString().split("\n");
    const begin = lines.findIndex((line) => line.startsWith(first));
    const end = lines.findIndex((line, at) => at > begin && line.startsWith(last));
    if (begin < 0 || end < 0) continue;
    const calls = lines.slice(begin, end + 1).map(callOf);
    return calls.filter((call) => !ALONE.some((pattern) => pattern.test(call)));
  }
  return undefined;
}

/** What PID 1 calls until it waits, and its child until it is /etc/boot. */
async function traced(path: string): Promise<{ init: string[]; boot: string[] }> {
  const life = live({
    binary: readFileSync(path),
    files: { "/etc/boot": script("sleep 1000") },
    environment: ["TERM=linux"], // as the kernel gives it
    traced: true,
  });
  const init = () => callsOf(life, 'execve("/init"', "rt_sigtimedwait");
  const boot = () => callsOf(life, "set_tid_address", 'execve("/etc/boot"');
  await life.until("PID 1 waited while /etc/boot runs", () => Boolean(init() && boot()));
  return { init: init()!, boot: boot()! };
}

const cantTrace = spawnSync("strace", ["-o", "/dev/null", "true"]).status ? "strace(1) can't trace here" : false;
const skipped = skipStages || cantTrace || (SANITIZED && "/init has no sanitizers");

describe("bench/same.c", { skip: skipped }, () => {
  test("makes the system calls of /init, in their order", async () => {
    const [shipped, same] = await Promise.all([traced(SHIPPED), traced(built("bench/same"))]);
    assert.ok(shipped.init.length > 60 && shipped.boot.length >= 4, "the calls are found");
    assert.deepEqual(same, shipped);
  });
});

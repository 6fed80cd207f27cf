/**
 * A million processes are spawned and reaped by the shipped logic's own functions, and a million orphans by the shipped
 * /init: PID 1 is in the end what it was after the first thousand. All is read from outside, while PID 1 waits.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { compile } from "../host/modules.js";
import { type Life, type Setup, live, script, skip } from "../host/namespace.js";
import { program } from "../programs.js";

const CYCLES = Number(process.env.CYCLES ?? 1_000_000);
const WARM = 1000; // cycles, after which nothing may grow any more
const HOURS = 6; // that it may take

/** What PID 1 has, by name: kB, or a number of things. */
type State = Record<string, number>;

function read(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, "utf8");
}

/** The children of a process with their states, as `Z` for a zombie and `T` for one that is stopped. */
function childrenOf(pid: number): { pid: number; state: string }[] {
  const pids = read(pid, `task/${pid}/children`).trim().split(" ").map(Number);
  return pids.map((child) => ({
    pid: child,
    state: read(child, "stat")
      .replace(/^.*\) /s, "")
      .charAt(0),
  }));
}

function stateOf(pid: number): State {
  const kilobytes = (file: string, prefix: string, names: string[]) => {
    const text = read(pid, file);
    const value = (name: string) =>
      Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(text.replaceAll("\t", " "))?.[1]);
    return names.map((name) => [`${prefix}${name}`, value(name)]);
  };
  return {
    ...Object.fromEntries([
      ...kilobytes("status", "", ["VmSize", "VmPeak", "VmRSS", "RssAnon", "RssFile"]),
      ...kilobytes("smaps_rollup", "smaps ", ["Rss", "Pss", "Pss_Anon", "Private_Dirty", "Swap"]),
    ]),
    mappings: read(pid, "maps").trim().split("\n").length,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
    zombies: childrenOf(pid).filter(({ state }) => state === "Z").length,
    children: childrenOf(pid).length,
  };
}

// The child that PID 1 waits for stops itself, so that PID 1 is at rest.
const PAUSE = ["echo >>/out/pauses", "kill -STOP $$"];

/** Waits for the pause `count`, and lets what died before it be reaped; returns PID 1's state, and goes on. */
async function pause(life: Life, count: number): Promise<State> {
  await life.writes("pauses", count);
  const { pid } = life;
  const [child] = childrenOf(pid).filter(({ state }) => state !== "Z");
  await life.until("it paused", () => childrenOf(pid).some(({ state }) => state === "T"));
  await sleep(1000);
  const state = stateOf(pid);
  process.kill(child.pid, "SIGCONT");
  return state;
}

/** Lives through all cycles, prints each measure, and asserts that it is the same after `WARM` cycles and at the end. */
async function soak(setup: Setup, ...more: string[]): Promise<void> {
  const life = live({ ...setup, seconds: HOURS * 3600 });
  const before = await pause(life, 1);
  const started = Date.now();
  const after = await pause(life, 2);
  const seconds = (Date.now() - started) / 1000;
  await life.ends("power-off or halt");
  const told = (state: State, at: number) =>
    Object.assign(state, ...more.map((name) => ({ [name]: Number(numbersIn(life.log, name)[at]) })));
  const [first, last] = [told(before, 0), told(after, 1)];
  const width = Math.max(...Object.keys(first).map((name) => name.length));
  console.log(
    `  ${"cycles".padEnd(width)} ${WARM} -> ${CYCLES}, ${((1e6 * seconds) / (CYCLES - WARM)).toFixed(0)} us each`,
  );
  for (const [name, value] of Object.entries(first)) console.log(`  ${name.padEnd(width)} ${value} -> ${last[name]}`);
  assert.deepEqual(last, first);
  assert.deepEqual([last.zombies, last.children], [0, 1], "only the child that PID 1 waits for is left");
  assert.doesNotMatch(life.log.join("\n"), /the logic has ended/);
}

/** The numbers that the logic has logged as `NAME: NUMBER`. */
function numbersIn(log: string[], name: string): string[] {
  return log.flatMap((line) => new RegExp(`^<6>${name}: (\\d+)$`).exec(line)?.[1] ?? []);
}

// Every tenth child leaves an orphan besides.
const POLICY = `
import "../../../assembly/abort";
import { RB_POWER_OFF, reboot, spawn } from "../../../assembly/linux";
import { info } from "../../../assembly/log";
import { NEVER, waitFor } from "../../../assembly/processes";
import { setUp } from "../../../assembly/setup";

function run(path: string): void {
  const pid = spawn(path);
  assert(pid > 0, path);
  assert(waitFor(pid, NEVER) == 0, path);
}

function cycle(from: i32, to: i32): void {
  for (let n = from; n < to; n++) run(n % 10 == 0 ? "/bin/parent" : "/bin/child");
  info("pages of linear memory: %d", null, memory.size());
  run("/bin/pause");
}

export function boot(): void {
  setUp();
  cycle(0, ${WARM});
  cycle(${WARM}, ${CYCLES});
  reboot(RB_POWER_OFF);
}
`;

test("children that the logic's `spawn` and `waitFor` start and reap", { skip }, async () => {
  const child = program("soak/child");
  const copies = { "/bin/child": child, "/bin/parent": child };
  const module = compile("soak", POLICY, {}); // optimized, as the shipped logic is
  await soak({ module, copies, files: { "/bin/pause": script(...PAUSE) } }, "pages of linear memory");
});

test("orphans that die under the shipped /init", { skip }, async () => {
  const boot = script(`orphans ${WARM}`, ...PAUSE, `orphans ${CYCLES - WARM}`, ...PAUSE, "touch /poweroff");
  await soak({ files: { "/etc/boot": boot }, copies: { "/bin/orphans": program("host/orphans") } });
});

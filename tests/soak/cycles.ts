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

/** What PID 1 has, by name: kB, or how many. */
type State = Record<string, number>;

function read(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, "utf8");
}

/** What files such as proc_pid_status(5) tell in kB. */
function kilobytes(pid: number, file: string, names: string[]): State {
  const text = read(pid, file);
  const value = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]);
  return Object.fromEntries(names.map((name) => [`${file}: ${name}`, value(name)]));
}

/** The children of a process with their states, as `Z` for a zombie and `T` for one that is stopped. */
function childrenOf(pid: number): { pid: number; state: string }[] {
  const pids = read(pid, `task/${pid}/children`).trim().split(" ").map(Number);
  return pids.map((child) => ({ pid: child, state: /^.*\) (.)/s.exec(read(child, "stat"))?.[1] ?? "" }));
}

function stateOf(pid: number): State {
  return {
    ...kilobytes(pid, "status", ["VmSize", "VmPeak", "VmRSS"]),
    ...kilobytes(pid, "smaps_rollup", ["Rss", "Pss", "Pss_Anon", "Private_Dirty", "Swap"]),
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
  const stopped = () => childrenOf(pid).find(({ state }) => state === "T");
  await life.until("its child stopped", () => stopped() !== undefined);
  await sleep(1000);
  const state = stateOf(pid);
  process.kill(stopped()!.pid, "SIGCONT");
  return state;
}

/** The pages of linear memory as the policy has logged them, or nothing if the logic is the shipped one. */
function pagesOf(life: Life): State[] {
  return life.log.flatMap((line) => {
    const pages = /^<6>pages of linear memory: (\d+)$/.exec(line)?.[1];
    return pages ? [{ "pages of linear memory": Number(pages) }] : [];
  });
}

/** Lives through all cycles, prints each measure, and asserts that it is the same after `WARM` cycles and at the end. */
async function soak(setup: Setup): Promise<void> {
  const life = live({ ...setup, seconds: HOURS * 3600 });
  const before = await pause(life, 1);
  const started = Date.now();
  const after = await pause(life, 2);
  const microseconds = (1000 * (Date.now() - started)) / (CYCLES - WARM);
  await life.ends("power-off or halt");
  const [pagesBefore, pagesAfter] = pagesOf(life);
  const [first, last]: State[] = [
    { ...before, ...pagesBefore },
    { ...after, ...pagesAfter },
  ];
  console.log(`  cycles: ${WARM} -> ${CYCLES}, ${microseconds.toFixed(0)} us each`);
  for (const [name, value] of Object.entries(first)) {
    console.log(`  ${name}: ${value} -> ${last[name]}`);
    assert.ok(Number.isInteger(value), name);
  }
  assert.deepEqual(last, first);
  assert.deepEqual([last.zombies, last.children], [0, 1], "only the child that PID 1 waits for is left");
  assert.doesNotMatch(life.log.join("\n"), /the logic has ended/);
}

// Every tenth child leaves an orphan besides.
const POLICY = `
import "../../../assembly/abort";
import { RB_POWER_OFF, reboot, spawn } from "../../../assembly/linux";
import { info } from "../../../assembly/log";
import { NEVER, waitFor } from "../../../assembly/processes";
import { setUp } from "../../../assembly/setup";

function run(path: string): void {
  const pid = spawn(path, 0);
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
  await soak({ module, copies, files: { "/bin/pause": script(...PAUSE) } });
});

test("orphans that die under the shipped /init", { skip }, async () => {
  const boot = script(`orphans ${WARM}`, ...PAUSE, `orphans ${CYCLES - WARM}`, ...PAUSE, "touch /poweroff");
  await soak({ files: { "/etc/boot": boot }, copies: { "/bin/orphans": program("host/orphans") } });
});

/** A thousand orphans die at once: how long PID 1 takes to reap them, beside a loop of waitpid(2) in C. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Setup, live, script, skip } from "../host/namespace.js";
import { program } from "../programs.js";

const ORPHANS = 1000;
const ROUNDS = 5; // lives of each
const BURSTS = 5; // in each life
const BAR = 100; // milliseconds

/** Lives through some bursts; returns how long each took, in milliseconds. */
async function bursts(copies: Setup["copies"]): Promise<number[]> {
  const boot = script(...Array<string>(BURSTS).fill(`burst ${ORPHANS} >>/out/times`), "touch /poweroff");
  const life = await live({ files: { "/etc/boot": boot }, copies }).ends("power-off or halt");
  const times = life.read("times").toString().trim().split("\n");
  assert.equal(times.length, BURSTS, life.shown());
  return times.map((time) => Number(time) / 1000);
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function show(name: string, values: number[]): void {
  const figures = [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(1));
  console.log(`  ${name.padEnd(24)} ${figures.join(" / ")} ms: least, median, most of ${values.length}`);
}

test(`${ORPHANS} orphans that die at once are reaped within ${BAR} ms more than C needs`, { skip }, async () => {
  const burst = program("soak/burst");
  const reaper = program("soak/reaper");
  const [wasinit, c]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    wasinit.push(...(await bursts({ "/bin/burst": burst })));
    c.push(...(await bursts({ "/bin/burst": burst, "/init": reaper })));
  }
  show("wasinit", wasinit);
  show("a loop of waitpid in C", c);
  console.log(`  ratio of the medians     ${(median(wasinit) / median(c)).toFixed(2)}`);
  assert.ok(median(wasinit) <= median(c) + BAR);
});

/**
 * usage: node disks.js [CYCLES]
 * Ends a machine that writes to its disks, 100 times unless said, in each way in turn, with the same disks. After each
 * end they have to be clean and to have all that was ever written. Prints the sum as its last line; exit status 1: a
 * cycle failed.
 */
import assert from "node:assert/strict";
import { ENDS, assertClean, assertCounted, assertEnded } from "../boot/disk.js";
import { makeDisk, makeShelf, noDisks, writingMachine } from "../boot/disk.js";
import { noKexec } from "../boot/kexec.js";
import { Told } from "../boot/life.js";
import { boot } from "../boot/qemu.js";

type Disks = [outer: string, inner: string, busy: string];
type How = keyof typeof ENDS;

// Nothing here is about time: an emulated machine on a busy computer gets as much as it needs.
const PATIENT = { seconds: 900 };

const KINDS = (Object.keys(ENDS) as How[]).filter((how) => !ENDS[how].kexec || !noKexec);
const shelf = makeShelf();

function makeDisks(cycle: number): Disks {
  return ["outer", "inner", "busy"].map((name) => makeDisk(`${shelf}/${name}-${cycle}`)) as Disks;
}

function check(told: Told, how: How, [outer, inner, busy]: Disks): void {
  told.ended(ENDS[how].end);
  if (ENDS[how].kexec) told.one("second");
  assert.doesNotMatch(told.life.console, /EXT4-fs.*(recover|orphan|error|warning)/i, "the end before was not clean");
  for (const disk of [outer, inner, busy]) assertClean(disk);
  assertCounted(told, "outer", outer);
  assertCounted(told, "inner", inner);
  assertCounted(told, "busy", busy);
  assertEnded(told, "outer", outer);
  assertEnded(told, "inner", inner);
}

async function run(cycle: number, disks: Disks): Promise<number> {
  const how = KINDS[cycle % KINDS.length]!;
  const pause = (cycle % 7) / 4; // The end comes at another point of the file system's own work.
  try {
    const told = new Told(await boot({ ...writingMachine(disks, how, true, pause), ...PATIENT }));
    told.check(() => check(told, how, disks));
    return 0;
  } catch (error) {
    console.error(`disks: cycle ${cycle + 1}, ${how}: ${(error as Error).message}`);
    return 1;
  }
}

async function soak(cycles: number): Promise<number> {
  const begin = performance.now();
  let failures = 0;
  let disks = makeDisks(0);
  for (let cycle = 0; cycle < cycles; cycle++) {
    const failed = await run(cycle, disks);
    if (failed) disks = makeDisks(cycle + 1); // What is wrong with these would fail all that come.
    failures += failed;
  }
  const minutes = ((performance.now() - begin) / 60000).toFixed(1);
  console.log(`disks: ${cycles} cycles of ${KINDS.join(", ")}: ${failures} failed, ${minutes} minutes`);
  return failures;
}

if (noDisks) console.error(`disks: ${noDisks}`);
process.exitCode = noDisks || (await soak(Number(process.argv[2] ?? 100))) ? 1 : 0;

/** What /init costs at most, in bytes, instructions and pages, none of which depends on the computer: see bench/. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { before, describe, test } from "node:test";
import { ARCH, PROJECT } from "../arch.js";
import { KERNEL } from "./options.js";
import { BARS, describeLimit, limitOf } from "../../bench/bars.js";
import { type Measured, measure, measureFloor } from "../../bench/cost.js";
import { type Init, ours, same } from "../../bench/inits.js";
import { figure } from "../../bench/table.js";
import { writeHost } from "../host/modules.js";

interface All {
  own: Measured;
  same: Measured;
  /** The same logic in the host for any module. */
  generic: Measured;
}

/** Of Debian's kernels it is riscv64's whose mounts wait for the clock, 57 ms in all: by so much starts differ. */
const WAITS = 1.15;

/** The most that a generic /init may cost: bytes, and times the start of the pruned one. */
const GENERIC = { bytes: { aarch64: 94208 }[ARCH] ?? 88064, times: { riscv64: WAITS }[ARCH] ?? 1.03 };

const TRIES = 3;

/** On the smallest kernel it is 1.3 to 1.4 times the same in C. */
const isSmall = basename(dirname(KERNEL)) == "tested";

async function measureAll(): Promise<All> {
  const floor = await measureFloor(1);
  const once = (init: Init) => measure(init, floor, 1);
  const generic = join(mkdtempSync(join(tmpdir(), "wasinit-")), "init");
  writeHost(generic, readFileSync(join(PROJECT, "build/init.wasm")));
  try {
    const [own, any] = [await once(ours()), await once(ours(generic))];
    return { own, generic: any, same: await once(same()) };
  } finally {
    rmSync(dirname(generic), { recursive: true });
  }
}

/** From Linux 6.12 on a mount may wait for some ticks of the kernel's clock, and so take milliseconds: then once more. */
async function measureWithoutWaits(): Promise<All> {
  let all = await measureAll();
  const isOver = (bar: (typeof BARS)[number]) => all.own[bar.figure] > limitOf(bar, all.same);
  const isSlow = () => all.generic.cost > GENERIC.times * all.own.cost;
  for (let tries = 1; tries < TRIES && (BARS.some(isOver) || isSlow()); tries++) all = await measureAll();
  return all;
}

describe("what /init costs", () => {
  let measured: Promise<All>;
  before(async () => {
    measured = measureWithoutWaits();
    await measured.catch(() => undefined); // Each test tells what it was.
  });
  for (const bar of BARS) {
    const skip = bar.figure == "cost" && isSmall && "the bar is of Debian's kernel";
    test(`${bar.title}: at most ${describeLimit(bar)}`, { skip }, async () => {
      const all = await measured;
      const [value, most] = [all.own[bar.figure], limitOf(bar, all.same)];
      assert.ok(value <= most, `${bar.title}: ${figure(value)}, allowed is ${figure(most)}; make bench shows more`);
    });
  }

  test(`in the generic host: at most ${figure(GENERIC.bytes)} bytes, and ${GENERIC.times} times the start`, async () => {
    const { own, generic } = await measured;
    assert.ok(generic.bytes <= GENERIC.bytes, `${figure(generic.bytes)} bytes`);
    assert.ok(generic.cost <= GENERIC.times * own.cost, `${figure(generic.cost)} us, and ${figure(own.cost)} pruned`);
  });
});

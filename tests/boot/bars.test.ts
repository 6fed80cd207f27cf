/** What /init costs at most, in bytes, instructions and pages, none of which depends on the computer: see bench/. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { BARS, type Yardsticks, describeLimit, limitOf } from "../../bench/bars.js";
import { type Measured, measure, measureFloor } from "../../bench/cost.js";
import { type Init, busybox, ours, same } from "../../bench/inits.js";
import { figure } from "../../bench/table.js";

interface All extends Yardsticks {
  own: Measured;
}

const TRIES = 3;

async function measureAll(): Promise<All> {
  const floor = await measureFloor(1);
  const once = (init: Init) => measure(init, floor, 1);
  return { own: await once(ours()), busybox: await once(busybox()), same: await once(same()) };
}

/** From Linux 6.12 on a mount may wait for some ticks of the kernel's clock, and so take milliseconds: then once more. */
async function measureWithoutWaits(): Promise<All> {
  let all = await measureAll();
  const isOver = (bar: (typeof BARS)[number]) => all.own[bar.figure] > limitOf(bar, all);
  for (let tries = 1; tries < TRIES && BARS.some(isOver); tries++) all = await measureAll();
  return all;
}

describe("what /init costs", () => {
  let measured: Promise<All>;
  before(async () => {
    measured = measureWithoutWaits();
    await measured.catch(() => undefined); // Each test tells what it was.
  });
  for (const bar of BARS) {
    const allowed = bar.missed ? "the bar is missed, allowed is" : "at most";
    test(`${bar.title}: ${allowed} ${describeLimit(bar)}`, async () => {
      const all = await measured;
      const [value, most] = [all.own[bar.figure], limitOf(bar, all)];
      assert.ok(value <= most, `${bar.title}: ${figure(value)}, allowed is ${figure(most)}; make bench shows more`);
    });
  }
});

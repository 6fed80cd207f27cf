/** What /init costs at most, in bytes, instructions and pages, none of which depends on the computer: see bench/. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { BARS, mostOf } from "../../bench/bars.js";
import { type Measured, measure, measureFloor } from "../../bench/cost.js";
import { busybox, ours } from "../../bench/inits.js";
import { figure } from "../../bench/table.js";

async function measureBoth(): Promise<{ own: Measured; other: Measured }> {
  const floor = await measureFloor(1);
  return { own: await measure(ours(), floor, 1), other: await measure(busybox(), floor, 1) };
}

describe("what /init costs", () => {
  let both: ReturnType<typeof measureBoth>;
  before(async () => {
    both = measureBoth();
    await both.catch(() => undefined); // Each test tells what it was.
  });
  for (const bar of BARS) {
    const of = typeof bar.most == "number" ? figure(bar.most) : `${bar.most.busybox} times busybox init's`;
    test(`${bar.title}: at most ${of}`, async () => {
      const { own, other } = await both;
      const [value, most] = [own[bar.figure], mostOf(bar, other)];
      assert.ok(value <= most, `${bar.title}: ${figure(value)}, the bar is ${figure(most)}; make bench shows more`);
    });
  }
});

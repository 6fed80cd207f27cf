/**
 * The lives in which any call is made to fail, on the packed host: it does what V8 does when the call fails, and when it
 * traps, after which the logic starts again with what it has kept.
 */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { LIVES } from "../unit/lives.js";
import { TRAP } from "../../npm/testing/simulator.js";
import { run } from "../unit/v8.js";
import { replay } from "./host.js";
import { record } from "./record.js";

const EIO = 5;
const MOST = 200; // calls of a life that are tried; of a longer one some are left out

const total = { lives: 0, calls: 0 };

/** Lives a life as often as it has calls, another of them with that answer each time; tells where the host differs. */
async function sweep(directives: string, answer: number): Promise<string> {
  const { length } = run(directives).calls;
  const step = Math.ceil(length / MOST);
  const lives = Array.from({ length: Math.ceil(length / step) }, (_, n) =>
    record(directives, (call) => (call === n * step ? answer : 0)),
  );
  total.lives += lives.length;
  for (const { calls } of lives) total.calls += calls.length;
  return replay(...lives.map(({ lines }) => lines));
}

/** Whether all of it is PID 1's: a child, or a check, does not start again. */
function isOfPid1(directives: string): boolean {
  return !/^\s*(follow the child|check)$/m.test(directives);
}

describe("the packed host", { concurrency: 2 }, () => {
  for (const [name, directives] of Object.entries(LIVES)) {
    test(`${name}: each call fails`, async () => assert.equal(await sweep(directives, EIO), ""));
    if (!isOfPid1(directives)) continue;
    test(`${name}: each call traps`, async () => assert.equal(await sweep(directives, TRAP), ""));
  }
});

after(() => console.log(`${total.lives} lives, of ${total.calls} calls, are the same on the packed host`));

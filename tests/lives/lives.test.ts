/** Each scenario of the unit tests on the packed host: it makes the calls that V8 makes, with the same memory, to the same end. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, describe, test } from "node:test";
import { diff } from "../../npm/testing/diff.js";
import { fold, parse } from "../../npm/testing/scenario.js";
import { SCENARIOS } from "../unit/harness.js";
import { replay } from "./host.js";
import { record } from "./record.js";

const total = { lives: 0, calls: 0 };

describe("the packed host", { concurrency: 2 }, () => {
  for (const name of readdirSync(SCENARIOS).sort()) {
    test(name.replace(/\.txt$/, ""), async () => {
      const { directives, expected } = parse(readFileSync(SCENARIOS + name, "utf8"));
      const { calls, lines, trace } = record(directives);
      assert.equal(diff(expected ?? "", fold(trace.map((line) => `${line}\n`).join(""))), "", "V8 lives another life");
      assert.equal(await replay(lines), "");
      total.lives++;
      total.calls += calls.length;
    });
  }
});

after(() => console.log(`${total.lives} lives, of ${total.calls} calls, are the same on the packed host`));

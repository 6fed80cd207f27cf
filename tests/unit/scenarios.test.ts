/** Each scenario is a behaviour, and a test of that name. `UPDATE=1` writes down what happens as what is expected. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { parse, print } from "../../npm/testing/scenario.js";
import { SCENARIOS, run, verdict } from "./harness.js";

async function update(path: string): Promise<void> {
  const { directives } = parse(readFileSync(path, "utf8"));
  const { trace, problem } = await run(directives);
  assert.equal(problem, "", `${trace}${problem}`);
  writeFileSync(path, print({ directives, expected: trace }));
}

async function check(path: string): Promise<void> {
  const difference = await verdict(parse(readFileSync(path, "utf8")));
  assert.ok(!difference, `${path}\n${difference}`);
}

describe("the logic", { concurrency: 2 }, () => {
  for (const name of readdirSync(SCENARIOS).sort()) {
    test(name.replace(/\.txt$/, ""), () => (process.env.UPDATE ? update : check)(SCENARIOS + name));
  }
});

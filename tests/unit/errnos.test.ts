/** The table of errnos that the package has is that of the manual pages, and the simulated kernel knows their numbers. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { errnoNumber } from "../../npm/base/errno.js";
import { ERRNOS } from "../../npm/testing/errnos.js";
import { live } from "../../npm/testing/simulator.js";
import { imports } from "../abi.js";
import { table } from "./manual.js";
import { policy } from "./policies.js";

test("npm/testing/errnos.ts is what the manual says: or make it anew, by node build/tests/unit/print-errnos.js", () => {
  assert.deepEqual({ ...ERRNOS }, table());
});

/** Imports that do not fail, or for whose failure the manual has no errno. */
const NEVER = ["getenv", "_exit"];

test("each import that can fail is in it", () => {
  const without = imports().filter(({ name }) => !ERRNOS[name]);
  assert.deepEqual(
    without.map(({ name }) => name),
    NEVER,
  );
});

test("the simulated kernel knows each errno by its name, in scenarios and in traces", async () => {
  const module = await policy("sync", "linux.sync();");
  const names = new Set(Object.values(ERRNOS).flatMap((list) => list.split(" ")));
  for (const name of names) {
    const number = errnoNumber(name);
    assert.equal(live(module, "", { fault: (call) => (call ? 0 : number) }).trace[0], `sync() = -${name}`);
    assert.equal(live(module, `fail sync ${name}\n`).trace[0], `sync() = -${name}`);
  }
});

/** Random modules do in the generic host what they do in V8: `make fuzz` tries more of them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { assemble } from "../host/modules.js";
import type { Outcome } from "../spec/script.js";
import { compareOutcomes } from "./compare.js";
import { compareModule, compareSeed, show } from "./differential.js";
import { BUILD } from "./fuzzer.js";
import type { Ask, Type } from "./v8.js";

const scratch = mkdtempSync(join(BUILD, "differential-"));
after(() => rmSync(scratch, { recursive: true }));

test("modules of wasm-smith, and mutants of them and of the specification's", async () => {
  const summary = await compareSeed(1, 200);
  assert.deepEqual(summary.differences, []);
  const { modules, values, traps } = summary;
  assert.ok(modules === 400 && values > 4000 && traps > 400, JSON.stringify(summary));
  console.log(show(summary));
});

/** A call of the export `f` without arguments. */
function call(...results: Type[]): Ask {
  return { verb: "call", name: Buffer.from("f").toString("hex"), args: [], params: [], results };
}

/** Modules that once differed. */
const DIFFERED: Record<string, [fields: string, ...asks: Ask[]]> = {
  "a null in an active segment is no function": [
    `(table 2 funcref) (elem (table 0) (i32.const 0) funcref (ref.null func) (ref.func $seven))
     (func $seven (result i32) (i32.const 7))
     (func (export "f") (result i32) (call_indirect (result i32) (i32.const 0)))`,
    call("i32"),
  ],
};

describe("it is no longer so that they differ", () => {
  for (const [what, [fields, ...asks]] of Object.entries(DIFFERED))
    test(what, async () => {
      const path = join(scratch, "module");
      writeFileSync(`${path}.wasm`, assemble(`(module ${fields})`));
      writeFileSync(`${path}.json`, JSON.stringify(asks));
      const { values, traps, difference } = await compareModule(path);
      assert.equal(difference, undefined);
      assert.equal(values + traps, 1 + asks.length);
    });
});

describe("a difference is seen", () => {
  const ready = (...answers: string[]): Outcome => ({ answers: ["ready", ...answers] });
  const refused = (refusal: string): Outcome => ({ refusal });
  const overflow = "trap Exception: wasm operand stack overflow";
  const nan = "7ff8000000000000";

  for (const [what, ask, ours, theirs] of [
    ["another value", call("i32"), ready("value 1"), ready("value 2")],
    ["a value less", call("i32", "i32"), ready("value 1"), ready("value 1 1")],
    ["a number, and none", call("f64"), ready(`value ${nan}`), ready("value 0")],
    ["a NaN's bits as an integer", call("i64"), ready(`value ${nan}`), ready("value 7ff8000000000001")],
    ["a null, and none", call("funcref"), ready("value ffffffff"), ready("value 0")],
    ["a trap, and a value", call("i32"), ready("trap Exception: unreachable"), ready("value 1")],
    ["another trap", call(), ready("trap Exception: unreachable"), ready("trap divide by zero")],
    ["a trap that nobody knows", call(), ready("trap Exception: unreachable"), ready("trap other")],
    ["an answer that is missing", call(), ready(), ready("value")],
    ["a host that died", call(), { answers: [""] }, ready("value")],
    ["a trap at the start", call(), { answers: ["trap Exception: unreachable"] }, ready("value")],
    ["a module that is refused", call(), refused("type mismatch"), ready("value")],
    ["a module that is not refused", call(), ready("value"), refused("type mismatch")],
  ] as [string, Ask, Outcome, Outcome][])
    test(what, () => assert.ok(compareOutcomes([ask], ours, theirs).difference));

  for (const [what, ask, ours, theirs] of [
    ["a NaN with another sign", call("f64"), ready(`value ${nan}`), ready("value fff8000000000000")],
    ["the same trap", call(), ready("trap Exception: integer divide by zero"), ready("trap divide by zero")],
    ["a stack that overflows sooner", call(), ready(overflow), ready("value")],
    ["a module that is refused by both", call(), refused("type mismatch"), refused("not valid")],
    ["a module that is too large", call(), refused("it uses SIMD"), ready("value")],
  ] as [string, Ask, Outcome, Outcome][])
    test(`but not in ${what}`, () => assert.equal(compareOutcomes([ask], ours, theirs).difference, undefined));
});

/** The harness can fail: each kind of assertion that does not hold is seen. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PROJECT } from "../arch.js";
import { assemble } from "../host/modules.js";
import { outlived, unexpected } from "./exceptions.js";
import { runCommands, type Command, type Outcome } from "./script.js";
import { isLike, type Value } from "./values.js";

const directory = join(PROJECT, "build/spec/harness");
mkdirSync(directory, { recursive: true });
writeFileSync(join(directory, "good.wasm"), assemble("(module)"));
writeFileSync(join(directory, "linked.wasm"), assemble('(module (import "M" "g" (global i32)))'));

const MODULE: Command = { type: "module", line: 1, filename: "good.wasm" };
const LINKED: Command = { type: "module", line: 1, filename: "linked.wasm" };
const ONE: Value = { type: "i32", value: "1" };

/** An assertion about an export `f`. */
function about(type: string, rest: Partial<Command>): Command {
  return { type, line: 2, action: { type: "invoke", field: "f", args: [ONE] }, ...rest };
}

const RETURN = about("assert_return", { expected: [ONE] });
const TRAP = about("assert_trap", { text: "integer divide by zero" });
const EXHAUSTION = about("assert_exhaustion", { text: "call stack exhausted" });
const INVALID: Command = { type: "assert_invalid", line: 2, filename: "good.wasm", module_type: "binary" };
const UNINSTANTIABLE: Command = { ...INVALID, type: "assert_uninstantiable", text: "unreachable" };

const OUT_OF_BOUNDS: Command = { ...UNINSTANTIABLE, text: "out of bounds memory access" };

const ready = (...answers: string[]): Outcome => ({ answers: ["ready", ...answers] });
const refused = (refusal: string): Outcome => ({ refusal });

async function failures(outcome: Outcome, ...commands: Command[]): Promise<string[]> {
  const result = await runCommands(async () => outcome, directory, commands);
  return result.failures.map(({ line, what }) => `${line}: ${what}`);
}

describe("the harness can fail", () => {
  for (const [what, outcome, commands] of [
    ["a value", ready("value 1"), [MODULE, RETURN]],
    ["a trap", ready("trap Exception: integer divide by zero"), [MODULE, TRAP]],
    ["the end of the stack", ready("trap Exception: wasm operand stack overflow"), [MODULE, EXHAUSTION]],
    ["an action", ready("value"), [MODULE, about("action", {})]],
    ["an invalid module", refused("type mismatch"), [INVALID]],
    ["a segment out of bounds", refused("a data segment is out of bounds"), [OUT_OF_BOUNDS]],
    ["a start function that traps", { answers: ["trap Exception: unreachable"] }, [UNINSTANTIABLE]],
    ["a module to be linked", refused("M.g is a global"), [LINKED, RETURN]],
  ] as [string, Outcome, Command[]][]) {
    test(`${what} as expected passes`, async () => {
      assert.deepEqual(await failures(outcome, ...commands), []);
    });
  }

  for (const [what, outcome, commands] of [
    ["another value", ready("value 2"), [MODULE, RETURN]],
    ["a value too many", ready("value 1 1"), [MODULE, RETURN]],
    ["no value", ready("value"), [MODULE, RETURN]],
    ["a trap in the place of a value", ready("trap Exception: unreachable"), [MODULE, RETURN]],
    ["a value in the place of a trap", ready("value 1"), [MODULE, TRAP]],
    ["another trap", ready("trap Exception: unreachable"), [MODULE, TRAP]],
    ["a trap without a reason", ready("trap "), [MODULE, TRAP]],
    ["an action that traps", ready("trap Exception: unreachable"), [MODULE, about("action", {})]],
    ["no export", ready("none"), [MODULE, RETURN]],
    ["a host that dies at once", { answers: [] }, [MODULE, RETURN]],
    ["a host that dies later", ready(""), [MODULE, RETURN]],
    ["a refusal", refused("no such opcode"), [MODULE, RETURN]],
    ["an invalid module that is packed", ready(), [INVALID]],
    ["a start function that returns", ready(), [UNINSTANTIABLE]],
    ["a segment out of bounds at boot", { answers: ["trap Exception: out of bounds memory access"] }, [OUT_OF_BOUNDS]],
    ["a segment refused for another reason", refused("type mismatch"), [OUT_OF_BOUNDS]],
    ["a start function with another trap", { answers: ["trap Exception: integer overflow"] }, [UNINSTANTIABLE]],
    ["a module to be linked that is packed", ready("value 1"), [LINKED, RETURN]],
    ["a module to be linked, refused for another reason", refused("type mismatch"), [LINKED, RETURN]],
  ] as [string, Outcome, Command[]][]) {
    test(`${what} is a failure`, async () => {
      assert.equal((await failures(outcome, ...commands)).length, 1);
    });
  }

  test("a failure that is no exception is told of, and an exception that holds", () => {
    const exceptions = [{ script: "s", lines: [2, 3], reason: "" }];
    const failures = [1, 2].map((line) => ({ line, what: "wrong" }));
    assert.deepEqual(unexpected("s", failures, exceptions), ["s.wast:1: wrong"]);
    assert.deepEqual(outlived("s", failures, exceptions), ["s.wast:3 is an exception, and holds"]);
    assert.deepEqual(unexpected("other", failures, exceptions).length, 2);
  });

  test("bits of NaNs are of a class or not", () => {
    const nans = ["7fc00000", "ffc00000", "7fc00001", "7fa00000", "7f800000", "3f800000"];
    const like = (value: string) => nans.map((bits) => isLike({ type: "f32", value }, bits));
    assert.deepEqual(like("nan:canonical"), [true, true, false, false, false, false]);
    assert.deepEqual(like("nan:arithmetic"), [true, true, true, false, false, false]);
    assert.deepEqual(like("2143289344"), [true, false, false, false, false, false]);
  });
});

/** Hostile modules and files, for most of a minute; `make fuzz` gives them hours. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PROJECT } from "../arch.js";
import { type Run, fuzz, skip } from "./fuzzer.js";

function passes({ failed, output }: Run): void {
  assert.ok(!failed, output);
  const executed = Number(/number_of_executed_units: (\d+)/.exec(output)?.[1]);
  assert.ok(executed > 1000, `only ${executed} inputs were run:\n${output}`);
}

describe("fuzzing with sanitizers finds nothing", { skip }, () => {
  test("calls of the imports, with any arguments, memory and answers of the kernel", () => passes(fuzz("imports", 25)));

  test("files of a host, changed and cut short, that a module is packed into", () => passes(fuzz("host", 8)));

  test("modules, valid and not, packed and run", () => passes(fuzz("module", 25, join(PROJECT, "build/fuzz/modules"))));
});

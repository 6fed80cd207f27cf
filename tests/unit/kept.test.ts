/** `kept`, which outlives a trap, has room for all of Life: a field too many is refused when the logic is compiled. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROJECT } from "../arch.js";
import { compile } from "../host/modules.js";

const [LIFE, HOST] = ["assembly/life.ts", "host/vm.c"].map((path) => readFileSync(join(PROJECT, path), "utf8"));
const SIZE = "export const size: u32 = offsetof<Life>();";

/** How many bytes `kept` has, and Life with `more` fields. */
function sizes(name: string, ...more: string[]): { kept: number; life: number } {
  const last = "  delay: u32;\n";
  assert.ok(LIFE.includes(last));
  const module = compile(name, LIFE.replace(last, last + more.map((field) => `  ${field}: u32;\n`).join("")) + SIZE);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(module)));
  const { kept, size, memory } = exports as { [name: string]: WebAssembly.Global } & { memory: WebAssembly.Memory };
  return { kept: new DataView(memory.buffer).getUint32(kept.value - 4, true), life: size.value };
}

test("`kept` is as long as Life, and the host has room for it", () => {
  const { kept, life } = sizes("life");
  const room = Number(/#define KEPT_MAX (\d+)/.exec(HOST)?.[1]);
  assert.ok(life > 0 && life <= kept && kept <= room, `${life} bytes in ${kept}, and in the host ${room}`);
});

test("a Life that is longer does not compile", () => {
  assert.throws(() => sizes("long-life", "one", "more"), /`kept` is too short/);
});

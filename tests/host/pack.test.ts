/** The packer as a program for WASI makes the same bytes as the native one, and says the same of what it refuses. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { spawnSync } from "node:child_process";
import { PROJECT, built, commandFor } from "../arch.js";
import { everything } from "./everything.js";
import { HOST, PACK, SHIPPED, assemble } from "./modules.js";

const scratch = mkdtempSync(join(tmpdir(), "wasinit-pack-"));
after(() => rmSync(scratch, { recursive: true }));

interface Answer {
  status: number | null;
  stdout: string;
  stderr: string;
}

function run(command: string, ...args: string[]): Answer {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return { status, stdout, stderr };
}

/** In a process each: Node 20 aborts when it collects an instance that has opened files. */
function inNode(...args: string[]): Answer {
  const program = [join(PROJECT, "build/tests/host/wasi-program.js"), join(PROJECT, "build/pack.wasm")];
  return run(process.execPath, "--disable-warning=ExperimentalWarning", ...program, ...args);
}

function native(...args: string[]): Answer {
  return run(PACK, ...args);
}

function file(name: string, bytes: Uint8Array): string {
  const path = join(scratch, name);
  writeFileSync(path, bytes);
  return path;
}

const MODULES = {
  logic: readFileSync(join(PROJECT, "build/init.wasm")),
  everything: everything(2),
  refused: assemble('(module (import "env" "memory" (memory 1)))'),
};

describe("the packer for WASI", () => {
  for (const [name, module] of Object.entries(MODULES)) {
    const path = file(`${name}.wasm`, module);
    for (const options of [[], ["--stack=65536"]]) {
      test(`makes the same of ${name}, with ${options.join(" ") || "no options"}`, () => {
        const outs = ["node", "native"].map((by) => join(scratch, `${name}-${by}`));
        const [first, second] = [inNode(...options, HOST, path, outs[0]!), native(...options, HOST, path, outs[1]!)];
        assert.deepEqual(first, second);
        assert.equal(first.status, name === "refused" ? 1 : 0);
        if (first.status === 0) assert.ok(readFileSync(outs[0]!).equals(readFileSync(outs[1]!)));
      });
    }
    test(`says the same of what a host for ${name} must have`, () => {
      assert.deepEqual(inNode("--uses", path), native("--uses", path));
    });
  }
});

test("the shipped /init is what the packer makes of a host that is pruned for it", () => {
  const out = join(scratch, "init");
  assert.equal(inNode(built("pruned"), join(PROJECT, "build/init.wasm"), out).status, 0);
  assert.ok(readFileSync(out).equals(readFileSync(SHIPPED)));
});

test("a host that is pruned for one module refuses another that it has no instruction for, by its name", () => {
  const module = file("other.wasm", assemble('(module (func $boot (export "boot") (drop (f64.sqrt (f64.const 2)))))'));
  const { status, stderr } = native(built("pruned"), module, join(scratch, "other"));
  assert.equal(
    stderr,
    "pack: the module is refused: this host is pruned for another module: it has no WASM_OP_F64_CONST\n",
  );
  assert.equal(status, 1);
});

test("5,000 functions of half a megabyte are packed, and run", () => {
  const functions = Array.from(
    { length: 5000 },
    (_, i) =>
      `(func $f${i} (param i32) (result i32) ${"(i32.add (local.get 0) ".repeat(28)}(i32.const ${i})${")".repeat(28)})`,
  );
  const check = '(func $check (export "check") (result i32) (call $f4999 (i32.const 0)))';
  const module = assemble(`(module ${functions.join("\n")} (func $boot (export "boot")) ${check})`);
  assert.ok(module.length > 400_000, String(module.length));
  const out = join(scratch, "large");
  assert.deepEqual(native(HOST, file("large.wasm", module), out), { status: 0, stdout: "", stderr: "" });
  assert.equal(spawnSync(...commandFor(out, "--check")).status, 4999 & 255);
});

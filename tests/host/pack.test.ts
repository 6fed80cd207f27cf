/** The packer as a program for WASI makes the same bytes as the native one, and says the same of what it refuses. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
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

test("the packer for WASI says the same of where a host has the members of its structures", () => {
  const answer = native("--layout", HOST);
  assert.match(answer.stdout, /^module 0 \d+\n(\w+ \d+ \d+\n){100,}$/);
  assert.deepEqual(inNode("--layout", HOST), answer);
});

const PT_NOTE = 4;

/** Where in the file the bytes of the build id are: of the one note in a segment of notes, as elf(5) has it. */
function placeOfId(file: Buffer): number {
  const [start, count] = [Number(file.readBigUInt64LE(0x20)), file.readUInt16LE(0x38)];
  const headers = Array.from({ length: count }, (_, n) => file.subarray(start + 56 * n, start + 56 * (n + 1)));
  const [note, ...others] = headers.filter((header) => header.readUInt32LE() === PT_NOTE);
  assert.ok(note && !others.length);
  const offset = Number(note.readBigUInt64LE(8));
  assert.equal(file.toString("latin1", offset, offset + 16), "\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0");
  assert.equal(Number(note.readBigUInt64LE(32)), 36);
  return offset + 16;
}

function assertId(file: Buffer): void {
  const place = placeOfId(file);
  const id = file.toString("hex", place, place + 20);
  const checksum = createHash("sha256")
    .update(file.fill(0, place, place + 20))
    .digest("hex");
  assert.equal(id, checksum.slice(0, 40), `of ${file.length} bytes`);
}

test("the shipped /init has as its build id the checksum of all else", () => assertId(readFileSync(SHIPPED)));

test("the build id is the checksum of all else, however long /init is", () => {
  const out = join(scratch, "long");
  const sizes = new Set<number>();
  for (let length = 1; sizes.size < 64 && length < 300; length++) {
    const text = "x\\00".repeat(length); // UTF-16, of which /init has a byte each
    const module = assemble(`(module (memory 1) (data (i32.const 0) "${text}") (func $boot (export "boot")))`);
    assert.equal(native(HOST, file("long.wasm", module), out).status, 0);
    const init = readFileSync(out);
    sizes.add(init.length % 64); // The checksum is made of blocks of 64 bytes.
    assertId(init);
  }
  assert.equal(sizes.size, 64);
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

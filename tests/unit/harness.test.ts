/** Tests that the other tests can fail. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { parse } from "../../npm/testing/scenario.js";
import { assemble } from "../host/modules.js";
import { INIT_WASM, SCENARIOS, run, verdict } from "./harness.js";

const GOOD_LIFE = parse(readFileSync(SCENARIOS + "a-whole-good-life.txt", "utf8"));
const FOR_EVER = "stage /etc/boot runs for ever\n";

const directory = mkdtempSync(join(tmpdir(), "wasinit-"));
after(() => rmSync(directory, { recursive: true }));

/** Writes a module that is not the shipped one; returns its path. */
function write(name: string, content: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** A module whose `boot` has this body. */
function module(name: string, body: string, imports = ""): string {
  const exports = `(memory (export "memory") 1) (global (export "kept") i32 (i32.const 0)) (func (export "boot") ${body})`;
  return write(name, assemble(`(module ${imports} ${exports})`));
}

/** The shipped module with another string in it, as AssemblyScript keeps it. */
function mutated(from: string, to: string): string {
  const bytes = readFileSync(INIT_WASM);
  const at = bytes.indexOf(Buffer.from(from, "utf16le"));
  assert.ok(at > 0, `the module does not hold ${from}`);
  return write(
    "mutated.wasm",
    Buffer.concat([bytes.subarray(0, at), Buffer.from(to, "utf16le"), bytes.subarray(at + 2 * to.length)]),
  );
}

async function problem(directives: string, init?: string): Promise<string> {
  return (await run(directives, init)).problem;
}

describe("the harness reports", { concurrency: 2 }, () => {
  test("a golden that is wrong, as a diff", async () => {
    const expected = GOOD_LIFE.expected!.replace('chdir("/") = 0', 'chdir("/root") = 0');
    const lines = (await verdict({ ...GOOD_LIFE, expected })).split("\n");
    assert.ok(lines.includes('- chdir("/root") = 0'));
    assert.ok(lines.includes('+ chdir("/") = 0'));
  });

  test("a golden that is missing", async () => {
    assert.match(await verdict({ ...GOOD_LIFE, expected: "" }), /^\+ spawn/m);
  });

  test("a module that behaves in another way", async () => {
    assert.match(await verdict(GOOD_LIFE, mutated("/etc/reboot", "/etc/rebooT")), /^- spawn\("\/etc\/reboot"\)/m);
  });

  test("a directive that makes no sense", async () => {
    assert.match(await problem("stage /etc/boot sings\n"), /can't understand: stage \/etc\/boot sings/);
    assert.match(await problem("at 5 SIGTERM\n"), /can't understand/);
    assert.match(await problem("fail mount EVIL\n"), /can't understand/);
    assert.match(await problem("no descriptors at all\n"), /can't understand/);
  });

  test("a failure that never happens", async () => {
    assert.match(await problem(FOR_EVER + "fail mount /nowhere EPERM\n"), /never happened: fail mount \/nowhere EPERM/);
  });

  test("an event that never happens", async () => {
    assert.match(await problem(FOR_EVER + "at 5 s SIGTERM\nuntil 2 s\n"), /never happened: .*SIGTERM/);
  });

  test("a stage that is never started", async () => {
    assert.match(await problem(FOR_EVER + "stage /etc/reboot exits 0\n"), /never started: \/etc\/reboot/);
  });

  test("a trap", async () => {
    assert.match(await problem(FOR_EVER, module("trap.wasm", "unreachable")), /exited with 134[^]*unreachable/);
  });

  test("a loop without end", async () => {
    assert.match(await problem("", module("loop.wasm", "(loop (br 0))")), /all fuel consumed/);
  });

  test("an import that is not in the table", async () => {
    const init = module("import.wasm", "", '(import "linux" "ptrace" (func))');
    assert.match(await problem("", init), /unknown import: `linux::ptrace`/);
  });

  test("an import of another type", async () => {
    const init = module("type.wasm", "", '(import "linux" "sync" (func))');
    assert.match(await problem("", init), /incompatible import type for `linux::sync`/);
  });

  test("a boot that returns", async () => {
    assert.equal((await run("", module("return.wasm", ""))).trace, "-- boot returned\n");
  });
});

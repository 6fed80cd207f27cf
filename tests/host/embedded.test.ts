/** A module that is constant data of /init, as the shipped one is, does what one does that is loaded at start. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { branching, everything, upTo } from "./everything.js";
import { PROJECT, SANITIZED, assemble } from "./modules.js";
import { live, skip } from "./namespace.js";
import { text } from "./wat.js";

const scratch = mkdtempSync(join(tmpdir(), "wasinit-embedded-"));
after(() => rmSync(scratch, { recursive: true }));

/** The host with `module` inside, built as /init is. */
function build(module: Uint8Array): Buffer {
  const [from, to] = ["module.wasm", "init"].map((name) => join(scratch, name));
  writeFileSync(from, module);
  writeFileSync(to, "");
  execFileSync(join(PROJECT, "tests/host/embedded.sh"), [from, to], { stdio: ["ignore", "inherit", "inherit"] });
  return readFileSync(to);
}

/** What `everything` logs in two lives in another engine, that of Node; after each, by what it ended. */
function expected(module: Uint8Array): string[] {
  const log: string[] = [];
  let kept: Uint8Array | undefined;
  for (let life = 0; life < 2; life++) {
    const imports = {
      syslog: (priority: number, format: number) => {
        const length = new DataView(memory.buffer).getUint32(format - 4, true);
        log.push(`<${priority}>${Buffer.from(memory.buffer, format, length).toString("utf16le")}`);
        return 0;
      },
      reboot: () => {
        throw new Error("reboot");
      },
    };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(module)), { linux: imports });
    const memory = exports.memory as WebAssembly.Memory;
    const { boot } = exports as { boot: () => void };
    if (kept) new Uint8Array(memory.buffer).set(kept, 1028);
    try {
      boot();
    } catch (error) {
      log.push(error instanceof WebAssembly.RuntimeError ? "trap" : "reboot");
    }
    kept = new Uint8Array(memory.buffer).slice(1028, 1028 + 16);
  }
  return log;
}

const FAILURE = [
  ...["fail", "inner", "outer", "boot"].map((name, i) => `<2>#0${i}: ${name}`),
  "<2>the logic has ended: Exception: integer divide by zero",
];

const skipped = SANITIZED ? "/init has no sanitizers" : skip;

describe("a module as constant data", { skip: skipped }, () => {
  for (const pages of [1, 2]) {
    test(`its log is that of one that is loaded, and of another engine, with memory of ${pages} pages`, async () => {
      const module = everything(pages);
      const [embedded, loaded] = await Promise.all([
        live({ binary: build(module) }).ends("power-off or halt"),
        live({ module }).ends("power-off or halt"),
      ]);
      assert.deepEqual(embedded.log, loaded.log);
      const log = embedded.log.map((line) => line.replace(/: 0x[0-9a-f]+ - /, ": "));
      const lines = expected(module);
      assert.ok(lines.length > 400, "it has logged what it computes");
      assert.deepEqual(
        log,
        lines.flatMap((line) => (line === "trap" ? FAILURE : line === "reboot" ? [] : [line])),
      );
      const kept = lines.filter((line) => line.startsWith("<6>000000000000000"))[0];
      assert.equal(kept, `<6>${"1".padStart(16, "0")}${"0".repeat(16)}${"7".padStart(16, "0")}${"fffffffffffffffd"}`);
    });
  }
});

const BOOT = '(func $boot (export "boot") unreachable)';

describe("a module that can't be embedded: why is told, and nothing is left that could be compiled", () => {
  const valid = assemble(`(module ${BOOT})`);
  const unverifiable = Buffer.from(valid);
  unverifiable[unverifiable.indexOf(Buffer.from([0x00, 0x00, 0x0b])) + 1] = 0x6a; // i32.add, of nothing
  const memory = '(memory (export "memory") 1)';
  const refused: [string, Uint8Array, RegExp][] = [
    ["no module", Buffer.from("no module"), /magic/],
    ["an empty file", new Uint8Array(), /refused/],
    ["a module that does not verify", unverifiable, /expect data but stack was empty/],
  ];
  for (const [what, fields, reason] of [
    ["an import that there is not", '(import "linux" "ptrace" (func (result i32)))', /no import linux\.ptrace/],
    ["an import of another type", '(import "linux" "kill" (func (param i32) (result i32)))', /no import linux\.kill/],
    ["data beyond the memory", `${memory} (data (i32.const 65536) "x")`, /out of bounds/],
    ["data that goes beyond it", `${memory} ${text(65530, "too long")}`, /out of bounds/],
    ["a br_table over 256 blocks", branching("wide", 257, upTo(257)), /br_table/],
    ["data at 4 GiB", `${memory} (data (i32.const -1) "xy")`, /out of bounds/],
  ] as [string, string, RegExp][])
    refused.push([what, assemble(`(module ${fields} ${BOOT})`), reason]);

  for (const [what, module, reason] of refused) {
    test(what, { skip: SANITIZED && "/init has no sanitizers" }, () => {
      const [from, ...to] = ["bad.wasm", "bad.c", "bad.h"].map((name) => join(scratch, name));
      writeFileSync(from, module);
      for (const path of to) writeFileSync(path, "of another module");
      const { status, stderr } = spawnSync(join(PROJECT, "build/host/embed"), [from, ...to], { encoding: "utf8" });
      assert.equal(status, 1);
      assert.match(stderr, reason);
      assert.deepEqual(to.filter(existsSync), []);
    });
  }
});

/**
 * A module that a host can't run is refused when it is packed, with the reason, and nothing is left that could be taken
 * for it. What is found only as it runs: the log says why, and PID 1 stays alive.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { branching, upTo } from "./everything.js";
import { HOST, SHIPPED, assemble } from "./modules.js";
import { live, skip } from "./namespace.js";
import { reasonAgainst, refusal } from "./packer.js";
import { RB_POWER_OFF, text } from "./wat.js";

const BOOT = '(func $boot (export "boot") unreachable)';
const MEMORY = '(memory (export "memory") 1)';
const NO_BOOT = "it exports no function `boot` that takes and returns nothing";

/** One function has a name: WAMR refuses a name section without any. */
function logic(...fields: string[]): Uint8Array {
  return assemble(`(module ${fields.join("\n")} (func $named))`);
}

function refused(what: string, module: Uint8Array, reason: string | RegExp): void {
  test(what, () => {
    const why = reasonAgainst(module);
    if (typeof reason === "string") assert.equal(why, reason);
    else assert.match(why, reason);
  });
}

describe("refused when it is packed, by name", () => {
  const unverifiable = Buffer.from(logic(BOOT));
  unverifiable[unverifiable.indexOf(Buffer.from([0x00, 0x00, 0x0b])) + 1] = 0x6a; // i32.add, of nothing
  const filling = "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0)) nop nop nop";
  const longIndex = Buffer.from(logic(MEMORY, BOOT, `(func $fill ${filling})`));
  longIndex.set([0x80, 0x80, 0x80, 0x00], longIndex.indexOf(Buffer.from([0xfc, 0x0b])) + 2);
  refused("bytes that are no module", Buffer.from("no module"), "magic header not detected");
  refused("an empty file", new Uint8Array(), /unexpected end/);
  refused("a module that is cut short", logic(MEMORY, BOOT, '(data (i32.const 8) "cut off")').slice(0, 30), /./);
  refused("a module that does not verify", unverifiable, /expect data but stack was empty/);

  refused(
    "a memory's index in several bytes, of which the interpreter would run some",
    longIndex,
    "the index of a memory is not a byte of 0",
  );

  for (const [what, type] of [
    ["too few parameters", "(param i32) (result i32)"],
    ["too many parameters", "(param i32 i32 i32) (result i32)"],
    ["a parameter of another type", "(param i32 i64) (result i32)"],
    ["a result of another type", "(param i32 i32) (result i64)"],
    ["no result", "(param i32 i32)"],
  ])
    refused(
      `an import with ${what}`,
      logic(`(import "linux" "kill" (func ${type}))`, BOOT),
      "it imports linux.kill with another type: (ii)i it is",
    );
  for (const [name, type] of [
    ["linux.ptrace", "(param i32) (result i32)"],
    ["env.abort", "(param i32 i32 i32 i32)"],
    ["wasi_snapshot_preview1.sock_send", "(param i32 i32 i32 i32 i32) (result i32)"],
  ]) {
    const [module, field] = name.split(".");
    const item = `(import "${module}" "${field}" (func ${type}))`;
    refused(`an import that there is not: ${name}`, logic(item, BOOT), `this host has no import ${name}`);
  }
  for (const [what, item] of [
    ["a memory", '(import "env" "it" (memory 1))'],
    ["a global", '(import "env" "it" (global i32))'],
    ["a table", '(import "env" "it" (table 1 funcref))'],
  ])
    refused(`an import of ${what}`, logic(item, BOOT), `it imports ${what}, env.it`);

  for (const [what, fields] of [
    ["no `boot`", MEMORY],
    ["a `boot` that is no function", '(memory (export "boot") 1)'],
    ["a `boot` with parameters", '(func $boot (export "boot") (param i32))'],
    ["a `boot` with a result", '(func $boot (export "boot") (result i32) (i32.const 7))'],
    ["a `boot` that is an import", '(import "linux" "sync" (func $boot (result i32))) (export "boot" (func $boot))'],
  ])
    refused(what, logic(fields), NO_BOOT);

  refused(
    "data beyond the memory",
    logic(MEMORY, BOOT, '(data (i32.const 65536) "x")'),
    /data segment is out of bounds/,
  );
  refused("data that goes beyond it", logic(MEMORY, BOOT, text(65530, "too long")), /data segment is out of bounds/);
  refused("data at 4 GiB", logic(MEMORY, BOOT, '(data (i32.const -1) "xy")'), /data segment is out of bounds/);
  refused(
    "elements beyond the table",
    logic("(table $t 2 funcref) (elem (i32.const 1) $named $named)", BOOT),
    "an element segment is out of bounds",
  );
  refused("a large memory", logic("(memory 1025)", BOOT), "its memory has 1025 pages, 1024 are the most");
  refused("a large table", logic("(table 200000 funcref)", BOOT), /^its stack, tables and functions take \d+ bytes/);
  refused("a br_table over 256 blocks", logic(branching("wide", 257, upTo(257)), BOOT), /br_table/);
  refused(
    "a start function that is an import",
    logic('(import "linux" "sync" (func $sync))', "(start $sync)", BOOT),
    /another type|is an import/,
  );

  for (const [what, fields] of [
    ["SIMD", `${MEMORY} (func $wide (v128.store (i32.const 0) (v128.const i64x2 1 2)))`],
    ["threads", `${MEMORY} (func $wait (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1))))`],
    ["shared memory, as threads do, or memory of 64 bits", '(memory (export "memory") 1 2 shared)'],
    ["shared memory, as threads do, or memory of 64 bits", '(memory (export "memory") i64 1)'],
    ["tail calls", "(func $tail (return_call $tail))"],
    ["exceptions, or another section that this engine has not", "(tag $e) (func $throw (throw $e))"],
    ["several memories", "(memory $a 1) (memory $b 1)"],
    ["garbage collection", "(type $s (struct (field i32))) (func $make (drop (struct.new_default $s)))"],
  ])
    refused(`${what}: ${fields}`, logic(fields, BOOT), `it uses ${what}`);
});

describe("a host is refused, too", () => {
  const module = logic(BOOT);
  for (const [what, path, reason] of [
    ["that has a module already", SHIPPED, "it has no section .layout: a host is what `make host` builds"],
    ["that is no program", import.meta.filename, "it is no ELF file of 64 bits, linked to an address"],
  ])
    test(what, () => assert.equal(refusal(module, path), `the host is refused: ${reason}`));
  test("a stack that is no size", () => assert.match(refusal(module, HOST, "--stack=7"), /--stack/));
  test("a file that there is not", () => assert.match(refusal(module, "/no/such"), /^\/no\/such: No such file/));
});

/** The log of a life with `module`, which is tried again; PID 1 is still there a while after. */
async function failure(module: Uint8Array): Promise<string[]> {
  const life = live({ module });
  await life.logs("the logic");
  await sleep(300);
  assert.ok(life.isAlive, life.shown());
  const { log } = life;
  life.kill();
  await life.ends("killed");
  return log;
}

const REBOOT = '(import "linux" "reboot" (func $reboot (param i32) (result i32)))';
const POWER_OFF = `(drop (call $reboot (i32.const ${RB_POWER_OFF})))`;

describe("found as it runs", { skip, concurrency: true }, () => {
  test("a start function that traps: the log says so", async () => {
    const log = await failure(logic("(func $start unreachable)", "(start $start)", BOOT));
    assert.match(log.join("\n"), /unreachable/);
  });

  test("a host without a module: the log says so, and the machine restarts", async () => {
    const started = Date.now();
    const { log } = await live({ binary: readFileSync(HOST) }).ends("restart");
    assert.ok(Date.now() - started >= 5000, "there is time to read the console");
    assert.deepEqual(log, [
      "<2>there is no logic in this host: `pack` puts one into it",
      "<2>the machine restarts when its processes have ended, or on SIGTERM",
      "<2>restarting",
    ]);
  });
});

describe("not refused", { skip, concurrency: true }, () => {
  const end = `(func $boot (export "boot") ${POWER_OFF})`;
  for (const [what, fields] of [
    ["a memory by another name, or none", [REBOOT, end]],
    ["a table just as large as can be", [REBOOT, end, "(table 120000 funcref)"]],
    ["a memory just as large", [REBOOT, end, '(memory (export "memory") 1024)']],
  ] as const) {
    test(what, async () => {
      await live({ module: logic(...fields) }).ends("power-off or halt");
    });
  }

  test("a linker's exports: it has all of its memory", async () => {
    const linker = ["__data_end", "__heap_base"].map((name) => `(global (export "${name}") i32 (i32.const 1024))`);
    const store = "(i32.store (i32.const 65532) (i32.const 7))";
    const boot = `(func $boot (export "boot") ${store} ${POWER_OFF})`;
    await live({ module: logic(REBOOT, MEMORY, ...linker, boot) }).ends("power-off or halt");
  });

  for (const name of ["_initialize", "_start"]) {
    test(`a start function that is exported as \`${name}\`, which is called first`, async () => {
      const start = `(global $ready (mut i32) (i32.const 0)) (func $s (export "${name}") (global.set $ready (i32.const 1)))`;
      const boot = `(func $boot (export "boot") (if (global.get $ready) (then ${POWER_OFF})) unreachable)`;
      await live({ module: logic(REBOOT, start, boot) }).ends("power-off or halt");
    });
  }
});

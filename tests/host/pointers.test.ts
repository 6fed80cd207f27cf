/**
 * Pointers and lengths from a hostile module are refused: each import is called with each of its pointers wild in turn,
 * and the rest so that nothing else can be wrong. What is asked for must not happen, and the host must not crash.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { built } from "../arch.js";
import {
  type Call,
  FORMAT,
  GOOD,
  LISTS,
  LOG_LINE,
  LONG,
  MOST,
  PAGE,
  RESULTS,
  WASI,
  WITH_NUL,
  ZEROS,
  arrayCalls,
  hostile,
  linuxCalls,
  listCalls,
  requestCalls,
  wasiCalls,
} from "./hostile.js";
import { assemble } from "./modules.js";
import { type Setup, live, skip } from "./namespace.js";
import { RB_POWER_OFF, bytes, text, u32 } from "./wat.js";

async function check(calls: Call[], log: string[] = [], setup: Setup = {}): Promise<void> {
  assert.ok(RESULTS + 8 * calls.length < PAGE - 4, "there is room for the results");
  const life = await live({ module: hostile(calls), ...setup }).ends("power-off or halt");
  const results = life.read("console");
  assert.equal(results.length, 8 * calls.length, life.log.join("\n"));
  const wrong = calls.flatMap(({ name, args, expected }, i) => {
    const result = Number(results.readBigInt64LE(8 * i));
    return result === expected ? [] : [`${name}(${args.join(", ")}) = ${result}, not ${expected}`];
  });
  assert.deepEqual(wrong, []);
  assert.deepEqual(life.log, log, "nothing else is logged, not even by syslog");
}

describe("bad pointers from a hostile module are refused", { skip, concurrency: true }, () => {
  test("linux: strings out of memory, with a false length, with a 0, too long; buffers out of memory", async () => {
    const calls = linuxCalls();
    assert.ok(calls.length > 400, `${calls.length} calls`);
    await check(calls);
  });

  test("linux: what requests of ioctl point at, and strings in arrays", () =>
    check([...requestCalls(), ...arrayCalls()]));

  test("linux: syslog logs the beginning of what has a 0 in it or is too long, as no line is lost", async () => {
    const a = "a".repeat(LOG_LINE - "<6>init: \n".length);
    const logged: [number, number, string][] = [
      [WITH_NUL, 0, "/no"],
      [LONG, GOOD, a],
      [FORMAT, WITH_NUL, "/no, 7"],
      [FORMAT, LONG, a],
    ];
    const calls = logged.map(([format, string, line]) => {
      return { module: "linux", name: "syslog", args: [6, format, string, 7], expected: `<6>init: ${line}\n`.length };
    });
    await check(
      calls,
      logged.map(([, , line]) => `<6>${line}`),
    );
  });

  test("WASI: pointers and lengths out of memory, paths with a 0, paths too long", async () => {
    const calls = wasiCalls();
    assert.ok(calls.length > 500, `${calls.length} calls`);
    await check(calls);
  });

  test("WASI: lists of pieces out of memory, and of a length that overflows", () => check(listCalls()));

  test("a wrong expectation is seen", async () => {
    const call = { module: "linux", name: "chdir", args: [PAGE], expected: 0 };
    await assert.rejects(check([call]), /chdir\(65536\) = -14, not 0/);
  });
});

describe("a host that records refuses them, too", { skip, concurrency: true }, () => {
  const RECORDER: Setup = { host: built("recorder"), environment: ["record=/out/trace"] };
  test("linux: strings and buffers", () => check([...linuxCalls(), ...arrayCalls()], [], RECORDER));

  test("WASI: pointers and lengths", () => check([...wasiCalls(), ...listCalls()].slice(0, MOST), [], RECORDER));

  test("more memory than it has a copy of: what is not known of it is said", async () => {
    const module = assemble(`(module
      (import "${WASI}" "random_get" (func $random_get (param i32 i32) (result i32)))
      (import "linux" "read" (func $read (param i32 i32 i32) (result i32)))
      (import "linux" "open" (func $open (param i32 i32 i32) (result i32)))
      (import "linux" "reboot" (func $reboot (param i32) (result i32)))
      (memory (export "memory") 1024)
      ${text(1024, "/proc/version")}
      (func $boot (export "boot")
        (drop (call $read (call $open (i32.const 1024) (i32.const 0) (i32.const 0)) (i32.const 2048) (i32.const 0x3fff000)))
        (drop (call $random_get (i32.const 2048) (i32.const 1000000)))
        (drop (call $reboot (i32.const ${RB_POWER_OFF})))))`);
    const life = await live({ module, ...RECORDER }).ends("power-off or halt");
    const trace = life.read("trace").toString();
    assert.match(trace, /^record: \d+ read\(3, \*2048, 67104768\) = \d+ 2048:"Linux version [^"]*\^0a" ~\w{8}$/m);
    assert.match(trace, /^record: \d+ \+ .* \? ~\w{8}\nrecord: \d+ reboot\(\d+\) leaves ~\w{8}\n$/m);
  });
});

describe("strings", { skip }, () => {
  const names = [
    "ascii",
    "größe",
    "€",
    "😀",
    "\ud800x",
    "x\udc00",
    "\udc00\ud800",
    "\ud83d",
    "a".repeat(255),
    "caf\udce9",
  ];
  const onDisk = ["ascii", "größe", "€", "😀", "\ufffdx", "x\ufffd", "\ufffd\ufffd", "\ufffd", "a".repeat(255)].map(
    (name) => Buffer.from(name),
  );

  test("cross as UTF-8; half of a surrogate pair is U+FFFD, or a byte that is none", async () => {
    const calls = names.map((_, i) => `(drop (call $mkdir (i32.const ${2048 + 1024 * i}) (i32.const 0x1ed)))`);
    const module = assemble(`(module
      (import "linux" "mkdir" (func $mkdir (param i32 i32) (result i32)))
      (import "linux" "reboot" (func $reboot (param i32) (result i32)))
      (memory (export "memory") 1)
      ${names.map((name, i) => text(2048 + 1024 * i, `/out/names/${name}`)).join("\n")}
      ${text(1024, "/out/names")}
      (func $boot (export "boot")
        (drop (call $mkdir (i32.const 1024) (i32.const 0x1ed)))
        ${calls.join("\n")}
        (drop (call $reboot (i32.const ${RB_POWER_OFF})))))`);
    const life = await live({ module }).ends("power-off or halt");
    const hex = (names: Buffer[]) => names.map((name) => name.toString("hex")).sort();
    assert.deepEqual(
      hex(readdirSync(life.path("names"), "buffer")),
      hex([...onDisk, Buffer.from("caf\xe9", "latin1")]),
    );
  });
});

test("between the fields of an answer is nothing of the host's memory", { skip }, async () => {
  const STRUCTURES = [
    { call: "fd_filestat_get (i32.const 1)", padding: [17, 18, 19, 20, 21, 22, 23] },
    { call: "fd_fdstat_get (i32.const 1)", padding: [1, 4, 5, 6, 7] },
    { call: "fd_prestat_get (i32.const 3)", padding: [1, 2, 3] },
    { call: `poll_oneoff (i32.const ${ZEROS})`, more: "(i32.const 1) (i32.const 64)", padding: [11, 12, 13, 14, 15] },
  ];
  const SIZE = 64; // of a place for one
  const calls = STRUCTURES.map(
    ({ call, more }, i) => `(drop (call $${call} (i32.const ${GOOD + SIZE * i}) ${more ?? ""}))`,
  );
  const module = assemble(`(module
    (import "${WASI}" "fd_filestat_get" (func $fd_filestat_get (param i32 i32) (result i32)))
    (import "${WASI}" "fd_fdstat_get" (func $fd_fdstat_get (param i32 i32) (result i32)))
    (import "${WASI}" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
    (import "${WASI}" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
    (import "${WASI}" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "linux" "reboot" (func $reboot (param i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const ${LISTS}) "${bytes(u32(GOOD, SIZE * STRUCTURES.length))}")
    (data (i32.const ${GOOD}) "${bytes(Buffer.alloc(SIZE * STRUCTURES.length, 0xaa))}")
    (func $boot (export "boot")
      ${calls.join("\n")}
      (drop (call $fd_write (i32.const 1) (i32.const ${LISTS}) (i32.const 1) (i32.const 64)))
      (drop (call $reboot (i32.const ${RB_POWER_OFF})))))`);
  const life = await live({ module }).ends("power-off or halt");
  const answers = life.read("console");
  assert.equal(answers.length, SIZE * STRUCTURES.length);
  for (const [i, { call, padding }] of STRUCTURES.entries())
    assert.deepEqual(
      padding.map((at) => answers[SIZE * i + at]),
      padding.map(() => 0),
      call,
    );
});

/**
 * What compilers emit by default runs in the generic host, and in one that is pruned for it: asc without our options,
 * clang, rustc. What the engine has not is refused by a name that their users know.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import binaryen from "binaryen";
import { PROJECT } from "../arch.js";
import { SANITIZED, assemble } from "./modules.js";
import { live, skip } from "./namespace.js";
import { pruned, reasonAgainst } from "./packer.js";
import { RB_POWER_OFF } from "./wat.js";

const scratch = mkdtempSync(join(tmpdir(), "wasinit-compilers-"));
after(() => rmSync(scratch, { recursive: true }));

let compiled = 0;

/** Runs a compiler on a file with `source`; it is where no asconfig.json of ours is found. */
function run(command: string, type: string, source: string, args: (from: string, to: string) => string[]): Uint8Array {
  const [from, to] = [type, "wasm"].map((type) => `policy${compiled}.${type}`);
  compiled++;
  writeFileSync(join(scratch, from), source);
  const env = { ...process.env, RUSTC_BOOTSTRAP: "1" };
  execFileSync(command, args(from, to), { cwd: scratch, env, stdio: ["ignore", "ignore", "pipe"] });
  return readFileSync(join(scratch, to));
}

function asc(source: string, ...options: string[]): Uint8Array {
  const program = join(PROJECT, "node_modules/assemblyscript/bin/asc.js");
  return run(process.execPath, "ts", source, (from, to) => [program, from, "-o", to, ...options]);
}

function clang(source: string, ...options: string[]): Uint8Array {
  return run("clang", "c", source, (from, to) => ["-O2", ...options, from, "-o", to]);
}

const WASI = ["--target=wasm32-wasi", "-mexec-model=reactor"];
const BARE = ["--target=wasm32", "-nostdlib", "-Wl,--no-entry"];

/** What clang 20 has on by default; older ones have all of it, and less of it on. */
const TODAY = [
  "bulk-memory",
  "sign-ext",
  "nontrapping-fptoint",
  "mutable-globals",
  "multivalue",
  "reference-types",
].map((feature) => `-m${feature}`);

// --- policies: each proves what it uses, and powers off ----------------------------------------------------------------

/** Of asc's default runtime, which collects garbage. */
const ASC = `
  @external("linux", "reboot") declare function reboot(how: i32): i32;
  export function abort(message: string | null, file: string | null, line: u32, column: u32): void { unreachable(); }

  export let level = start();
  let large: f64 = 1e300;
  function start(): i32 { return memory.size(); }
  function twice(value: i64, index: i32, list: i64[]): i64 { return 2 * value; }

  export function boot(): void {
    const list = new Array<i64>();
    for (let i: i64 = 0; i < 1000; i++) list.push(i);
    list.shift(); // within itself
    const doubled = list.map<i64>(twice);
    const bytes = new Uint8Array(1000).fill(200);
    const words = new Map<string, i32>();
    for (let i = 0; i < 100; i++) words.set(i.toString(), i);
    assert(level > 0 && list[0] == 1 && list[998] == 999 && doubled[998] == 1998);
    assert(<i8>bytes[999] == -56 && <i64>large == i64.MAX_VALUE && words.get("77") == 77);
    reboot(${RB_POWER_OFF});
  }
`;

const REBOOT = `__attribute__((import_module("linux"), import_name("reboot"))) int power_off(unsigned how);`;
const BOOT = `__attribute__((export_name("boot"))) void boot(void)`;

/** A constructor, malloc, pointers to functions, and what clang has instructions for today. */
const C_WITH_LIBRARY = `
  #include <stdint.h>
  #include <stdlib.h>
  #include <string.h>
  ${REBOOT}
  static volatile int ready;
  static volatile double large = -1e18;
  static volatile signed char narrow;
  static volatile size_t length = 900;
  static int64_t twice(int64_t value) { return 2 * value; }
  static int64_t thrice(int64_t value) { return 3 * value; }
  static int64_t (*volatile functions[])(int64_t) = { twice, thrice };
  __attribute__((constructor)) static void construct(void) { ready = 7; }
  ${BOOT} {
    unsigned char *bytes = malloc(1000);
    for (int i = 0; i < 1000; i++) bytes[i] = (unsigned char)i;
    memmove(bytes + 7, bytes, length);
    narrow = (signed char)bytes[207];
    if (ready == 7 && bytes[906] == (899 & 255) && functions[0](21) == 42 && functions[1](21) == 63
        && (int64_t)large == -1000000000000000000 && narrow == -56)
      power_off(${RB_POWER_OFF}u);
    abort();
  }
`;

/** A function that returns two values, and a structure that is copied. */
const C_ALONE = `
  ${REBOOT}
  struct pair { long long first, second; };
  struct large { int n[100]; } from, to;
  static volatile int ready;
  __attribute__((constructor)) static void construct(void) { ready = 7; }
  __attribute__((noinline)) struct pair swap(long long a, long long b) { return (struct pair){ b, a }; }
  ${BOOT} {
    struct pair pair = swap(ready, 5);
    for (int i = 0; i < 100; i++) from.n[i] = i;
    __builtin_memcpy(&to, &from, sizeof(to));
    if (pair.first == 5 && pair.second == 7 && to.n[99] == 99) power_off(${RB_POWER_OFF}u);
  }
`;

/** What a program begins with where rustc has a library for its target, and where it has none. */
const RUST_CORE = `
  #![no_std]
  #[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
`;
const RUST_ALONE = `
  #![feature(no_core, lang_items)]
  #![allow(internal_features)]
  #![no_core]
  #[lang = "pointee_sized"] trait PointeeSized {}
  #[lang = "meta_sized"] trait MetaSized: PointeeSized {}
  #[lang = "sized"] trait Sized: MetaSized {}
  #[lang = "copy"] trait Copy {}
  impl Copy for u8 {} impl Copy for u32 {} impl Copy for u64 {} impl Copy for i64 {} impl Copy for f64 {}
  impl Copy for [u64; 100] {}
  #[lang = "drop_in_place"] unsafe fn drop_in_place<T: PointeeSized>(it: *mut T) { drop_in_place(it) }
`;
/** Without an operator: these would be core's. */
const RUST_POLICY = `
  #[link(wasm_import_module = "linux")] extern "C" { fn reboot(how: u32) -> i32; }
  #[no_mangle] pub static mut LARGE: f64 = 1e300;
  #[no_mangle] pub static mut BYTE: u8 = 200;
  #[no_mangle] pub static mut FROM: [u64; 100] = [7; 100];
  #[no_mangle] pub static mut TO: [u64; 100] = [1; 100];
  #[no_mangle] pub static mut FUNCTION: fn(i64) -> i64 = same;
  #[inline(never)] fn same(value: i64) -> i64 { value }
  #[no_mangle] pub extern "C" fn boot() {
    unsafe {
      TO = FROM;
      match (FUNCTION(LARGE as i64), BYTE as i8 as u32, TO) {
        (0x7fff_ffff_ffff_ffff, 0xffff_ffc8, [.., 7]) => { reboot(${RB_POWER_OFF}); }
        _ => {}
      }
    }
  }
`;

/** Of version 1.?: from 1.87 on it uses bulk memory, conversions that saturate, and long indices. */
const RUST = Number(/^rustc 1\.(\d+)/.exec(spawnSync("rustc", ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1]);

/** With rustc's own options; or its words. */
function rustc(): Uint8Array | string {
  const options = ["--edition=2021", "--target=wasm32-unknown-unknown", "--crate-type=cdylib", "-O"];
  const tries = [RUST_CORE, RUST_ALONE].map((prelude) => {
    try {
      return run("rustc", "rs", prelude + RUST_POLICY, (from, to) => [...options, from, "-o", to]);
    } catch (error) {
      return /^error.*/m.exec(String((error as { stderr?: Buffer }).stderr))?.[0] ?? String(error);
    }
  });
  const module =
    tries.find((it) => typeof it !== "string") ?? `it can't compile for a target without a library: ${tries}`;
  if (typeof module !== "string" && RUST >= 87) assert.ok(Buffer.from(module).includes(LONG_INDEX));
  return module;
}

/** The passive segments that wasm-ld makes for threads alone, and their count in front of the code. */
const PASSIVE = `(module
  (import "linux" "reboot" (func $reboot (param i32) (result i32)))
  (memory (export "memory") 1)
  (table 4 funcref)
  (data $text "passive")
  (elem $functions func $seven $eight)
  (type $number (func (result i32)))
  (func $seven (result i32) (i32.const 7))
  (func $eight (result i32) (i32.const 8))
  (func $boot (export "boot")
    (memory.init $text (i32.const 100) (i32.const 0) (i32.const 7))
    (memory.copy (i32.const 102) (i32.const 100) (i32.const 7))
    (memory.fill (i32.const 200) (i32.const 0x61) (i32.const 4))
    (data.drop $text)
    (table.init $functions (i32.const 1) (i32.const 0) (i32.const 2))
    (table.copy (i32.const 2) (i32.const 1) (i32.const 2))
    (elem.drop $functions)
    (if (i32.and
          (i32.and (i64.eq (i64.load (i32.const 101)) (i64.const 0x6576697373617061))
            (i32.eq (i32.load (i32.const 200)) (i32.const 0x61616161)))
          (i32.and (i32.eq (call_indirect (type $number) (i32.const 2)) (i32.const 7))
            (i32.eq (call_indirect (type $number) (i32.const 3)) (i32.const 8))))
      (then (drop (call $reboot (i32.const ${RB_POWER_OFF})))))))`;

// -----------------------------------------------------------------------------------------------------------------------

/** Whether a section is there, in the binary format. */
function hasSection(module: Uint8Array, id: number): boolean {
  let at = 8;
  while (at < module.length && module[at] !== id) {
    let [size, shift] = [0, 0];
    do size |= (module[++at] & 127) << (7 * shift++);
    while (module[at] & 128);
    at += 1 + size;
  }
  return at < module.length;
}
const DATA_COUNT = 12;

function textOf(module: Uint8Array): string {
  const parsed = binaryen.readBinary(module);
  try {
    return parsed.emitText();
  } finally {
    parsed.dispose();
  }
}

/** An index of a type and one of a table, each in as many bytes as a linker may put there. */
const LONG_INDEX = Buffer.from([0x11, 0x80, 0x80, 0x80, 0x80, 0x00, 0x80, 0x80, 0x80, 0x80, 0x00]);

/** A policy lives in the generic host and in a pruned one, after it was seen that it uses what is to be shown. */
function works(what: string, compile: () => Uint8Array | string, ...uses: RegExp[]): void {
  test(what, { skip }, async (context) => {
    const module = compile();
    if (typeof module === "string") return context.skip(module);
    const text = textOf(module);
    for (const use of uses) assert.match(text, use);
    await live({ module, seconds: 20 }).ends("power-off or halt");
    if (!SANITIZED) await live({ binary: pruned(module), seconds: 20 }).ends("power-off or halt");
  });
}

describe("what compilers emit by default works", () => {
  const own = ["--use", "abort=policy0/abort"];
  works(
    "asc: its runtime, its features",
    () => asc(ASC, ...own),
    /memory\.copy/,
    /memory\.fill/,
    /i32\.extend8_s/,
    /i64\.trunc_sat_f64_s/,
    /call_indirect/,
    /export "level" \(global/,
    /\(start /,
  );
  works("clang: a reactor with wasi-libc", () => clang(C_WITH_LIBRARY, ...WASI), /call_indirect/, /"_initialize"/);
  works(
    "clang: the same with all that a newer one has on",
    () => {
      const module = clang(C_WITH_LIBRARY, ...WASI, ...TODAY);
      assert.ok(Buffer.from(module).includes(LONG_INDEX));
      return module;
    },
    /memory\.copy/,
    /i64\.trunc_sat_f64_s/,
  );
  works(
    "clang: no library, several results",
    () => {
      const abi = ["-Xclang", "-target-abi", "-Xclang", "experimental-mv"];
      return clang(C_ALONE, ...BARE, ...TODAY, ...abi);
    },
    /\(result i64 i64\)/,
    /memory\.copy/,
  );
  works(
    "clang: all is exported, so that the constructors are the host's to call",
    () => {
      return clang(C_ALONE, ...BARE, ...TODAY, "-Wl,--export-all");
    },
    /"__wasm_call_ctors"/,
  );
  works("rustc", rustc, ...(RUST >= 87 ? [/memory\.copy/, /i64\.trunc_sat_f64_s/] : []));
  works(
    "segments that the code copies from",
    () => {
      const module = assemble(PASSIVE, binaryen.Features.All);
      assert.ok(hasSection(module, DATA_COUNT));
      return module;
    },
    /memory\.init/,
    /table\.init/,
  );
});

const STARTED = `
  @external("linux", "reboot") declare function reboot(how: i32): i32;
  let ready = start();
  function start(): i32 { return memory.size() + 7; }
  export function boot(): void { if (ready == 7) reboot(${RB_POWER_OFF}); }
`;

describe("asc --exportStart", () => {
  for (const name of ["_initialize", "_start"])
    test(`${name} is called`, { skip }, async () => {
      await live({ module: asc(STARTED, "--exportStart", name), seconds: 20 }).ends("power-off or halt");
    });
  test("any name is called, if functions have names", { skip }, async () => {
    await live({ module: asc(STARTED, "--exportStart", "begin", "--debug"), seconds: 20 }).ends("power-off or halt");
  });
  for (const options of [[], ["-O"], ["-O3", "--converge"], ["-Oz", "--noAssert"]])
    test(`any name is refused if functions have none: ${options.join(" ") || "not optimized"}`, () => {
      assert.equal(
        reasonAgainst(asc(STARTED, "--exportStart", "begin", ...options)),
        "it exports `begin`, which seems to be its start function: export that as `_initialize`",
      );
    });
  test("another function without a name that is exported is not taken for it", { skip }, async () => {
    const others = `
      let n = 0;
      export function early(): void { if (n) return; n = 2; }
      export function late(): void { n = 1; if (n) return; }
    `;
    const module = asc(STARTED + others, "--noExportMemory");
    assert.ok(!textOf(module).includes("$early"), "it has no names");
    await live({ module, seconds: 20 }).ends("power-off or halt");
  });
});

describe("what the engine has not is refused by name", () => {
  const list = "export function boot(): void { const list = new Array<i32>(); list.push(1); }";
  const wide = "export function boot(): void { v128.store(8, i32x4.splat(7)); }";
  const local = "export function boot(): void { let wide = i32x4.splat(7); v128.store(8, wide); }";
  const passed =
    "function same(wide: v128): v128 { return wide; } export function boot(): void { same(i32x4.splat(7)); }";
  const adds = `int from[64], to[64]; ${BOOT} { for (int i = 0; i < 64; i++) to[i] += from[i]; }`;
  const tail = `int (*volatile f)(int);
    int call(int n) { __attribute__((musttail)) return f(n); } ${BOOT} { f = call; f(1); }`;
  const undefined_ = `void other(void); ${BOOT} { other(); }`;

  const SIMD = "it uses SIMD";
  const SHARED = "it uses shared memory, as threads do, or memory of 64 bits";
  for (const [what, compile, reason] of [
    ["asc --importMemory", () => asc(STARTED, "--importMemory"), "it imports a memory, env.memory"],
    ["asc --importTable", () => asc(STARTED, "--importTable"), "it imports a table, env.table"],
    ["asc --sharedMemory", () => asc(STARTED, "--sharedMemory", "--maximumMemory", "4", "--enable", "threads"), SHARED],
    ["asc with what its runtime imports", () => asc(list), "this host has no import env.abort"],
    ["asc --enable simd", () => asc(wide, "--enable", "simd"), SIMD],
    ["the same with a local", () => asc(local, "--enable", "simd"), SIMD],
    [
      "the same with a parameter",
      () => asc(passed, "--enable", "simd"),
      `${SIMD}, or other values that this engine has not`,
    ],
    ["clang -Wl,--import-memory", () => clang(adds, ...BARE, "-Wl,--import-memory"), "it imports a memory, env.memory"],
    [
      "clang -Wl,--shared-memory",
      () => clang(adds, ...BARE, "-matomics", "-mbulk-memory", "-Wl,--shared-memory,--max-memory=131072"),
      SHARED,
    ],
    ["clang -msimd128", () => clang(adds, ...BARE, "-O3", "-msimd128"), SIMD],
    ["clang --target=wasm64", () => clang(adds, ...BARE, "--target=wasm64", "-Wl,-mwasm64"), SHARED],
    ["clang -mtail-call", () => clang(tail, ...BARE, "-mtail-call"), "it uses tail calls"],
    [
      "clang with a function that is not there",
      () => clang(undefined_, ...BARE, "-Wl,--allow-undefined"),
      "this host has no import env.other",
    ],
  ] as const)
    test(what, () => assert.equal(reasonAgainst(compile()), reason));
});

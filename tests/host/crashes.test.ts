/**
 * A bug in the host or the engine, found by the CPU, is no end of PID 1, and so no kernel panic: it counts as a trap of
 * the logic. Here the bug is machine code put in the place of one of the host's functions.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CANT_PATCH, assemble } from "./modules.js";
import { live, script, skip } from "./namespace.js";
import { KEPT, RB_POWER_OFF, text } from "./wat.js";

const SIGILL = 4;
const SIGFPE = 8;
const SIGSEGV = 11;

const UD2 = [0x0f, 0x0b];
const STORE_TO_NULL = [0x31, 0xc0, 0x89, 0x00]; // xor eax,eax; mov [rax],eax
const HALT = [0xf4]; // as in musl's abort(), and where its malloc finds the heap corrupted
const DIVIDE_BY_ZERO = [0x31, 0xc9, 0xf7, 0xf1]; // xor ecx,ecx; div ecx
const RECURSE = [0x48, 0x83, 0xec, 0x78, 0xe8, 0xf7, 0xff, 0xff, 0xff]; // sub rsp,120; call itself

/** A logic that starts /etc/service at its first start, and then calls `access`; at its second it powers off. */
const MODULE = assemble(`(module
  (import "linux" "spawn" (func $spawn (param i32 i32) (result i32)))
  (import "linux" "access" (func $access (param i32 i32) (result i32)))
  (import "linux" "sigtimedwait" (func $sigtimedwait (param i64 i64) (result i32)))
  (import "linux" "reboot" (func $reboot (param i32) (result i32)))
  (memory (export "memory") 1)
  ${KEPT}
  ${text(2048, "/etc/service")}
  (func $call (drop (call $access (i32.const 2048) (i32.const 0))))
  (func (export "boot")
    (i32.store (i32.const 1028) (i32.add (i32.load (i32.const 1028)) (i32.const 1)))
    (if (i32.eq (i32.load (i32.const 1028)) (i32.const 1)) (then
      (drop (call $spawn (i32.const 2048) (i32.const 0)))
      (call $call)))
    (drop (call $sigtimedwait (i64.const 0) (i64.const 500)))
    (drop (call $reboot (i32.const ${RB_POWER_OFF})))))`);

const files = { "/etc/service": script("while :; do echo tick >>/out/ticks; sleep 0.1; done") };

describe("a crash of the host", { skip: skip || CANT_PATCH, concurrency: true }, () => {
  for (const [name, code, signal] of [
    ["a store to NULL", STORE_TO_NULL, SIGSEGV],
    ["a privileged instruction", HALT, SIGSEGV],
    ["an invalid instruction", UD2, SIGILL],
    ["a division by zero", DIVIDE_BY_ZERO, SIGFPE],
    ["an overflow of the stack", RECURSE, SIGSEGV],
  ] as const) {
    test(`${name} is survived: the log has the signal and the logic's functions`, async () => {
      const patches = [{ name: "linux_access", code: [...code] }];
      const life = await live({ module: MODULE, files, patches }).ends("power-off or halt");
      const log = life.log.map((line) => line.replace(/: 0x[0-9a-f]+ - /, ": ").replace(/ at .*/, ""));
      const functions = ["<2>#00: access", "<2>#01: call", "<2>#02: boot"];
      assert.deepEqual(log, [...functions, `<2>the logic has ended: the host has crashed: signal ${signal}`]);
      assert.ok(life.read("ticks").toString().length > 5 * "tick\n".length, "services ran on");
    });
  }

  test("one that spoils what the logic has left is the last resort", async () => {
    const patches = [
      { name: "linux_access", code: UD2 },
      { name: "end_instance", code: UD2 },
    ];
    const life = live({ module: MODULE, files, patches });
    await life.logs("<2>the machine restarts when its processes have ended, or on SIGTERM");
    life.signal("SIGTERM");
    await life.ends("restart");
  });

  test("one before there is any logic is the last resort", async () => {
    const patches = [{ name: "vm_load", code: UD2 }];
    const life = await live({ module: MODULE, files, patches }).ends("restart");
    assert.ok(life.log[0].startsWith("<2>the machine restarts when"), life.shown());
  });
});

test("the signals of a crash that somebody sends are no crash", { skip: skip || CANT_PATCH }, async () => {
  const sent = ["SEGV", "BUS", "FPE", "ILL", "ABRT", "VTALRM"].map((signal) => `kill -${signal} 1`);
  const life = await live({ files: { "/etc/boot": script(...sent, "touch /poweroff") } }).ends("power-off or halt");
  assert.deepEqual(
    life.log.filter((line) => line.startsWith("<2>")),
    [],
  );
});

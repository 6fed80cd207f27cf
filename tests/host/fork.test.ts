/** A child that the logic forks is another life of the same module: however it ends, PID 1 lives on. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CANT_PATCH, assemble } from "./modules.js";
import { live, skip } from "./namespace.js";
import { RB_POWER_OFF, text } from "./wat.js";

const EPERM = 1;

/** A logic whose child does `child`; PID 1 logs its wait status and, unless the child has its own memory, traps. */
function forking(child: string): Uint8Array {
  return assemble(`(module
    (import "linux" "fork" (func $fork (result i32)))
    (import "linux" "_exit" (func $exit (param i32) (result i32)))
    (import "linux" "access" (func $access (param i32 i32) (result i32)))
    (import "linux" "syslog" (func $syslog (param i32 i32 i32 i64) (result i32)))
    (import "linux" "waitpid" (func $waitpid (param i32 i32) (result i64)))
    (import "linux" "reboot" (func $reboot (param i32) (result i32)))
    (memory (export "memory") 1)
    ${text(2048, "wait status %d")}
    ${text(3072, "_exit: %d")}
    (func $child (i32.store (i32.const 512) (i32.const 1)) ${child})
    (func (export "boot") (local $pid i32)
      (local.set $pid (call $fork))
      (if (i32.eqz (local.get $pid)) (then (call $child)))
      (drop (call $syslog (i32.const 6) (i32.const 2048) (i32.const 0)
        (i64.shr_s (call $waitpid (local.get $pid) (i32.const 0)) (i64.const 32))))
      (if (i32.load (i32.const 512)) (then unreachable))
      (drop (call $syslog (i32.const 6) (i32.const 3072) (i32.const 0) (i64.extend_i32_s (call $exit (i32.const 0)))))
      (drop (call $reboot (i32.const ${RB_POWER_OFF})))))`);
}

describe("a child that the logic has forked", { skip, concurrency: true }, () => {
  for (const [what, child, status, log] of [
    ["ends with the status that it gives", "(drop (call $exit (i32.const 7)))", 7 << 8, []],
    ["ends by a trap", "unreachable", 1 << 8, ["a child of the logic, pid N, has ended: Exception: unreachable"]],
    ["ends by a crash of the host", "(drop (call $access (i32.const 2048) (i32.const 0)))", (128 + 4) << 8, []],
  ] as const) {
    const crashes = child.includes("$access");
    test(`${what}, and PID 1, which can't exit, lives on`, { skip: crashes && CANT_PATCH }, async () => {
      const patches = crashes ? [{ name: "linux_access", code: [0x0f, 0x0b] }] : []; // an invalid instruction
      const life = await live({ module: forking(child), patches }).ends("power-off or halt");
      const told = life.log.filter((line) => !line.startsWith("<2>#")).map((line) => line.replace(/pid \d+/, "pid N"));
      const expected = [...log.map((line) => `<2>${line}`), `<6>wait status ${status}`, `<6>_exit: ${-EPERM}`];
      assert.deepEqual(told, expected);
    });
  }

  test("ends by a trap: the log has its functions", async () => {
    const life = await live({ module: forking("unreachable") }).ends("power-off or halt");
    const functions = life.log.filter((line) => line.startsWith("<2>#")).map((line) => line.replace(/0x\w+/, "AT"));
    assert.deepEqual(functions, ["<2>#00: AT - child", "<2>#01: AT - boot"]);
  });
});

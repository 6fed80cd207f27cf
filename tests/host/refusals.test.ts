/** A module that this host can't run: the log says why, and PID 1 stays alive until it restarts the machine. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assemble } from "./modules.js";
import { live, skip } from "./namespace.js";
import { RB_POWER_OFF } from "./wat.js";

const BOOT = '(func $boot (export "boot") unreachable)';
const NONE = "<2>the logic is refused: this host has no import";

/** One function has a name: WAMR refuses a name section without any. */
function logic(...fields: string[]): Uint8Array {
  return assemble(`(module ${fields.join("\n")} (func $named))`);
}

const LAST_RESORT = ["<2>the machine restarts when its processes have ended, or on SIGTERM", "<2>restarting"];

/** The log of a life with `module`, which is refused at once: then the machine restarts. */
async function refusal(module: Uint8Array): Promise<string[]> {
  const started = Date.now();
  const { log } = await live({ module }).ends("restart");
  assert.ok(Date.now() - started >= 5000, "there is time to read the console");
  assert.deepEqual(log.slice(-2), LAST_RESORT);
  return log.slice(0, -2);
}

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

describe("a module that can't run", { skip, concurrency: true }, () => {
  test("an import of a function that there is not: the log names it", async () => {
    const log = await refusal(logic('(import "linux" "ptrace" (func (param i32) (result i32)))', BOOT));
    assert.deepEqual(log, [`${NONE} linux.ptrace of that type`]);
  });

  test("several: the log names each", async () => {
    const log = await refusal(
      logic(
        '(import "linux" "kill" (func (param i32 i32) (result i32)))',
        '(import "linux" "ptrace" (func (param i32) (result i32)))',
        '(import "env" "abort" (func (param i32 i32 i32 i32)))',
        '(import "wasi_snapshot_preview1" "sock_send" (func (param i32 i32 i32 i32 i32) (result i32)))',
        BOOT,
      ),
    );
    const names = ["linux.ptrace", "env.abort", "wasi_snapshot_preview1.sock_send"];
    assert.deepEqual(
      log,
      names.map((name) => `${NONE} ${name} of that type`),
    );
  });

  for (const [what, type] of [
    ["with too few parameters", "(param i32) (result i32)"],
    ["with too many parameters", "(param i32 i32 i32) (result i32)"],
    ["with a parameter of another type", "(param i32 i64) (result i32)"],
    ["with a result of another type", "(param i32 i32) (result i64)"],
    ["without its result", "(param i32 i32)"],
  ]) {
    test(`a known import ${what}: the log names it`, async () => {
      const log = await refusal(logic(`(import "linux" "kill" (func ${type}))`, BOOT));
      assert.equal(log.at(-1), `${NONE} linux.kill of that type`);
    });
  }

  for (const [what, item] of [
    ["a memory", '(import "env" "memory" (memory 1))'],
    ["a global", '(import "env" "base" (global i32))'],
    ["a table", '(import "env" "table" (table 1 funcref))'],
  ]) {
    test(`an import of ${what}: the log says so`, async () => {
      const log = await refusal(logic(item, BOOT));
      assert.match(log.join("\n"), /^<2>the logic is refused: .*env/);
    });
  }

  test("a module without `boot`: the log says so", async () => {
    const log = await failure(logic('(memory (export "memory") 1)'));
    assert.deepEqual(new Set(log), new Set(["<2>the logic has ended: it exports no function `boot` of that type"]));
  });

  test("a `boot` with parameters: the log says so", async () => {
    const log = await failure(logic('(func $boot (export "boot") (param i32))'));
    assert.match(log.join("\n"), /argument count/);
  });

  for (const [what, type, values] of [
    ["a result", "i32", "(i32.const 7)"],
    ["two results", "i32 i64", "(tuple.make 2 (i32.const 7) (i64.const 7))"],
  ]) {
    test(`a \`boot\` with ${what}: the log says so`, async () => {
      const log = await failure(logic(`(func $boot (export "boot") (result ${type}) ${values})`));
      assert.deepEqual(new Set(log), new Set(["<2>the logic has ended: it exports no function `boot` of that type"]));
    });
  }

  test("a `boot` that is no function: the log says so", async () => {
    const log = await failure(logic('(memory (export "boot") 1)'));
    assert.deepEqual(new Set(log), new Set(["<2>the logic has ended: it exports no function `boot` of that type"]));
  });

  test("a start function that traps: the log says so", async () => {
    const log = await failure(logic("(func $start unreachable)", "(start $start)", BOOT));
    assert.match(log.join("\n"), /unreachable/);
  });

  test("bytes that are no module: the log says so", async () => {
    assert.match((await refusal(Buffer.from("no module"))).join("\n"), /the logic is refused: .*magic/);
  });

  test("a module that is cut short: the log says so", async () => {
    const whole = logic('(memory (export "memory") 1)', BOOT, '(data (i32.const 8) "data that is cut off")');
    assert.match((await refusal(whole.slice(0, 30))).join("\n"), /the logic is refused: /);
  });

  test("a module that does not verify: the log says so", async () => {
    const valid = logic(BOOT);
    const at = Buffer.from(valid).indexOf(Buffer.from([0x00, 0x00, 0x0b])); // no locals, unreachable, end
    assert.ok(at > 0);
    const bad = Buffer.from(valid);
    bad[at + 1] = 0x6a; // i32.add, of nothing
    assert.match((await refusal(bad)).join("\n"), /the logic is refused: /);
  });

  test("but one whose memory has another name is as good", async () => {
    const reboot = '(import "linux" "reboot" (func $reboot (param i32) (result i32)))';
    const end = `(func $boot (export "boot") (drop (call $reboot (i32.const ${RB_POWER_OFF}))))`;
    await live({ module: logic(reboot, end) }).ends("power-off or halt");
  });

  test("but one with a linker's exports has all of its memory", async () => {
    const reboot = '(import "linux" "reboot" (func $reboot (param i32) (result i32)))';
    const memory = '(memory (export "memory") 1)';
    const linker = ["__data_end", "__heap_base"].map((name) => `(global (export "${name}") i32 (i32.const 1024))`);
    const store = "(i32.store (i32.const 65532) (i32.const 7))";
    const end = `(func $boot (export "boot") ${store} (drop (call $reboot (i32.const ${RB_POWER_OFF}))))`;
    await live({ module: logic(reboot, memory, ...linker, end) }).ends("power-off or halt");
  });
});

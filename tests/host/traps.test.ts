/** A logic that fails does not take the machine with it: the host tells where, keeps reaping, and starts it again. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SANITIZED, assemble, compile } from "./modules.js";
import { type Life, live, script, skipStages } from "./namespace.js";
import { KEPT, RB_POWER_OFF, text } from "./wat.js";

/** A module that fails at its first start, and at its second, of which `kept` tells, runs /etc/second and ends. */
function failing(...functions: string[]): Uint8Array {
  return assemble(`(module
    (import "linux" "spawn" (func $spawn (param i32 i32) (result i32)))
    (import "linux" "waitpid" (func $waitpid (param i32 i32) (result i64)))
    (import "linux" "reboot" (func $reboot (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (memory (export "memory") 1)
    ${KEPT}
    ${text(2048, "/etc/first")}
    ${text(3072, "/etc/second")}
    ${functions.join("\n")}
    (func $outer (call $fail))
    (func $boot (export "boot")
      (i32.store (i32.const 1028) (i32.add (i32.load (i32.const 1028)) (i32.const 1)))
      (if (i32.eq (i32.load (i32.const 1028)) (i32.const 1)) (then
        (drop (call $spawn (i32.const 2048) (i32.const 0)))
        (call $outer)))
      (drop (call $waitpid (call $spawn (i32.const 3072) (i32.const 0)) (i32.const 0)))
      (drop (call $reboot (i32.const ${RB_POWER_OFF})))))`);
}

const FILES = { "/etc/first": script("true"), "/etc/second": script("echo second >/out/second") };

async function survives(module: Uint8Array, files: Record<string, string> = FILES): Promise<Life> {
  const life = await live({ module, files }).ends("power-off or halt");
  assert.equal(life.read("second").toString(), "second\n");
  return life;
}

/** The log, without where in the module a function is. */
function logOf(life: Life): string[] {
  return life.log.map((line) => line.replace(/: 0x[0-9a-f]+ - /, ": "));
}

describe("a trap is survived", { skip: skipStages, concurrency: true }, () => {
  for (const [name, reason, body] of [
    ["unreachable", "unreachable", "unreachable"],
    ["a store beyond the memory", "out of bounds memory access", "(i32.store (i32.const 65533) (i32.const 0))"],
    ["a load at the highest address", "out of bounds memory access", "(drop (i32.load8_u (i32.const 0xffffffff)))"],
    ["a division by zero", "integer divide by zero", "(drop (i32.div_u (i32.const 1) (i32.load (i32.const 0))))"],
    ["an overflow", "integer overflow", "(drop (i32.div_s (i32.const 0x80000000) (i32.load (i32.const 512))))"],
    ["a wrong element of a table", "undefined element", "(call_indirect (i32.const 9))"],
  ]) {
    test(`${name}: the log names the reason and the functions`, async () => {
      const minusOne = '(table 1 funcref) (data (i32.const 512) "\\ff\\ff\\ff\\ff")';
      const life = await survives(failing(`${minusOne} (func $fail ${body})`));
      const expected = [
        "<2>#00: fail",
        "<2>#01: outer",
        "<2>#02: boot",
        `<2>the logic has ended: Exception: ${reason}`,
      ];
      assert.deepEqual(logOf(life), expected);
    });
  }

  test("a stack overflow: the log names the reason and the functions", async () => {
    const log = logOf(await survives(failing("(func $fail (call $fail))")));
    assert.equal(log.length, 33, "the innermost functions are enough");
    assert.equal(log[0], "<2>#00: fail");
    assert.equal(log.at(-2), "<2>...");
    assert.equal(log.at(-1), "<2>the logic has ended: Exception: wasm operand stack overflow");
  });

  test("proc_exit ends the logic: the log names the status", async () => {
    const log = logOf(await survives(failing("(func $fail (call $proc_exit (i32.const 70)))")));
    assert.equal(log[0], "<2>#00: proc_exit");
    assert.equal(log.at(-1), "<2>the logic has ended: Exception: proc_exit(70)");
  });

  // Those that are PID 1's to reap: a shell's own are there for a moment, too.
  const ZOMBIES = "cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z 1 ' >/out/zombies";

  test("services run on and orphans are reaped meanwhile", async () => {
    const first = script(
      "sh -c 'sleep 0.1' &", // an orphan that ends while there is no logic
      "setsid sh -c 'while :; do echo tick >>/out/ticks; sleep 0.1; done' &",
    );
    const count = "wc -l </out/ticks >/out/count";
    const second = script("mount -t proc none /proc", count, ZOMBIES, "echo second >/out/second");
    const files = { "/etc/first": first, "/etc/second": second };
    const life = await survives(failing("(func $fail unreachable)"), files);
    assert.ok(Number(life.read("count")) >= 3, "it ticked on");
    assert.equal(life.read("zombies").toString().trim(), "0", "zombies");
  });

  test("orphans that never cease do not keep the logic from starting again", async () => {
    const first = script("setsid sh -c 'while :; do (sleep 0.1 &); sleep 0.1; done' &");
    const started = Date.now();
    await survives(failing("(func $fail unreachable)"), { ...FILES, "/etc/first": first });
    assert.ok(Date.now() - started < 10000, "it started again in good time");
  });

  for (const [name, body] of [
    ["an endless loop", "(loop $l (br $l))"],
    ["an endless loop of imports", "(loop $l (drop (call $spawn (i32.const 0) (i32.const 0))) (br $l))"],
  ] as const) {
    test(`${name} is stopped: the log names the functions`, async () => {
      const log = logOf(await survives(failing(`(func $fail ${body})`)));
      const functions = log.slice(0, -1).map((line) => line.replace(/^<2>#\d+: /, ""));
      assert.deepEqual(functions.slice(-3), ["fail", "outer", "boot"]); // or the import above them
      assert.equal(log.at(-1), "<2>the logic has ended: it is in an endless loop");
    });
  }

  test("a start function in an endless loop is stopped, too", async () => {
    const life = live({
      module: assemble('(module (func $spin (loop $l (br $l))) (func (export "boot")) (start $spin))'),
    });
    await life.logs("<2>the logic has ended: it is in an endless loop");
    life.kill();
    await life.ends("killed");
  });

  const leaks = SANITIZED && "the shadow of its memory is in the size of a process with AddressSanitizer";
  test("the memory of a start function that was stopped is given back", { skip: leaks }, async () => {
    const module = assemble(`(module
      (import "linux" "mkdir" (func $mkdir (param i32 i32) (result i32)))
      (import "linux" "spawn" (func $spawn (param i32 i32) (result i32)))
      (import "linux" "waitpid" (func $waitpid (param i32 i32) (result i64)))
      (import "linux" "reboot" (func $reboot (param i32) (result i32)))
      (memory 256)
      ${text(1024, "/out/spinning")}
      ${text(2048, "/etc/size")}
      (func $spin (if (i32.eqz (call $mkdir (i32.const 1024) (i32.const 0x1ff))) (then (loop $l (br $l)))))
      (func (export "boot")
        (drop (call $waitpid (call $spawn (i32.const 2048) (i32.const 0)) (i32.const 0)))
        (drop (call $reboot (i32.const ${RB_POWER_OFF}))))
      (start $spin))`);
    const size = script("mount -t proc none /proc", "cat /proc/1/status >/out/status");
    const life = await live({ module, files: { "/etc/size": size } }).ends("power-off or halt");
    const kilobytes = Number(/VmSize:\s+(\d+) kB/.exec(life.read("status").toString())?.[1]);
    assert.ok(kilobytes > 16384 && kilobytes < 20480, `${kilobytes} kB, with 16 MB of linear memory`);
  });

  test("memory that grows keeps what is in it, and what is new is 0", async () => {
    const grow = (page: number) => `
      (i32.store (i32.const ${page * 65536 + 65532}) (i32.const ${page + 1}))
      (if (i32.ne (memory.grow (i32.const 1)) (i32.const ${page + 1})) (then unreachable))
      (if (i32.ne (i32.load (i32.const ${page * 65536 + 65532})) (i32.const ${page + 1})) (then unreachable))
      (if (i32.load (i32.const ${page * 65536 + 131068})) (then unreachable))`;
    const life = await survives(failing(`(func $fail ${[0, 1, 2, 3].map(grow).join("\n")})`));
    assert.deepEqual(life.log, [], "no trap");
  });

  test("memory does not grow beyond its bound", async () => {
    const grow = `(if (i32.eq (memory.grow (i32.const 2000)) (i32.const -1)) (then unreachable))`;
    const life = await survives(failing(`(func $fail ${grow})`));
    assert.equal(life.log.at(-1), "<2>the logic has ended: Exception: unreachable");
  });

  const usedUp = (pages: number, more: number) =>
    `<2>the logic's memory is used up: ${pages} pages of 64 kB, and ${more} more asked for`;
  const grow = (pages: number) => `(drop (memory.grow (i32.const ${pages})))`;
  for (const [name, body, lines] of [
    ["that is used up at the host's bound: the log says so", grow(1023) + grow(1), [usedUp(1024, 1)]],
    ["that has no room for so much at once: the log says so", grow(2) + grow(2000) + grow(-1), [usedUp(3, 0xffffffff)]],
    ["that has grown since it could not: the log says nothing of it", grow(2000) + grow(1), []],
  ] as const) {
    test(`memory ${name}`, async () => {
      const log = logOf(await survives(failing(`(func $fail ${body} unreachable)`)));
      assert.deepEqual(log.slice(3), [...lines, "<2>the logic has ended: Exception: unreachable"]);
    });
  }

  test("memory that a start function uses up: the log says so", async () => {
    const life = live({
      module: assemble(`(module (memory 1 2) (func (export "boot")) (start $s) (func $s ${grow(2)} unreachable))`),
    });
    await life.logs("Exception: unreachable");
    life.kill();
    assert.deepEqual(logOf(life).slice(0, 2), ["<2>#00: s", usedUp(1, 2)]);
  });

  test("a logic that always traps is tried five times, less and less often; then the machine restarts", async () => {
    const module = assemble('(module (func $fail unreachable) (func (export "boot") (call $fail)))');
    const started = Date.now();
    const life = live({ module });
    const trap = "<2>the logic has ended: Exception: unreachable";
    await life.logs(trap, 3);
    assert.ok(Date.now() - started >= 3000, "1 s and 2 s passed between three tries");
    await life.ends("restart");
    const ends = life.log.filter((line) => !line.startsWith("<2>#"));
    const lastResort = ["<2>the machine restarts when its processes have ended, or on SIGTERM", "<2>restarting"];
    assert.deepEqual(ends, [...Array(5).fill(trap), ...lastResort]);
  });

  test("then services run on until they end, or a signal asks for the restart", async () => {
    // Each start spawns one more, of which none ends by itself.
    const module = assemble(`(module
      (import "linux" "spawn" (func $spawn (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      ${text(2048, "/etc/service")}
      (func $fail (export "boot") (drop (call $spawn (i32.const 2048) (i32.const 0))) unreachable))`);
    const service = script("echo up >>/out/services", "sleep 1000");
    const life = live({ module, files: { "/etc/service": service } });
    await life.logs("or on SIGTERM");
    life.signal("SIGTERM");
    await life.ends("restart");
    assert.equal(life.read("services").toString(), "up\n".repeat(5));
  });

  test("a boot that returns is called again: what is kept is as it was, all else as new", async () => {
    // Each start dirties a second page of memory and a global, which the next must find clean.
    const module = assemble(`(module
      (import "linux" "reboot" (func $reboot (param i32) (result i32)))
      (memory (export "memory") 2)
      ${KEPT}
      (global $global (mut i32) (i32.const 7))
      (func $check
        (if (i32.or (i32.load (i32.const 70000)) (i32.ne (global.get $global) (i32.const 7))) (then unreachable))
        (i32.store (i32.const 70000) (i32.const 1))
        (global.set $global (i32.const 8)))
      (func (export "boot")
        (call $check)
        (i32.store (i32.const 1040) (i32.add (i32.load (i32.const 1040)) (i32.const 1)))
        (if (i32.eq (i32.load (i32.const 1040)) (i32.const 3)) (then
          (drop (call $reboot (i32.const ${RB_POWER_OFF})))))))`);
    const life = await live({ module }).ends("power-off or halt");
    assert.deepEqual(life.log, Array(2).fill("<2>the logic has ended: its `boot` returned"));
  });

  test("a `kept` that the host has no room for: the log says so", async () => {
    const module = assemble(`(module
      (import "linux" "reboot" (func $reboot (param i32) (result i32)))
      (memory (export "memory") 1)
      ${KEPT}
      (data (i32.const 1024) "\\01\\02")
      (func (export "boot") (drop (call $reboot (i32.const ${RB_POWER_OFF})))))`);
    const life = await live({ module }).ends("power-off or halt");
    assert.deepEqual(life.log, ["<3>the logic wants 513 bytes kept, 512 are the most"]);
  });
});

describe("a trap of the logic in AssemblyScript", { skip: skipStages, concurrency: true }, () => {
  test("an assertion that fails: the log has its text, file and line", async () => {
    const module = compile(
      "assertion",
      `import "../../../assembly/abort";
      import { reboot, RB_POWER_OFF } from "../../../assembly/linux";
      export const kept: StaticArray<i64> = [0];
      function failing(n: i64): void {
        assert(n != 0, "kept says so");
      }
      export function boot(): void {
        const n = kept[0]++;
        failing(n);
        reboot(RB_POWER_OFF);
      }`,
    );
    const life = await live({ module }).ends("power-off or halt");
    assert.deepEqual(life.log.slice(0, 2), ["<2>abort: kept says so", "<2>at build/tests/policies/assertion.ts:5"]);
    const functions = [
      "~lib/wasinit/abort/abort",
      "build/tests/policies/assertion/failing",
      "build/tests/policies/assertion/boot",
    ];
    const expected = functions.map((name, i) => `<2>#0${i}: ${name}`);
    assert.deepEqual(logOf(life).slice(2), [...expected, "<2>the logic has ended: Exception: unreachable"]);
  });

  test("memory that is used up: the log says so, and where", async () => {
    const module = compile(
      "memory",
      `import "../../../assembly/abort";
      import { reboot, RB_POWER_OFF } from "../../../assembly/linux";
      export const kept: StaticArray<i64> = [0];
      export function boot(): void {
        if (kept[0]++) reboot(RB_POWER_OFF);
        while (true) new StaticArray<u8>(40000);
      }`,
    );
    const log = logOf(await live({ module }).ends("power-off or halt"));
    assert.match(log[0], /^<2>#00: ~lib\/rt\/stub\//);
    assert.ok(log.includes("<2>the logic's memory is used up: 16 pages of 64 kB, and 1 more asked for"));
    assert.equal(log.at(-1), "<2>the logic has ended: Exception: unreachable");
  });

  /** The shipped logic, which has trapped once while /etc/boot and a service were running. */
  const TRAPPED = compile(
    "trapped",
    `import "../../../assembly/abort";
    import { Phase, life } from "../../../assembly/life";
    import { spawn } from "../../../assembly/linux";
    import { boot as live } from "../../../assembly/index";
    export { kept } from "../../../assembly/life";
    export function boot(): void {
      if (life.phase != Phase.SetUp) return live();
      spawn("/etc/service", 0);
      life.phase = Phase.Boot;
      life.pid = spawn("/etc/boot", 0);
      unreachable();
    }`,
  );
  const SERVICE = script("while :; do sleep 0.1; done");

  test("the stage that is running is taken up, not started again", async () => {
    const boot = script("echo up >>/out/boots", "sleep 2", "touch /poweroff");
    const life = live({ module: TRAPPED, files: { "/etc/boot": boot, "/etc/service": SERVICE } });
    await life.ends("power-off or halt");
    assert.equal(life.read("boots").toString(), "up\n");
    assert.ok(life.log.includes("<6>/etc/boot exited with status 0"), life.shown());
  });

  test("a stage that ended while there was no logic is not waited for", async () => {
    const boot = script("echo up >>/out/boots", "touch /poweroff");
    const life = live({ module: TRAPPED, files: { "/etc/boot": boot, "/etc/service": SERVICE } });
    await life.ends("power-off or halt");
    assert.equal(life.read("boots").toString(), "up\n");
  });
});

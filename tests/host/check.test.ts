/**
 * `--check`, asked of a process beside PID 1: what it says, and where. What becomes of a kernel that can be loaded is
 * shown by tests/boot, as nobody in a user namespace may load one.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, test } from "node:test";
import { commandFor } from "../arch.js";
import { NO_PROCESS } from "./emulated.js";
import { assemble, writeHost } from "./modules.js";
import { live, script, skipStages } from "./namespace.js";

const CHECK = script("/proc/1/exe --check >/out/stdout 2>/out/stderr", "echo $? >/out/status", "touch /poweroff");
const EMPTY_CPIO = `070701${"0".repeat(8 * 11)}0000000b${"0".repeat(8)}TRAILER!!!\0\0\0\0`;

/** What a check says in a life with these files. */
async function checked(files: Record<string, string>): Promise<{ stderr: string; status: string; log: string[] }> {
  const plain = Object.entries(files).map(([path, text]) => [path, { text, mode: 0o644 }]);
  const setup = { files: { "/etc/boot": CHECK, ...Object.fromEntries(plain) } };
  const life = await live(setup).ends("power-off or halt");
  assert.equal(life.read("stdout").toString(), "");
  return { stderr: life.read("stderr").toString(), status: life.read("status").toString().trim(), log: life.log };
}

describe("--check in a life", { skip: skipStages, concurrency: true }, () => {
  test("says that there is no kernel, in plain lines, exit 1", async () => {
    const { stderr, status } = await checked({});
    assert.equal(stderr, "init: loading /kernel\ninit: can't open /kernel: No such file or directory\n");
    assert.equal(status, "1");
  });

  test("names the file that is to blame, exit 1, and leaves no line in the log", async () => {
    const { stderr, status, log } = await checked({ "/kernel": "kernel", "/kernel.initramfs": "" });
    assert.equal(stderr, "init: loading /kernel\ninit: /kernel.initramfs is empty\n");
    assert.equal(status, "1");
    assert.deepEqual(
      log.filter((line) => line.includes("/kernel")),
      [],
    );
  });

  test("says it in words when the kernel does not let it", async () => {
    const { stderr, status } = await checked({ "/kernel": "kernel", "/kernel.initramfs": EMPTY_CPIO });
    const why = "(Operation not permitted|Function not implemented)"; // by a kernel with kexec, or one without
    assert.match(stderr, RegExp(`^init: loading /kernel\ninit: can't load /kernel: ${why}\n$`));
    assert.equal(status, "1");
  });
});

const work = mkdtempSync(join(tmpdir(), "wasinit-"));
after(() => rmSync(work, { recursive: true }));

/** Asks a host with another module inside; ends it with `signal` if that is given. */
async function ask(name: string, imports: string, module: string, signal?: NodeJS.Signals) {
  const path = join(work, name);
  writeHost(path, assemble(`(module ${imports} (memory (export "memory") 1) (func $boot (export "boot")) ${module})`));
  const child = spawn(...commandFor(path, "--check"), { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => child.on("close", (code, by) => resolve(by ?? code)));
  if (signal) setTimeout(() => child.kill(signal), 500);
  return { stderr: await text(child.stderr), end: await ended };
}

describe("--check of another logic", { concurrency: true }, () => {
  test("exits with what its `check` returns", async () => {
    const answer = await ask("seven", "", `(func $check (export "check") (result i32) (i32.const 7))`);
    assert.deepEqual(answer, { stderr: "", end: 7 });
  });

  for (const [what, module] of [
    ["no `check`", ""],
    ["a `check` that returns nothing", `(func $check (export "check"))`],
  ] as const) {
    test(`with ${what}: it says so, exit 1`, async () => {
      const { stderr, end } = await ask(`without-${module.length}`, "", module);
      assert.equal(stderr, "init: the logic has ended: it exports no function `check` of that type\n");
      assert.equal(end, 1);
    });
  }

  test("that traps: it says where, exit 1", async () => {
    const { stderr, end } = await ask("trap", "", `(func $check (export "check") (result i32) unreachable)`);
    assert.match(stderr, /^init: #00: 0x\w+ - .*check\ninit: the logic has ended: Exception: unreachable\n$/);
    assert.equal(end, 1);
  });

  test("that forks a child which traps: it says of whom it is, and goes on", async () => {
    const imports = `(import "linux" "fork" (func $fork (result i32)))
      (import "linux" "waitpid" (func $waitpid (param i32 i32) (result i64)))`;
    const { stderr, end } = await ask(
      "child",
      imports,
      `(func $check (export "check") (result i32) (local $pid i32)
        (local.set $pid (call $fork))
        (if (i32.eqz (local.get $pid)) (then unreachable))
        (i32.eq (i32.wrap_i64 (call $waitpid (local.get $pid) (i32.const 0))) (local.get $pid)))`,
    );
    assert.match(
      stderr,
      /^init: #00: .*check\ninit: a child of the logic, pid \d+, has ended: Exception: unreachable\n$/,
    );
    assert.equal(end, 1, "what waitpid returned is the child");
  });

  for (const [what, imports, body] of [
    ["computes", "", "(loop $again (br $again))"],
    [
      "waits",
      '(import "linux" "sigtimedwait" (func $sigtimedwait (param i64 i64) (result i32)))',
      "(drop (call $sigtimedwait (i64.const -1) (i64.const -1)))",
    ],
  ] as const) {
    test(`that ${what} for ever: Ctrl-C ends it`, { skip: body.includes("$sigtimedwait") && NO_PROCESS }, async () => {
      const module = `(func $check (export "check") (result i32) ${body} unreachable)`;
      assert.equal((await ask(what, imports, module, "SIGINT")).end, "SIGINT");
    });
  }
});

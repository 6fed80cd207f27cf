/** `make run`, as far as it is run.sh: on a terminal, and without one. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { NATIVE, PROJECT } from "../arch.js";
import { KERNEL } from "./options.js";
import { withoutLog } from "./life.js";

const TIMEOUT = 120_000; // milliseconds
const PROMPT = " # "; // Behind the directory: / or, to a newer busybox whose HOME that is, ~.

/** A program that runs, and what it has printed. */
class Session {
  text = "";
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;
  private over = false;
  private logged = 0;
  private shown = 0;

  constructor(command: string, args: string[], env: Record<string, string> = {}, input: "pipe" | "ignore" = "ignore") {
    const options = { cwd: PROJECT, env: { ...process.env, KERNEL, ...env } };
    this.child = spawn(command, args, { ...options, stdio: [input, "pipe", "pipe"] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => this.take(text.replaceAll("\r", "")));
    }
    this.child.on("error", (error) => (this.text += error));
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
    void this.ended.then(() => (this.over = true));
  }

  private take(text: string): void {
    this.text += text;
    // A shell asks its terminal where the cursor is, and takes the answer for no key.
    if (text.includes("\x1b[6n")) this.types("\x1b[1;1R");
  }

  /** Waits until the kernel's log has these lines, in this order, after those that were waited for before. */
  async logs(...lines: string[]): Promise<void> {
    for (const line of lines) this.logged = await this.find(line, () => this.text, this.logged);
  }

  /** Waits until programs have printed these texts, in this order, after those that were waited for before. */
  async shows(...texts: string[]): Promise<void> {
    for (const text of texts) this.shown = await this.find(text, () => withoutLog(this.text), this.shown);
  }

  private async find(what: string, where: () => string, from: number): Promise<number> {
    const end = performance.now() + TIMEOUT;
    while (where().indexOf(what, from) < 0) {
      if (performance.now() > end || this.over) throw new Error(`"${what}" does not come:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return where().indexOf(what, from) + what.length;
  }

  types(text: string): void {
    this.child.stdin!.write(text);
  }

  kill(): void {
    this.child.kill();
  }
}

/** script(1) gives the program a terminal. */
async function onTerminal(what: (session: Session) => Promise<void>): Promise<void> {
  const args = ["--quiet", "--flush", "--return", "--command", "tests/boot/run.sh", "/dev/null"];
  const session = new Session("script", args, {}, "pipe");
  try {
    await what(session);
    assert.equal(await session.ended, 0, session.text);
  } finally {
    session.kill();
  }
}

/** Runs a machine whose /etc/boot is `boot`. */
async function withoutTerminal(boot: string, env: Record<string, string>): Promise<Session> {
  const work = mkdtempSync(join(tmpdir(), "wasinit-"));
  mkdirSync(join(work, "etc"));
  writeFileSync(join(work, "etc/boot"), `#!/bin/sh\n${boot}\n`);
  chmodSync(join(work, "etc/boot"), 0o755);
  const session = new Session("tests/boot/run.sh", [work], env);
  await session.ended;
  rmSync(work, { recursive: true });
  return session;
}

describe("run.sh on a terminal", { timeout: 3 * TIMEOUT }, () => {
  test("shows the kernel, the log and a shell, in which Ctrl-C, exit, reboot and poweroff work", () =>
    onTerminal(async (session) => {
      await session.logs("Linux version", "init: running /etc/boot");
      await session.shows("Welcome to wasinit", PROMPT);
      session.types("sh -c 'echo $((6 * 7)); sleep 1000'\n"); // It is that shell that Ctrl-C then meets.
      await session.shows("42\n");
      session.types("\x03");
      await session.shows(PROMPT);
      session.types("exit\n");
      await session.shows("a new one", PROMPT);
      session.types("reboot\n");
      await session.logs("init: restarting", "Linux version");
      await session.shows("Goodbye", "Welcome", PROMPT);
      session.types("poweroff\n");
      await session.logs("init: powering off", "reboot: Power down");
      await session.shows("Goodbye");
    }));

  test("ends with Ctrl-A X", () =>
    onTerminal(async (session) => {
      await session.logs("Linux version");
      session.types("\x01x");
    }));
});

describe("run.sh without a terminal", { timeout: 3 * TIMEOUT }, () => {
  test("boots arm64, too", { skip: !NATIVE && "that is for this computer's architecture to show" }, async () => {
    const [kernel, init] = ["kernel/vmlinuz", "init"].map((file) => join(PROJECT, "build/aarch64", file));
    const session = new Session("tests/boot/run.sh", [], {
      ...{ ARCH: "aarch64", QEMU: "qemu-system-aarch64", KERNEL: kernel!, INIT: init! },
    });
    assert.equal(await session.ended, 0, session.text);
    await session.logs("Linux version", "init: running /etc/boot", "Power down");
    await session.shows("Welcome to wasinit. PID 1 is TypeScript, on Linux", "Goodbye");
  });

  test("runs the stages, powers off, and exits 0", async () => {
    const session = new Session("tests/boot/run.sh", []);
    assert.equal(await session.ended, 0, session.text);
    await session.logs("Linux version", "init: running /etc/boot", "Power down");
    await session.shows("Welcome", "Goodbye");
  });

  test("fails when a stage failed, and says so", async () => {
    const session = await withoutTerminal("touch /poweroff; exit 1", {});
    assert.equal(await session.ended, 1);
    await session.shows("run.sh: the machine's log lacks the line 'init: /etc/boot exited with status 0'");
  });

  test("fails when the machine does not end, and says so", async () => {
    const session = await withoutTerminal("sleep 1000", { SECONDS_TO_RUN: "3" });
    assert.equal(await session.ended, 1);
    await session.shows("run.sh: the machine did not end in 3 s");
  });
});

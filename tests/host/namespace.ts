/**
 * Lives of /init as PID 1 of new namespaces. There reboot(2) ends them, and by the signal that they die of the kernel
 * tells what was asked for. They are in a user namespace too, so that nothing of this machine is in their reach:
 * no device, no kexec; the price is that devtmpfs can't be mounted, and the log is a file in the place of /dev/kmsg.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PROJECT, RUN } from "../arch.js";
import { NO_STAGES } from "./emulated.js";
import { type Patch, SANITIZED, SHIPPED, writeHost } from "./modules.js";

const NAMESPACES = ["--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--fork"];

/** Where the files are that a life shares with its test: on no disk, as /init would unmount that at the end. */
const SHARED = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A reason to skip tests that live in namespaces, or false. */
export const skip: string | false = (() => {
  const { status, stderr, error } = spawnSync("unshare", [...NAMESPACES, "true"], { encoding: "utf8" });
  return status === 0 ? false : `namespaces can't be made here: ${(error?.message ?? stderr).trim()}`;
})();

/** The same for tests in which /init starts a stage. */
export const skipStages = skip || NO_STAGES;

/** How a life ends: reboot(2) with RB_AUTOBOOT; with RB_POWER_OFF or RB_HALT_SYSTEM; by the test; otherwise. */
export type End = "restart" | "power-off or halt" | "killed" | string;

export interface Setup {
  /** Files of the root, by path; a text is an executable script. */
  files?: Record<string, string | { text: string; mode: number }>;
  /** Files of the host to copy into the root, by path. */
  copies?: Record<string, string>;
  /** What to run as logic; without it the shipped /init is run as it is. */
  module?: Uint8Array;
  /** The host that runs `module`, if not that for any. */
  host?: string;
  /** What to break in it. */
  patches?: Patch[];
  /** A program in the place of /init. */
  binary?: Uint8Array;
  /** A script in the place of /init. */
  init?: string;
  /** The kernel's arguments to /init. */
  args?: string[];
  /** What the kernel has made of its command line: a word `NAME=VALUE` each. */
  environment?: string[];
  /** Whether strace(1) writes what each process asks of the kernel into /out, `trace.PID`. */
  traced?: boolean;
  /** How long it may take, in seconds. */
  seconds?: number;
}

function endOf(code: number | null, signal: string | null): End {
  if (signal === "SIGHUP") return "restart";
  if (signal === "SIGINT") return "power-off or halt";
  if (signal === "SIGKILL") return "killed";
  return signal ? `died of ${signal}` : `exited with status ${code}`;
}

function prepare(directory: string, setup: Setup): void {
  const root = join(directory, "out/root");
  mkdirSync(root, { recursive: true });
  mkdirSync(join(directory, "root"));
  for (const name of ["kmsg", "console", "trace"]) writeFileSync(join(directory, "out", name), "");
  for (const [path, file] of Object.entries(setup.files ?? {})) {
    const { text, mode } = typeof file === "string" ? { text: file, mode: 0o755 } : file;
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  }
  for (const [path, from] of Object.entries(setup.copies ?? {})) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(from, join(root, path));
  }
  writeFileSync(join(directory, "out/environment"), (setup.environment ?? []).join("\n"));
  const init = join(directory, "out/init");
  const program = setup.init ?? setup.binary;
  if (program) writeFileSync(init, program, { mode: 0o755 });
  else if (setup.module) writeHost(init, setup.module, setup.patches, setup.host);
  else if (SANITIZED) writeHost(init, readFileSync(join(PROJECT, "build/init.wasm")));
  else copyFileSync(SHIPPED, init);
}

export class Life {
  /** How it ended. */
  readonly end: Promise<End>;
  private readonly directory = mkdtempSync(join(SHARED, "wasinit-life-"));
  private readonly child: ChildProcess;
  private over = false; // set before `end` is there

  constructor(setup: Setup) {
    const { directory } = this;
    prepare(directory, setup);
    const streams = ["console", "kmsg"].map((name) => openSync(join(directory, "out", name), "a"));
    const enter = join(PROJECT, "tests/host/enter.sh");
    // By -D, strace is no process of the life, and `child` is what it would be without.
    const trace = setup.traced ? ["strace", "-D", "-ff", "-s", "4096", "-o", this.path("trace")] : [];
    const unshare = [...trace, "unshare", ...NAMESPACES, "--kill-child"];
    const command = [...unshare, enter, join(directory, "root"), join(directory, "out"), ...(setup.args ?? [])];
    this.child = spawn(command[0], command.slice(1), {
      stdio: ["ignore", ...streams],
      env: { ...process.env, EMULATOR: setup.init ? "" : (RUN[0] ?? "") },
    });
    streams.forEach(closeSync);
    const timer = setTimeout(() => this.kill(), 1000 * (setup.seconds ?? 60));
    this.end = new Promise((resolve) => {
      this.child.once("exit", (code, signal) => {
        clearTimeout(timer);
        this.over = true;
        resolve(endOf(code, signal));
      });
    });
    lives.add(this);
  }

  /** Where a file of /out is, the directory which the life and the test share. */
  path(name: string): string {
    return join(this.directory, "out", name);
  }

  /** What is in a file of /out. */
  read(name: string): Buffer {
    return this.has(name) ? readFileSync(this.path(name)) : Buffer.alloc(0);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** What went to the console. */
  get console(): string {
    return this.read("console").toString();
  }

  /** The lines of the log, as `<level>text`. */
  get log(): string[] {
    const lines = this.read("kmsg").toString().split("\n");
    return lines.filter(Boolean).map((line) => line.replace(/^(<\d>)init: /, "$1"));
  }

  /** The lines of the log from the first stage on: what this machine lacks for the set-up is no matter. */
  get story(): string[] {
    const first = this.log.findIndex((line) => line.includes("running "));
    return this.log.slice(first < 0 ? this.log.length : first);
  }

  /** Waits until something is so; fails if the life ends before. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      assert.ok(!this.over, `it ended before ${what}${this.shown()}`);
      await sleep(10);
    }
  }

  /** Waits until the log has a line with `text`, or `count` of them. */
  logs(text: string, count = 1): Promise<void> {
    const isSo = () => this.log.filter((line) => line.includes(text)).length >= count;
    return this.until(`its log had ${count} of this: ${text}`, isSo);
  }

  /** Waits until there is a file in /out, with `count` lines. */
  writes(name: string, count = 0): Promise<void> {
    const isSo = () => this.has(name) && this.read(name).toString().split("\n").length > count;
    return this.until(`/out/${name} was there, with ${count} lines`, isSo);
  }

  get isAlive(): boolean {
    return !this.over;
  }

  /** Ends it from outside. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** The pid that its PID 1 has outside. */
  get pid(): number {
    const { pid } = this.child;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
  }

  /** Sends a signal to PID 1, from outside. */
  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** Asserts how it ends; a failure shows the log and the console. */
  async ends(expected: End): Promise<this> {
    const end = await this.end;
    assert.equal(end, expected, `it ended otherwise${this.shown()}`);
    return this;
  }

  shown(): string {
    return `\n--- log ---\n${this.log.join("\n")}\n--- console ---\n${this.console}---`;
  }

  async discard(): Promise<void> {
    this.kill();
    await this.end;
    rmSync(this.directory, { recursive: true });
  }
}

// The one thing of this machine that root of a user namespace can change, as it is the same root to that file. Test
// files run side by side: the first of them notes how it was.
const PRINTK = "/proc/sys/kernel/printk_devkmsg";
const NOTE = join(PROJECT, `build/tests/printk-${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}`);
if (!existsSync(NOTE)) writeFileSync(NOTE, readFileSync(PRINTK)); // a copy of a file in /proc would be empty

const lives = new Set<Life>();
after(async () => {
  await Promise.all([...lives].map((life) => life.discard()));
  if (process.getuid?.() === 0) writeFileSync(PRINTK, readFileSync(NOTE));
});

/** Starts a life. */
export function live(setup: Setup): Life {
  return new Life(setup);
}

/** A stage: a script of busybox's shell. */
export function script(...lines: string[]): string {
  return `#!/bin/sh\n${lines.join("\n")}\n`;
}

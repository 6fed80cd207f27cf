/**
 * A machine whose clock is its instructions: under QEMU's `-icount shift=0` each takes a nanosecond of the guest's
 * time, so times repeat, on any computer and however busy it is.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONSOLE, REPORT_MINOR, REPORT_PORT } from "../tests/boot/devices.js";
import { KERNEL } from "../tests/boot/options.js";
import { type File, QEMU, packInitramfs, script } from "../tests/boot/qemu.js";

export interface Setup {
  /** The whole initramfs by path, but for /init. */
  files: Record<string, File>;
  init: File;
  /** Words for the kernel's command line; what stands behind ` -- ` is given to /init as its arguments. */
  append?: string;
  /** The kernel's image, that of the tests unless said. */
  kernel?: string;
  /** Whether the service reports on the console, as a kernel that has no other port wants it. */
  reportsOnConsole?: boolean;
  /** MiB, 256 unless said. */
  memory?: number;
  /** How long the machine may run, of this computer's time: 120 unless said. */
  seconds?: number;
}

/** What the guest wrote on its serial ports: the console, and the report. */
export interface Output {
  console: string;
  report: string;
}

function qemuArguments(setup: Setup, initramfs: string, report: string): string[] {
  // Only emergencies and alerts are printed: the serial port is slow, and would be a part of what is measured.
  // Where a program lies decides how many pages it touches: at random, no two boots are the same.
  const device = setup.reportsOnConsole ? "5:1" : `4:${REPORT_MINOR}`;
  const append = `console=${CONSOLE} loglevel=2 panic=-1 norandmaps bench.report=${device} ${setup.append ?? ""}`;
  const machine = script("tests/boot/machine.sh", [], { ACCEL: "tcg" }).trim().split(" ");
  return [
    ...[...machine, "-nodefaults", "-no-reboot", "-display", "none", "-smp", "1", "-m", `${setup.memory ?? 256}`],
    ...["-icount", "shift=0,sleep=off"],
    ...["-serial", "stdio", "-chardev", `file,id=report,path=${report}`, ...REPORT_PORT],
    ...["-kernel", setup.kernel ?? KERNEL, "-initrd", initramfs, "-append", append.trim()],
  ];
}

async function run(args: string[], seconds: number): Promise<string> {
  const child = spawn("timeout", [`${seconds}`, QEMU, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [console, errors] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (console += text));
  child.stderr.on("data", (text: Buffer) => (errors += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (status == 124) throw new Error(`the machine did not end within ${seconds} s; its console:\n${console}`);
  if (status != 0) throw new Error(`${QEMU} failed with status ${status}: ${errors}`);
  return console;
}

/** Boots a machine that powers itself off; returns what it wrote on its serial ports. */
export async function boot(setup: Setup): Promise<Output> {
  const work = mkdtempSync(join(tmpdir(), "wasinit-bench-"));
  try {
    const report = join(work, "report");
    const console = await run(
      qemuArguments(setup, packInitramfs(work, setup.files, setup.init), report),
      setup.seconds ?? 120,
    );
    const shown = console.replaceAll("\r", "");
    const told = setup.reportsOnConsole ? (/^\{.*\}\n/m.exec(shown)?.[0] ?? "") : readFileSync(report, "utf8");
    return { console: shown, report: told.replaceAll("\r", "") };
  } finally {
    rmSync(work, { recursive: true });
  }
}

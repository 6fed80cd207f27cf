/** wasinit run: boots a policy in QEMU, whose console is this terminal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { Complaint } from "../base/complaint.js";
import { atEnd, checkOutput, isDirectory, writtenBy } from "../base/files.js";
import { makeImage } from "../image/image.js";
import { findKernel, hasBuiltIn } from "./kernel.js";
import { initOf } from "../compiler/module.js";
import type { Architecture } from "../compiler/pack.js";
import { consoleOf, findQemu, machineFor, quoted, recordingTo } from "./qemu.js";
import { startOf } from "../image/source.js";
import { Sources } from "../compiler/sources.js";
import { Temporary } from "../base/temporary.js";
import { warn, warnOf } from "../base/terminal.js";

const SECONDS_WITHOUT_TERMINAL = 120;
const PATIENCE = 3000; // milliseconds that QEMU has to end when it is told so

export interface RunOptions {
  arch: Architecture;
  /** Bytes of the interpreter's stack. */
  stack: number;
  root?: string;
  kernel?: string;
  /** Words for the kernel's command line. */
  append?: string[];
  /** Megabytes. */
  memory: number;
  disk?: string[];
  /** More arguments of QEMU's, one or more in each. */
  qemu?: string[];
  /** Where the trace of its life is to be written: see docs/replay.md. */
  record?: string;
  /** Seconds that the machine may take. */
  timeout?: number;
}

/** How it ended. */
export interface Ended {
  /** What the policy has told, by `powerOff(status)`, or 0. */
  status: number;
}

/** What is on a disk, in QEMU's words: an image of its own has magic in front. */
function formatOf(disk: string): string {
  const stats = statSync(disk, { throwIfNoEntry: false });
  if (!stats?.isFile() && !stats?.isBlockDevice()) throw new Complaint(`--disk ${disk} is no file`);
  return startOf({ path: disk, name: disk }, 4).toString("latin1") === "QFI\xfb" ? "qcow2" : "raw";
}

/** Disks, by a driver that the kernel has: it can't load one before /init runs. */
function disksFor(kernel: string, disks: string[]): string[] {
  const isNvme = hasBuiltIn(kernel, ["BLK_DEV_NVME"]) && !hasBuiltIn(kernel, ["VIRTIO_BLK", "VIRTIO_PCI"]);
  return disks.flatMap((disk, n) => {
    const drive = `id=disk${n},file=${quoted(disk)},format=${formatOf(disk)}`;
    warn(`${disk} is ${isNvme ? `/dev/nvme${n}n1` : `/dev/vd${String.fromCharCode(97 + n)}`} in the machine`);
    return isNvme
      ? ["-drive", `if=none,${drive}`, "-device", `nvme,drive=disk${n},serial=disk${n}`]
      : ["-drive", `if=virtio,${drive}`];
  });
}

/** Words, parted by blanks; what is in quotes is one. */
export function words(text: string): string[] {
  return (text.match(/("[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/**
 * Packs the initramfs; returns its path.
 * @param sources reads what the policy is made of.
 */
async function packInitramfs(policy: string, options: RunOptions, files: Temporary, sources: Sources): Promise<string> {
  const { arch, stack, root, record } = options;
  const { init: made, warnings } = await initOf(policy, arch, stack, sources, record !== undefined);
  warnOf(warnings);
  const out = files.path("initramfs.cpio");
  const { warnings: more } = await makeImage({
    ...{ root: root ?? files.mkdir("root"), init: files.write("init", made), out, at: "/init" },
    ...{ owner: { uid: 0, gid: 0 }, compress: "none", portable: false },
  });
  for (const warning of more) warn(warning);
  return out;
}

const STATUS = /init: exit status (\d+)/g;

/** What the host writes when the policy fails, and when it gives that up: see host/vm.c and host/last_resort.c. */
const FAILURE = /init: the logic has ended: ([^\r\n]*)/g;
const GIVEN_UP = "init: the machine restarts when its processes have ended";

/** What is told last of what a pattern finds. */
function lastOf(log: string, pattern: RegExp): string | undefined {
  return [...log.matchAll(pattern)].at(-1)?.[1];
}

/** Has QEMU run until it ends by itself; returns its exit status. */
async function boot(qemu: string, args: string[], timeout: number | undefined): Promise<number | null> {
  const machine = spawn(qemu, args, { stdio: "inherit" });
  const forget = atEnd(() => machine.kill());
  let isLate = false;
  const timers: NodeJS.Timeout[] = [];
  const end = () => {
    isLate = machine.kill(); // QEMU leaves the terminal as it was.
    timers.push(setTimeout(() => machine.kill("SIGKILL"), PATIENCE));
  };
  if (timeout !== undefined) timers.push(setTimeout(end, timeout * 1000));
  try {
    const [status] = (await once(machine, "exit")) as [number | null];
    if (isLate) throw new Complaint(`the machine did not end in ${timeout} s, as --timeout has it`);
    return status;
  } finally {
    timers.forEach(clearTimeout);
    forget();
  }
}

function argumentsFor(qemu: string, kernel: string, initramfs: string, log: string, options: RunOptions): string[] {
  const { arch, memory, append = [], disk = [], qemu: more = [], record } = options;
  const recording = record === undefined ? undefined : recordingTo(record, arch);
  return [
    ...machineFor(qemu, kernel, arch),
    ...["-m", String(memory), "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"],
    ...["-kernel", kernel, "-initrd", initramfs],
    ...["-append", [`console=${consoleOf(arch)} panic=-1`, ...append, ...(recording?.append ?? [])].join(" ")],
    ...["-chardev", `stdio,id=console,mux=on,signal=off,logfile=${quoted(log)}`],
    ...["-serial", "chardev:console", "-mon", "chardev=console"],
    ...(recording?.arguments ?? []),
    ...disksFor(kernel, disk),
    ...more.flatMap(words),
  ];
}

/** The exit status of a machine; `log` is what its console has told. */
function endOf(args: string[], status: number | null, log: string): number {
  const failure = lastOf(log, FAILURE);
  if (log.includes("Kernel panic - not syncing")) throw new Complaint("the machine's kernel has panicked");
  if (log.includes(GIVEN_UP))
    throw new Complaint(`the policy was given up, as it has failed: ${failure ?? "it could not be started"}`);
  const told = lastOf(log, STATUS);
  if (told !== undefined) return Number(told);
  const isDebugExit = args.some((arg) => arg.startsWith("isa-debug-exit"));
  // As QEMU has it, which ends with 1 itself when it fails: a policy that has ended well has told 0 before, on its console.
  if (isDebugExit && log && status !== null && status > 1 && status % 2) return (status - 1) / 2;
  if (status !== 0) throw new Complaint(`QEMU failed, with status ${status}`);
  if (failure !== undefined) throw new Complaint(`the policy has failed: ${failure}`);
  return 0;
}

/**
 * Boots a policy; returns when the machine has ended.
 * @throws Complaint, if it could not be booted, did not end in time, or its kernel has panicked, or the policy has failed.
 */
export async function run(policy: string, options: RunOptions): Promise<Ended> {
  const { arch, root, record, disk = [] } = options;
  if (root !== undefined && !isDirectory(root)) throw new Complaint(`--root ${root} is no directory`);
  const qemu = findQemu(arch);
  const kernel = findKernel(options.kernel, arch);
  const timeout = options.timeout ?? (process.stdin.isTTY ? undefined : SECONDS_WITHOUT_TERMINAL);
  const files = new Temporary();
  try {
    const sources = new Sources();
    const initramfs = await packInitramfs(policy, options, files, sources);
    const log = files.path("console");
    const live = async (trace?: string) => {
      const args = argumentsFor(qemu, kernel, initramfs, log, { ...options, record: trace });
      if (process.stdin.isTTY) warn("Ctrl-A X ends the machine");
      const status = await boot(qemu, args, timeout);
      return { status: endOf(args, status, readFileSync(log, { encoding: "latin1", flag: "a+" })) };
    };
    if (record === undefined) return await live();
    checkOutput("--record", record, [...sources.files, kernel, ...disk, ...(root === undefined ? [] : [root])]);
    return await writtenBy(record, live);
  } finally {
    files.dispose();
  }
}

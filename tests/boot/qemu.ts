/**
 * A machine to boot: QEMU, the kernel, and an initramfs made for it.
 *
 * The console shows the kernel's log and what the stages print. The report, another serial port, is written by programs
 * in the guest with `report NAME TEXT…`, or `… | report NAME`, one line `NAME: TEXT` each. A test's verdict rests on the
 * report, on how the machine ended, and on lines of the log; never on the absence of errors.
 */
import { spawn, execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ARCH, PROJECT, built } from "../arch.js";
import { APPEND, CONSOLE, KEYBOARD, REPORT, REPORT_PORT } from "./devices.js";
import { KERNEL, MODULES } from "./options.js";

/** For disks, loop devices and overlays, each behind those that it needs. */
const DRIVERS =
  "virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk crc16 crc32c_generic mbcache jbd2 ext4 loop overlay";

export const QEMU = process.env.QEMU ?? `qemu-system-${ARCH}`;
export const INIT = resolve(PROJECT, process.env.INIT ?? built("init"));

/** A file of the initramfs: its text (mode 755 if it begins with `#!`, else 644), or what to do instead. */
export type File = string | { text: string | Buffer; mode: number } | { copy: string } | { link: string } | Initramfs;

/** An initramfs in the initramfs, by the files that it has over the base. */
export interface Initramfs {
  initramfs: Record<string, File>;
  /** What becomes its /init: what `make` has built unless said. */
  init?: File;
}

/** What makes a root more than its files. */
export interface Packing {
  /** What is done to the root before it is packed. */
  finish?: (root: string) => void;
  /** Settings of initramfs.sh; all files are root's unless they say otherwise. */
  settings?: Record<string, string>;
}

export interface Setup extends Packing {
  /** The initramfs by path, over a base that has busybox and `report`. */
  files?: Record<string, File>;
  /** Words for the kernel's command line, behind those that every machine gets. */
  append?: string;
  /** What the kernel takes for its console: the first serial port unless said. */
  console?: string;
  /** What becomes /init: what `make` has built unless said. */
  init?: File;
  /** MiB */
  memory?: number;
  /** Raw images, which the guest has as /dev/vda, /dev/vdb, … once it has run `load-drivers`. */
  disks?: string[];
  /** Further arguments of QEMU. */
  qemu?: string[];
  /** How the machine comes to its kernel, as arguments of QEMU: by QEMU itself unless said. */
  load?: (initramfs: string, append: string) => string[];
  /** How long the machine may run. */
  seconds?: number;
  /** What is done to the machine from outside while it runs. */
  meanwhile?: (machine: Machine) => Promise<void>;
}

/**
 * How a machine ended. `reboot` and `power-off` are what the kernel announced and QEMU saw; a reset that nobody
 * announced is a crash.
 */
export type End = "power-off" | "reboot" | "halt" | "panic" | "crash" | "time-out";

export interface Life {
  end: End;
  console: string;
  report: string;
  /** Seconds. */
  took: number;
  /** QEMU's exit status. */
  status: number | null;
}

const REPORTER = `#!/bin/sh
# Not a redirection of the stage's own: that would make the port the controlling terminal of its session.
name=$1
shift
if [ $# -gt 0 ]; then echo "$name: $*"; else sed "s/^/$name: /"; fi >/dev/${REPORT}
`;

export function script(path: string, args: string[] = [], settings: Record<string, string> = {}): string {
  const env = { ...process.env, ARCH, KERNEL, QEMU, ...settings };
  const options = { cwd: PROJECT, env, encoding: "utf8", stdio: "pipe" } as const; // Warnings of one that succeeds
  return execFileSync(join(PROJECT, path), args, options); // are not shown.
}

/** Runs `what` with a directory to work in. */
export function within<T>(what: (work: string) => T): T {
  const work = mkdtempSync(join(tmpdir(), "wasinit-"));
  try {
    return what(work);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function put(root: string, path: string, file: File): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  if (typeof file == "string") return put(root, path, { text: file, mode: file.startsWith("#!") ? 0o755 : 0o644 });
  if ("link" in file) return symlinkSync(file.link, target);
  if ("copy" in file) return cpSync(file.copy, target);
  if ("initramfs" in file)
    return within((work) => cpSync(makeInitramfs(work, file.initramfs, { init: file.init }), target));
  writeFileSync(target, file.text);
  chmodSync(target, file.mode);
}

let base = "";

/** The root that has busybox: made once, it takes half a second. */
function baseRoot(): string {
  if (base) return base;
  base = mkdtempSync(join(tmpdir(), "wasinit-"));
  process.on("exit", () => rmSync(base, { recursive: true }));
  script("tests/boot/busybox.sh", [base]);
  put(base, "/bin/report", REPORTER);
  return base;
}

/** Makes an initramfs of `files` and `init`, and of what is in `work/root`; leaves it in `work`, which has to be there. */
export function packInitramfs(work: string, files: Record<string, File>, init: File, packing: Packing = {}): string {
  const root = join(work, "root");
  const image = join(work, "initramfs.gz");
  mkdirSync(root, { recursive: true });
  for (const [path, file] of Object.entries(files)) put(root, path, file);
  put(work, "init", init);
  packing.finish?.(root);
  const settings = { OWNER: "0:0", AT: "/init", COMPRESS: "gzip -1n", ...packing.settings };
  script("initramfs.sh", [root, image, join(work, "init")], settings);
  rmSync(root, { recursive: true });
  return image;
}

/** Puts `files` over the base into a directory: the root of a disk. */
export function makeRoot(root: string, files: Record<string, File>): string {
  cpSync(baseRoot(), root, { recursive: true, verbatimSymlinks: true });
  for (const [path, file] of Object.entries(files)) put(root, path, file);
  return root;
}

/** Makes an initramfs of the base and `files`; leaves it in `work`, which has to be there. */
function makeInitramfs(work: string, files: Record<string, File>, setup: Setup = {}): string {
  cpSync(baseRoot(), join(work, "root"), { recursive: true, verbatimSymlinks: true });
  return packInitramfs(work, files, setup.init ?? { copy: INIT }, setup);
}

/** fsck takes the time of a removal for a link of another list if it is as soon after 1970 as without a clock's driver. */
const CLOCK = `[ "$(date +%Y)" != 1970 ] || date -s 2026-01-01\n`;

/** What the guest needs for its disks. */
function driverFiles(): Record<string, File> {
  const drivers = DRIVERS.split(" ")
    .map((driver) => `${driver}.ko`)
    .filter((file) => existsSync(join(MODULES, file)));
  const files = drivers.map((file): [string, File] => [`/lib/modules/${file}`, { copy: join(MODULES, file) }]);
  const load = drivers.map((file) => `insmod /lib/modules/${file}\n`).join("");
  return { ...Object.fromEntries(files), "/bin/load-drivers": `#!/bin/sh -e\n${CLOCK}${load}` };
}

/** A place that QEMU connects to; keeps all it is sent. */
class Channel {
  text = "";
  readonly closed: Promise<void>;
  private readonly server: Server;
  private socket?: Socket;
  private watchers: (() => void)[] = [];

  constructor(readonly path: string) {
    this.server = createServer();
    this.closed = new Promise((resolve) => this.server.once("connection", (socket) => this.take(socket, resolve)));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.path, resolve));
  }

  close(): void {
    this.server.close();
    this.socket?.destroy();
  }

  send(text: string): void {
    this.socket?.write(text);
  }

  /** Calls `seen` once, as soon as `pattern` has been received. */
  watch(pattern: RegExp, seen: () => void): void {
    const watcher = () => {
      if (!pattern.test(this.text)) return;
      this.watchers = this.watchers.filter((other) => other != watcher);
      seen();
    };
    this.watchers.push(watcher);
    watcher();
  }

  private take(socket: Socket, closed: () => void): void {
    this.socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      this.text += text.replaceAll("\r", "");
      for (const watcher of this.watchers) watcher();
    });
    socket.on("error", closed); // QEMU was killed
    socket.on("close", closed);
  }
}

/** A machine that runs. */
export class Machine {
  constructor(
    private readonly console: Channel,
    private readonly report: Channel,
    private readonly monitor: Channel,
  ) {}

  /** Waits until the console has shown `pattern`. */
  shows(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => this.console.watch(pattern, resolve));
  }

  /** Waits until the guest has reported `pattern`. */
  reports(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => this.report.watch(pattern, resolve));
  }

  /** Types on the console. */
  types(text: string): void {
    this.console.send(text);
  }

  /** Presses keys on the machine's keyboard, all at once. */
  presses(...keys: string[]): void {
    this.qmp("send-key", { keys: keys.map((data) => ({ type: "qcode", data })) });
  }

  /** Presses the power button. */
  powersDown(): void {
    this.qmp("system_powerdown");
  }

  /** Pulls the plug. */
  quits(): void {
    this.qmp("quit");
  }

  qmp(execute: string, args: object = {}): void {
    this.monitor.send(JSON.stringify({ execute, arguments: args }) + "\n");
  }
}

function loadByQemu(initramfs: string, append: string): string[] {
  return ["-kernel", KERNEL, "-initrd", initramfs, "-append", append];
}

function qemuArguments(setup: Setup, initramfs: string, work: string): string[] {
  const machine = script("tests/boot/machine.sh").trim().split(" ");
  const append = [`console=${setup.console ?? CONSOLE} panic=-1`, APPEND, setup.append].filter(Boolean).join(" ");
  return [
    ...[...machine, "-nodefaults", "-no-reboot", "-display", "none", "-m", `${setup.memory ?? 256}`],
    ...["-chardev", `socket,id=console,path=${work}/console`, "-serial", "chardev:console"],
    ...["-chardev", `socket,id=report,path=${work}/report`, ...REPORT_PORT],
    ...["-qmp", `unix:${work}/monitor`, ...KEYBOARD],
    // Unsafe only if this computer fails: the guest's flushes need not wait for its disk.
    ...(setup.disks ?? []).flatMap((disk) => ["-drive", `file=${disk},format=raw,if=virtio,cache=unsafe`]),
    ...(setup.load ?? loadByQemu)(initramfs, append),
    ...(setup.qemu ?? []),
  ];
}

function howItEnded(status: number | null, console: string, events: string): End {
  if (/Kernel panic - not syncing/.test(console)) return "panic";
  if (status == 124) return "time-out"; // timeout(1)
  if (/reboot: System halted\n/.test(console)) return "halt";
  // The device that powers a riscv64 off ends QEMU 7.2 without an event.
  const isShutDown = /"reason": "guest-shutdown"/.test(events) || !/"SHUTDOWN"/.test(events);
  if (isShutDown && /reboot: Power down\n/.test(console)) return "power-off";
  if (/"reason": "guest-reset"/.test(events) && /reboot: Restarting system\n/.test(console)) return "reboot";
  return "crash";
}

async function run(args: string[], seconds: number): Promise<{ status: number | null; errors: string }> {
  // timeout(1) ends QEMU even if this process is killed.
  const child = spawn("timeout", [`${seconds}`, QEMU, ...args], { stdio: ["ignore", "inherit", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text: Buffer) => (errors += text));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, errors };
}

async function live(setup: Setup, work: string, channels: Channel[]): Promise<Life> {
  const [console, report, monitor] = channels as [Channel, Channel, Channel];
  const initramfs = makeInitramfs(work, { ...(setup.disks && driverFiles()), ...setup.files }, setup);
  const args = qemuArguments(setup, initramfs, work);
  const machine = new Machine(console, report, monitor);
  monitor.watch(/QMP/, () => machine.qmp("qmp_capabilities"));
  // A halted machine stays on for ever; the pause lets it show if it does anything else.
  console.watch(/reboot: System halted\n/, () => setTimeout(() => machine.quits(), 500));
  const begin = performance.now();
  const over = run(args, setup.seconds ?? 120);
  let failure: unknown;
  setup.meanwhile?.(machine).catch((error: unknown) => {
    failure = error;
    machine.quits();
  });
  const { status, errors } = await over;
  const took = (performance.now() - begin) / 1000;
  if (status != 0 && status != 124 && !setup.qemu?.some((device) => device.startsWith("isa-debug-exit")))
    throw new Error(`${QEMU} failed with status ${status}: ${errors}`);
  await Promise.all(channels.map((channel) => channel.closed));
  if (failure) throw failure;
  const end = howItEnded(status, console.text, monitor.text);
  return { end, console: console.text, report: report.text, took, status };
}

/** Boots a machine and waits for its end. */
export async function boot(setup: Setup): Promise<Life> {
  const work = mkdtempSync(join(tmpdir(), "wasinit-"));
  const channels = ["console", "report", "monitor"].map((name) => new Channel(join(work, name)));
  try {
    await Promise.all(channels.map((channel) => channel.listen()));
    return await live(setup, work, channels);
  } finally {
    for (const channel of channels) channel.close();
    rmSync(work, { recursive: true });
  }
}

/** QEMU: which machine it is, and what it is started with. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { machine as thisComputer } from "node:os";
import { delimiter, join } from "node:path";
import { recall, remember } from "../base/cache.js";
import { Complaint } from "../base/complaint.js";
import type { Architecture } from "../compiler/pack.js";

const WINDOWS = process.platform === "win32";
const SECONDS_TO_TRY = 4; // a kernel on KVM

type Accelerator = "kvm" | "tcg";

interface Machine {
  console: string;
  /** A second serial port: its device in the machine, and QEMU's argument for it. */
  second: { device: string; arguments: string[] };
  /** A model that emulates quickly; on KVM there is but that of this computer. */
  arguments: Record<Accelerator, string[]>;
  /** Debian's packages. */
  debian: string;
  /** The end of the package's name for Fedora and Arch. */
  others: string;
}

const PCI_SERIAL = ["-device", "pci-serial,chardev=record"];

const MACHINES: Record<Architecture, Machine> = {
  x86_64: {
    console: "ttyS0",
    second: { device: "ttyS1", arguments: ["-serial", "chardev:record"] },
    arguments: { kvm: [], tcg: [] },
    debian: "qemu-system-x86",
    others: "x86",
  },
  aarch64: {
    console: "ttyAMA0",
    second: { device: "ttyS0", arguments: PCI_SERIAL },
    arguments: { kvm: ["-M", "virt,gic-version=host", "-cpu", "host"], tcg: ["-M", "virt", "-cpu", "cortex-a57"] },
    debian: "qemu-system-arm",
    others: "aarch64",
  },
  riscv64: {
    console: "ttyS0",
    second: { device: "ttyS1", arguments: PCI_SERIAL },
    arguments: { kvm: ["-M", "virt", "-cpu", "host"], tcg: ["-M", "virt"] },
    debian: "qemu-system-riscv opensbi (before Debian 13: qemu-system-misc opensbi)",
    others: "riscv",
  },
};

export function consoleOf(architecture: Architecture): string {
  return MACHINES[architecture].console;
}

/** A serial port that is a file here, to which /init records its life: what QEMU and the kernel are told of it. */
export function recordingTo(file: string, architecture: Architecture): { arguments: string[]; append: string[] } {
  const { device, arguments: port } = MACHINES[architecture].second;
  return {
    arguments: ["-chardev", `file,id=record,path=${quoted(file)}`, ...port],
    append: [`record=/dev/${device}`],
  };
}

/** How to get QEMU, for who has none. */
function installation({ debian, others }: Machine): string {
  const rows = [
    ["Debian, Ubuntu", `apt-get install ${debian}`],
    ["Fedora", `dnf install qemu-system-${others}`],
    ["Arch", `pacman -S qemu-system-${others}`],
    ["macOS", "brew install qemu"],
    ["Windows", "winget install SoftwareFreedomConservancy.QEMU, and C:\\Program Files\\qemu is to be in PATH"],
  ];
  return rows.map(([system, how]) => `  ${system!.padEnd(16)}${how}`).join("\n");
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, WINDOWS ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where QEMU is. */
export function findQemu(architecture: Architecture): string {
  const name = `qemu-system-${architecture}`;
  const directories = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const path = directories.map((directory) => join(directory, WINDOWS ? `${name}.exe` : name)).find(isProgram);
  if (path) return path;
  throw new Complaint(
    `there is no ${name} in PATH, which the machine is to run in:\n\n${installation(MACHINES[architecture])}`,
  );
}

/** As a value among others of an option of QEMU's, which commas part. */
export function quoted(path: string): string {
  return path.replaceAll(",", ",,");
}

/** Without a root the kernel has to panic. */
function runsOnKvm(qemu: string, kernel: string, architecture: Architecture): boolean {
  const { console, arguments: args } = MACHINES[architecture];
  const machine = ["-accel", "kvm", ...args.kvm, "-m", "256", "-nodefaults", "-no-reboot", "-display", "none"];
  const { stdout } = spawnSync(
    qemu,
    [...machine, "-serial", "stdio", "-kernel", kernel, "-append", `console=${console} panic=-1`],
    { timeout: SECONDS_TO_TRY * 1000, killSignal: "SIGKILL", stdio: ["ignore", "pipe", "ignore"] },
  );
  return stdout?.includes("Kernel panic") ?? false;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What was found in one life of this computer, by the paths of kernels. */
interface Found {
  life: string;
  kernels: Record<string, Accelerator>;
}

export function recallFound(life: string): Found {
  try {
    const found = JSON.parse(recall("kvm.json")!.toString()) as Found;
    if (found.life === life && typeof found.kernels === "object") return found;
  } catch {
    // It is not there, or damaged.
  }
  return { life, kernels: {} };
}

/**
 * A /dev/kvm that opens proves nothing: where virtualization nests badly, QEMU and even its BIOS run on it, and the kernel never
 * comes. So a kernel is tried, once in each life of this computer.
 */
function acceleratorFor(qemu: string, kernel: string, architecture: Architecture): Accelerator {
  if (architecture !== thisComputer() || !isWritable("/dev/kvm")) return "tcg";
  const found = recallFound(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const accelerator = (found.kernels[kernel] ??= runsOnKvm(qemu, kernel, architecture) ? "kvm" : "tcg");
  remember("kvm.json", JSON.stringify(found));
  return accelerator;
}

/** The arguments with which QEMU is a machine of an architecture. */
export function machineFor(qemu: string, kernel: string, architecture: Architecture): string[] {
  const accelerator = acceleratorFor(qemu, kernel, architecture);
  return ["-accel", accelerator, ...MACHINES[architecture].arguments[accelerator]];
}

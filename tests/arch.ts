/** What the tests are of: the architecture that ARCH names, this computer's unless said. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** This computer's architecture. */
export const MACHINE = { x64: "x86_64", arm64: "aarch64" }[process.arch as string] ?? process.arch;

export const ARCH = process.env.ARCH ?? MACHINE;

/** Whether what is built runs on this computer as it is. */
export const NATIVE = ARCH == MACHINE;

/** What runs it: behind these words, of qemu-user, if it is of another architecture. */
export const RUN = NATIVE ? [] : [`qemu-${ARCH}`];

/** A command and its arguments, as spawn(3) of Node wants them, that run a program which was built for the architecture. */
export function commandFor(program: string, ...args: string[]): [command: string, args: string[]] {
  const [command = program, ...rest] = [...RUN, program, ...args];
  return [command, rest];
}

interface Arch {
  /** The machine's serial ports: the console, and one for what the guest reports. */
  CONSOLE: string;
  REPORT: string;
  /** How QEMU has the second of them, by its chardev. */
  REPORT_PORT: string[];
  /** Words by which the kernel writes its log there before it has a driver for it, and after. */
  EARLY: string;
  /** Words for the kernel's command line. */
  APPEND: string;
  /** How QEMU has a keyboard, and the kernel's options for it. */
  KEYBOARD: string[];
  KEYBOARD_OPTIONS: string[];
  /** The kernel's options for the machine's power button; none: it has no button. */
  BUTTON_OPTIONS: string[];
  /** The kernel's options for the machine's clock; none: it always has it. */
  CLOCK_OPTIONS: string[];
  /** The dynamic linker of programs of Debian's packages. */
  LINKER: string;
}

const PCI = ["-device", "pci-serial,chardev=report"];

/** Whether the kernel has its drivers built in: then it finds PCI's serial port before the one in riscv64's device tree. */
function isAllBuiltIn(): boolean {
  const config = join(dirname(resolve(PROJECT, process.env.KERNEL ?? built("kernel/vmlinuz"))), "config");
  return existsSync(config) && !/^CONFIG_MODULES=y$/m.test(readFileSync(config, "utf8"));
}

const [DEVICE_TREES, PCIS] = isAllBuiltIn() ? ["ttyS1", "ttyS0"] : ["ttyS0", "ttyS1"];

const VIRTIO_KEYBOARD = {
  KEYBOARD: ["-device", "virtio-keyboard-pci"],
  KEYBOARD_OPTIONS: ["VT", "VIRTIO_INPUT", "VIRTIO_PCI"],
};

const ARCHES: Record<string, Arch> = {
  x86_64: {
    CONSOLE: "ttyS0",
    REPORT: "ttyS1",
    REPORT_PORT: ["-serial", "chardev:report"],
    EARLY: "earlyprintk=serial,ttyS0,115200,keep",
    // On a busy computer the kernel may take a timer interrupt that comes late for one that does not work, and panic.
    APPEND: "no_timer_check",
    KEYBOARD: [], // It has one, as every PC.
    KEYBOARD_OPTIONS: ["VT", "KEYBOARD_ATKBD"],
    BUTTON_OPTIONS: ["ACPI_BUTTON", "INPUT_EVDEV"],
    CLOCK_OPTIONS: [],
    LINKER: "/lib64/ld-linux-x86-64.so.2",
  },
  aarch64: {
    CONSOLE: "ttyAMA0",
    REPORT: "ttyS0",
    REPORT_PORT: PCI,
    EARLY: "earlycon=pl011,0x9000000 keep_bootcon",
    APPEND: "",
    ...VIRTIO_KEYBOARD,
    BUTTON_OPTIONS: ["GPIO_PL061", "KEYBOARD_GPIO", "INPUT_EVDEV"],
    CLOCK_OPTIONS: ["RTC_DRV_PL031"],
    LINKER: "/lib/ld-linux-aarch64.so.1",
  },
  riscv64: {
    CONSOLE: DEVICE_TREES!,
    REPORT: PCIS!,
    REPORT_PORT: PCI,
    EARLY: "earlycon=uart8250,mmio,0x10000000 keep_bootcon",
    APPEND: "",
    ...VIRTIO_KEYBOARD,
    BUTTON_OPTIONS: [],
    CLOCK_OPTIONS: ["RTC_DRV_GOLDFISH"],
    LINKER: "/lib/ld-linux-riscv64-lp64d.so.1",
  },
};

const arch = ARCHES[ARCH];
if (!arch) throw new Error(`ARCH=${ARCH} is not known`);

export const { CONSOLE, REPORT, REPORT_PORT, EARLY, APPEND, LINKER } = arch;
export const { KEYBOARD, KEYBOARD_OPTIONS, BUTTON_OPTIONS, CLOCK_OPTIONS } = arch;

/** The minor number of the report's device; the major one is 4. */
export const REPORT_MINOR = 64 + Number(REPORT.slice("ttyS".length));

/** Where programs of Debian's packages look for libraries. */
export const LIBRARIES = `/lib/${ARCH}-linux-gnu`;

/** A compiler that links to musl. */
export const MUSL_GCC = process.env.MUSL_GCC ?? (NATIVE ? "musl-gcc" : built("musl-gcc"));

/** Where a file is that was built for the architecture. */
export function built(...path: string[]): string {
  return join(PROJECT, "build", ARCH, ...path);
}

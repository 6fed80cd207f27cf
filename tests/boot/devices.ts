/** What the machine has: the serial ports, the keyboard and so on of QEMU's machine of an architecture. */
import { ARCH } from "../arch.js";
import { OPTIONS } from "./options.js";

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
}

const PCI = ["-device", "pci-serial,chardev=report"];

// A kernel that has its drivers built in finds PCI's serial port before the one in riscv64's device tree.
const [DEVICE_TREES, PCIS] = OPTIONS.size > 0 && !OPTIONS.has("MODULES") ? ["ttyS1", "ttyS0"] : ["ttyS0", "ttyS1"];

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
  },
};

const arch = ARCHES[ARCH]!;

export const { CONSOLE, REPORT, REPORT_PORT, EARLY, APPEND } = arch;
export const { KEYBOARD, KEYBOARD_OPTIONS, BUTTON_OPTIONS, CLOCK_OPTIONS } = arch;

/** The minor number of the report's device; the major one is 4. */
export const REPORT_MINOR = 64 + Number(REPORT.slice("ttyS".length));

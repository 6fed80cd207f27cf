/** The kernel that kexec is to start, and what its architecture makes of one. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ARCH } from "../arch.js";
import { KERNEL, lacksBuiltIn } from "./options.js";

/** Tells why the kernel can't start another one, else false. */
export const noKexec = lacksBuiltIn("KEXEC_FILE");

/** Where a machine boots one file and kexec takes another, as on riscv64, this lies beside it. */
const OTHER = join(dirname(KERNEL), "kernel");

export const KEXEC_KERNEL = existsSync(OTHER) ? OTHER : KERNEL;

interface Arch {
  /** Bytes of the longest command line that a kernel takes whole. */
  LONGEST_CMDLINE: number;
  /** What the kernel says of a file that is none. */
  REFUSAL: string;
  /** How long a kernel says at least that it is, as assembly/image.ts has it: the file may be longer by its signature. */
  tells: (kernel: Buffer) => number;
}

const ARCHES: Record<string, Arch> = {
  x86_64: {
    LONGEST_CMDLINE: 2016,
    REFUSAL: ": Exec format error",
    tells: (kernel) => ((kernel[0x1f1] || 4) + 1) * 512 + kernel.readUInt32LE(0x1f4) * 16,
  },
  // The second instruction of an Image jumps over most of it; with an EFI stub it tells of more.
  aarch64: {
    LONGEST_CMDLINE: 2047,
    REFUSAL: ", or too big for the memory: Invalid argument",
    tells: (kernel) => (kernel.readUInt32LE(4) & 0x1ffffff) * 4,
  },
  // The headers of sections are the end of an ELF.
  riscv64: { LONGEST_CMDLINE: 1023, REFUSAL: ": Exec format error", tells: (kernel) => kernel.length },
};

export const { LONGEST_CMDLINE, REFUSAL } = ARCHES[ARCH]!;

const kernel = readFileSync(KEXEC_KERNEL);

/** The kernel's length, and the least of it that its header tells of. */
export const LENGTH = kernel.length;
export const TOLD_LENGTH = ARCHES[ARCH]!.tells(kernel);

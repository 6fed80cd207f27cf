/** What the tests are of: the architecture that ARCH names, this computer's unless said. */
import { join } from "node:path";
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

/** The dynamic linker of programs of Debian's packages. */
const LINKERS: Record<string, string> = {
  x86_64: "/lib64/ld-linux-x86-64.so.2",
  aarch64: "/lib/ld-linux-aarch64.so.1",
  riscv64: "/lib/ld-linux-riscv64-lp64d.so.1",
};

if (!(ARCH in LINKERS)) throw new Error(`ARCH=${ARCH} is not known`);

export const LINKER = LINKERS[ARCH]!;

/** Where programs of Debian's packages look for libraries. */
export const LIBRARIES = `/lib/${ARCH}-linux-gnu`;

/** A compiler that links to musl. */
export const MUSL_GCC = process.env.MUSL_GCC ?? (NATIVE ? "musl-gcc" : built("musl-gcc"));

/** Where a file is that was built for the architecture. */
export function built(...path: string[]): string {
  return join(PROJECT, "build", ARCH, ...path);
}

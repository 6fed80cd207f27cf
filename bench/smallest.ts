/** The smallest complete machine: the kernel of `make kernel`, an initramfs of /init and one program, and how fast it starts. */
import { statSync } from "node:fs";
import { ARCH, built } from "../tests/arch.js";
import { INIT, packInitramfs, within } from "../tests/boot/qemu.js";
import { mean, reports } from "./cost.js";
import { SERVICE } from "./inits.js";
import { figure, table } from "./table.js";

export interface Smallest {
  /** Sizes, in bytes. */
  kernel: number;
  initramfs: number;
  /** From the kernel's "Run /init" to the first act of the service, in microseconds. */
  start: number;
  /** From power-on to it. */
  powerOn: number;
}

const KERNEL = built("smallest/vmlinuz");
const FILES = { "/etc/boot": SERVICE };

function sizeOfInitramfs(): number {
  const packing = { settings: { COMPRESS: "gzip -9n" } };
  return within((work) => statSync(packInitramfs(work, FILES, { copy: INIT }, packing)).size);
}

export async function measureSmallest(times = 2): Promise<Smallest> {
  const setup = { kernel: KERNEL, files: FILES, init: { copy: INIT }, reportsOnConsole: true };
  const found = await reports(setup, times);
  return {
    ...{ kernel: statSync(KERNEL).size, initramfs: sizeOfInitramfs() },
    start: mean(found.map(({ run, mark }) => mark - run)),
    powerOn: mean(found.map(({ powerOn }) => powerOn / 1000)),
  };
}

export function describeSmallest({ kernel, initramfs, start, powerOn }: Smallest): string {
  const heading = [
    "the smallest machine",
    "kernel, bytes",
    "initramfs, bytes",
    "Run /init to service, us",
    "power-on to service, us",
  ];
  return table([heading, [ARCH, ...[kernel, initramfs, start, powerOn].map(figure)]]);
}

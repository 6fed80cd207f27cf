/** The kernel that machines boot, and its options, as the file `config` beside it has them. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { PROJECT, built } from "../arch.js";

export const KERNEL = resolve(PROJECT, process.env.KERNEL ?? built("kernel/vmlinuz"));
/** Where the kernel's drivers are that it has as modules. */
export const MODULES = join(dirname(KERNEL), "modules");

/** The options that may be modules, which tests load; of others only what is built in counts. */
const MODULE: Record<string, string> = {
  ACPI_BUTTON: "button",
  BLK_DEV_LOOP: "loop",
  EXT4_FS: "ext4",
  INPUT_EVDEV: "evdev",
  OVERLAY_FS: "overlay",
  SOFT_WATCHDOG: "softdog",
  VIRTIO_BLK: "virtio_blk",
  VIRTIO_MMIO: "virtio_mmio",
  VIRTIO_NET: "virtio_net",
  VIRTIO_PCI: "virtio_pci",
  VSOCKETS_LOOPBACK: "vsock_loopback",
};

/** Options and their values, as the lines `CONFIG_NAME=VALUE` of a text. */
export function parseOptions(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^CONFIG_(\w+)=(\S+)/gm)].map(([, name, value]) => [name!, value!]));
}

const config = join(dirname(KERNEL), "config");

/** Those of the kernel; none: nobody tells. */
export const OPTIONS = existsSync(config) ? parseOptions(readFileSync(config, "utf8")) : new Map<string, string>();

/** Tells why nothing is known of the options, else false. */
export const noOptions = OPTIONS.size == 0 && `there is no ${config}, with the options of this kernel`;

function isBuiltIn(option: string): boolean {
  return OPTIONS.get(option) == "y";
}

function isThere(option: string): boolean {
  return isBuiltIn(option) || (option in MODULE && existsSync(join(MODULES, `${MODULE[option]}.ko`)));
}

function missing(options: string[], has: (option: string) => boolean): string | false {
  const lacking = options.filter((option) => !has(option));
  return noOptions || (lacking.length ? `the kernel has no ${lacking.join(", ")}` : false);
}

/** Tells which options the kernel has neither built in nor as modules that tests have, else false. */
export function lacks(...options: string[]): string | false {
  return missing(options, isThere);
}

/** Tells which options the kernel does not have built in, else false. */
export function lacksBuiltIn(...options: string[]): string | false {
  return missing(options, isBuiltIn);
}

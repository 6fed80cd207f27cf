/** Kernels that tests have built, and machines that run them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ARCH, PROJECT, built } from "../arch.js";
import type { Setup } from "../boot/qemu.js";
import { without } from "./groups.js";

/** What the boot tests need besides. */
const FRAGMENTS = ["kernel.config", `kernel.${ARCH}.config`].map((name) => join(PROJECT, "tests/boot", name));

/** Builds build/ARCH/NAME, if it is not there, of kernel/config, or `config` in its place; returns its directory. */
function build(name: string, fragments: string[], config = join(PROJECT, "kernel/config")): string {
  const options = { cwd: PROJECT, env: { ...process.env, CONFIG: config }, stdio: "pipe" } as const;
  execFileSync(join(PROJECT, "kernel/build.sh"), [ARCH, built(name), ...fragments], options);
  return built(name);
}

function asked(name: string, text: string): string {
  const path = join(built(name), "asked");
  mkdirSync(built(name), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** The smallest one, and that of the boot tests: `make` has built them. */
export const smallest = (): string => built("smallest");
export const tested = (): string => built("tested");

/** That of the boot tests, with options that count over those that it has. */
export function testedWith(name: string, options: string): string {
  return build(name, [...FRAGMENTS, asked(name, options)]);
}

/** Builds the smallest kernel, or that of the boot tests, without a group; with the options of `more` all the same. */
export function buildWithout(group: string, { more = "", forTests = false } = {}): string {
  const name = `without-${group.replaceAll(" ", "-")}`;
  return build(name, forTests ? FRAGMENTS : [], asked(name, without(group) + more));
}

/** A machine with a kernel of its own, whose log has the times by which tests know its lines. */
export function machine(kernel: () => string, setup: (kernel: string) => Setup): () => Setup {
  return () => {
    const directory = kernel();
    return {
      append: "printk.time=1",
      load: (initramfs, append) => ["-kernel", `${directory}/vmlinuz`, "-initrd", initramfs, "-append", append],
      ...setup(directory),
    };
  };
}

/** arm64 kernels whose pages have 16 and 64 kB: the segments of /init have to lie right for them, too. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ARCH, PROJECT, built } from "../arch.js";
import { life } from "../boot/life.js";

/** kB, and a processor that has pages of so many. */
const PAGES = { 16: "cortex-a76", 64: "cortex-a57" };

/** The kernel of the boot tests, but for its pages. */
function build(pages: string): string {
  const directory = built(`pages-${pages}k`);
  const asked = join(directory, "asked");
  const tests = ["kernel.config", `kernel.${ARCH}.config`].map((name) => join(PROJECT, "tests/boot", name));
  mkdirSync(directory, { recursive: true });
  writeFileSync(asked, `CONFIG_ARM64_${pages}K_PAGES=y\n# CONFIG_ARM64_4K_PAGES is not set\n`);
  execFileSync(join(PROJECT, "kernel/build.sh"), [ARCH, directory, ...tests, asked], { cwd: PROJECT, stdio: "pipe" });
  return directory;
}

// AT_PAGESZ of the auxiliary vector, getauxval(3), is entry 6.
const BOOT = `#!/bin/sh
hexdump -v -e '2/8 "%u " "\\n"' /proc/self/auxv | sed -n 's/^6 //p' | report pages
reboot
sleep 1000
`;

for (const [pages, cpu] of Object.entries(PAGES)) {
  if (ARCH != "aarch64") test(`pages of ${pages} kB`, { skip: "they are arm64's" }, () => undefined);
  else
    life(
      `pages of ${pages} kB`,
      () => {
        const kernel = join(build(pages), "vmlinuz");
        const load = (initramfs: string, append: string) => [
          "-kernel",
          kernel,
          "-initrd",
          initramfs,
          "-append",
          append,
        ];
        return { files: { "/etc/boot": BOOT }, load, qemu: ["-cpu", cpu] };
      },
      {
        "are the kernel's": (told) => assert.equal(Number(told.one("pages")), 1024 * Number(pages)),
        "let /init run, reap and restart the machine": (told) => {
          told.logged("running /etc/boot", "signal 15 asks for a restart", "ending all processes", "restarting");
          told.ended("reboot");
        },
      },
    );
}

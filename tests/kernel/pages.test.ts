/** arm64 kernels whose pages have 16 and 64 kB: the segments of /init have to lie right for them, too. */
import assert from "node:assert/strict";
import { ARCH } from "../arch.js";
import { life } from "../boot/life.js";
import { machine, testedWith } from "./kernels.js";

/** kB, and a processor that has pages of so many. */
const PAGES = { 16: "cortex-a76", 64: "cortex-a57" };

// AT_PAGESZ of the auxiliary vector, getauxval(3), is entry 6.
const BOOT = `#!/bin/sh
od -A n -v -t u8 -w16 /proc/self/auxv | awk '$1 == 6 { print $2 }' | report pages
reboot
sleep 1000
`;

for (const [pages, cpu] of Object.entries(PAGES)) {
  const options = `CONFIG_ARM64_${pages}K_PAGES=y\n# CONFIG_ARM64_4K_PAGES is not set\n`;
  life(
    `pages of ${pages} kB`,
    machine(
      () => testedWith(`pages-${pages}k`, options),
      () => ({ files: { "/etc/boot": BOOT }, qemu: ["-cpu", cpu] }),
    ),
    {
      "are the kernel's": (told) => assert.equal(Number(told.one("pages")), 1024 * Number(pages)),
      "let /init run, reap and restart the machine": (told) => {
        told.logged("running /etc/boot", "signal 15 asks for a restart", "ending all processes", "restarting");
        told.ended("reboot");
      },
    },
    ARCH != "aarch64" && "they are arm64's",
  );
}

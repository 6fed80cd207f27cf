import assert from "node:assert/strict";
import { APPEND, CONSOLE } from "./devices.js";
import type { File } from "./qemu.js";
import { LONGEST_CMDLINE, KEXEC_KERNEL, noKexec } from "./kexec.js";
import { life } from "./life.js";

const MEMORY = 512; // MiB: both kernels, with an initramfs each

const SECOND: File = {
  initramfs: {
    "/etc/boot": "#!/bin/sh\nreport mark </etc/mark\nreport cmdline </proc/cmdline\npoweroff\n",
    "/etc/mark": "of the second initramfs\n",
  },
};
const FIRST = "#!/bin/sh\nreport first here\n";
const FILES = { "/etc/boot": FIRST, "/kernel": { copy: KEXEC_KERNEL }, "/kernel.initramfs": SECOND };

// On most machines longer than the 1023 bytes that the original took. A newline separates words for the kernel, as a
// space does.
const WORDS = Array.from({ length: LONGEST_CMDLINE / 20 }, (_, n) => `word.number=${n}`).join(" ");
const CMDLINE = `console=${CONSOLE}\npanic=-1 ${WORDS} mark=second`;

life(
  "kexec of /kernel",
  {
    files: { ...FILES, "/kernel.cmdline": `${CMDLINE} \n\n`, "/etc/reboot": "#!/bin/sh\nreport reboot here\n" },
    memory: MEMORY,
  },
  {
    "starts a second kernel": (told) => {
      told.one("first");
      assert.equal(told.life.console.match(/Linux version/g)?.length, 2);
    },
    "gives it /kernel.initramfs": (told) => assert.equal(told.one("mark"), "of the second initramfs"),
    "gives it /kernel.cmdline, whole and trimmed": (told) => assert.equal(told.all("cmdline").join("\n"), CMDLINE),
    "comes after /etc/reboot, and loads before it ends anything": (told) => {
      told.one("reboot");
      told.logged(
        "running /etc/reboot",
        "/etc/reboot exited with status 0",
        "loading /kernel",
        "ending all processes",
        "syncing",
        "starting the new kernel",
      );
    },
    "leaves a machine that powers off": (told) => told.ended("power-off"),
  },
  noKexec,
);

// As the README has it: put in place while the machine runs.
const UPDATE = `#!/bin/sh
cp /new/initramfs /kernel.initramfs
cp /new/kernel /kernel.new && mv /kernel.new /kernel
reboot
sleep 1000
`;

life(
  "kexec without /kernel.cmdline, of files that were put in place before a reboot",
  {
    files: { "/etc/boot": UPDATE, "/new/kernel": { copy: KEXEC_KERNEL }, "/new/initramfs": SECOND },
    memory: MEMORY,
    append: "mark=first",
  },
  {
    "starts the second kernel with the first one's": (told) => {
      assert.equal(told.one("mark"), "of the second initramfs");
      assert.equal(
        told.one("cmdline"),
        [`console=${CONSOLE} panic=-1`, APPEND, "mark=first"].filter(Boolean).join(" "),
      );
    },
    "leaves a machine that powers off": (told) => told.ended("power-off"),
  },
  noKexec,
);

const EMPTY = "#!/bin/sh\ncpio -o -H newc </dev/null >/kernel.initramfs\n";

life(
  "kexec with an empty archive for /kernel.initramfs, as for a kernel that has one built in",
  {
    files: {
      "/etc/boot": EMPTY,
      "/kernel": { copy: KEXEC_KERNEL },
      "/kernel.cmdline": `console=${CONSOLE} panic=-1 mark=bare`,
    },
    memory: MEMORY,
  },
  {
    "starts the kernel, and this one has none and then lacks a root": (told) => {
      assert.match(told.life.console, /ommand line: console=\w+ panic=-1 mark=bare\n/);
      told.ended("panic");
      assert.match(told.life.console, /Kernel panic - not syncing: VFS: Unable to mount root fs/);
    },
  },
  noKexec,
);

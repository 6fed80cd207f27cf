/** A kernel that was built without CONFIG_KEXEC_FILE can load none, and says so. */
import assert from "node:assert/strict";
import { KEXEC_KERNEL, noKexec } from "./kexec.js";
import { life } from "./life.js";
import { noOptions } from "./options.js";

const BOOT = `#!/bin/sh
/proc/1/exe --check 2>&1 | report check
reboot
sleep 1000
`;

const REFUSED = "can't load /kernel: Function not implemented";

life(
  "a kernel without kexec_file_load(2)",
  {
    files: { "/etc/boot": BOOT, "/kernel": { copy: KEXEC_KERNEL }, "/kernel.initramfs": { initramfs: {} } },
    memory: 512,
  },
  {
    "can't load another one, as --check tells": (told) =>
      assert.deepEqual(told.all("check"), ["init: loading /kernel", `init: ${REFUSED}`]),
    "tells so in the log, goes on without it, and restarts when asked to": (told) => {
      told.logged("loading /kernel", REFUSED, "going on without /kernel", "ending all processes", "restarting");
      told.ended("reboot");
    },
  },
  noOptions || (!noKexec && "the kernel has KEXEC_FILE"),
);

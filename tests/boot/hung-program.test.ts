/** A stage whose interpreter lies on a disk that has stopped to answer. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { makeDisk, makeShelf, noDisks } from "./disk.js";
import { life } from "./life.js";
import type { Machine } from "./qemu.js";

const BOOT = `#!/bin/sh
load-drivers
mkdir /mnt
mount -t ext4 -o ro /dev/vda /mnt
report disk mounted
sleep 3
(sleep 10; report second request; kill -TERM 1) &
exit 0
`;

async function stopDisk(machine: Machine): Promise<void> {
  await machine.reports(/^disk: mounted/m);
  const none = { bps_rd: 0, bps_wr: 0, iops_rd: 0, iops_wr: 0, iops: 0 };
  machine.qmp("block_set_io_throttle", { device: "virtio0", bps: 1, ...none });
}

function hang(): void {
  const shelf = makeShelf();
  const files = join(shelf, "files");
  mkdirSync(files);
  copyFileSync(execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim(), join(files, "sh"));
  life(
    "a program that can't be read",
    {
      files: { "/etc/boot": BOOT, "/etc/reboot": "#!/mnt/sh\nreport reboot here\n" },
      disks: [makeDisk(`${shelf}/hung`, 32, files)],
      meanwhile: stopDisk,
    },
    {
      "is started all the same, and PID 1 heeds signals": (told) => {
        told.one("second");
        told.logged("running /etc/reboot", "signal 15 asks for a restart", "ending /etc/reboot");
        assert.doesNotMatch(told.life.report, /^reboot: /m);
      },
      "holds up no end": (told) => {
        told.logged("ending /etc/reboot", "ending all processes", "restarting");
        told.ended("reboot");
      },
    },
  );
}

if (noDisks) test("a program that can't be read", { skip: noDisks }, () => undefined);
else hang();

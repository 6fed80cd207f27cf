import assert from "node:assert/strict";
import { life } from "./life.js";
import { REPORT, REPORT_MINOR } from "./devices.js";
import { INIT } from "./qemu.js";

// busybox's poweroff looks into /proc.
const BOOT = "#!/bin/sh\nreport stage boot\nkill -USR2 1\nsleep 1000\n";
const FILES = { "/etc/boot": BOOT, "/etc/reboot": "#!/bin/sh\nreport stage reboot\n" };

life(
  "a machine without /proc, /sys and cgroups",
  {
    files: { ...FILES, "/proc": "This is no place to mount on.\n", "/sys": "Nor is this.\n" },
    append: "printk.devkmsg=on", // Without /proc PID 1 can't ask for it, and its log would end after 10 lines.
  },
  {
    "tells of each in the log": (told) =>
      assert.deepEqual(told.log().slice(1, 7), [
        "init: mount /proc: Not a directory",
        "init: mount /sys: Not a directory",
        "init: mkdir /sys/fs/cgroup: Not a directory",
        "init: mount /sys/fs/cgroup: Not a directory",
        "init: open /proc/sys/kernel/printk_devkmsg: Not a directory",
        "init: running /etc/boot",
      ]),
    "runs its stages": (told) => assert.deepEqual(told.all("stage"), ["boot", "reboot"]),
    "tells that its disks can't be found": (told) =>
      told.logged("syncing", "can't open /proc/self/mountinfo: Not a directory", "powering off"),
    "powers off": (told) => told.ended("power-off"),
  },
);

// PID 1 before PID 1: the kernel has all file systems, but no namespace may have more than one mount, the root, any more.
const PREPARE = `#!/bin/sh
mkdir /proc
mount -t proc none /proc
echo 1 >/proc/sys/fs/mount-max
umount /proc
mknod /dev/${REPORT} c 4 ${REPORT_MINOR}
exec /bin/init
`;

life(
  "a machine that can mount nothing, devtmpfs neither",
  { files: { ...FILES, "/bin/init": { copy: INIT } }, init: PREPARE },
  {
    "tells of each on the console, as there is no /dev/kmsg": (told) => {
      const lines = told
        .printed()
        .split("\n")
        .filter((line) => line.startsWith("<4>init: "));
      for (const path of ["/proc", "/dev", "/sys", "/dev/pts"]) {
        assert.ok(lines.includes(`<4>init: mount ${path}: No space left on device`), `${path}: ${lines.join("\n")}`);
      }
      assert.ok(lines.includes("<4>init: open /dev/kmsg: No such file or directory"), lines.join("\n"));
    },
    "runs its stages": (told) => assert.deepEqual(told.all("stage"), ["boot", "reboot"]),
    "powers off": (told) => {
      assert.match(told.printed(), /^<6>init: powering off$/m);
      told.ended("power-off");
    },
  },
);

/** A first stage: the machine is handed over to a root on a disk, and to its init. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { NATIVE, built } from "../arch.js";
import { REPORT } from "./devices.js";
import { lacks } from "./options.js";
import { makeRoot } from "./qemu.js";
import { makeDisk, makeShelf, noDisks, readDisk } from "./disk.js";
import { life } from "./life.js";
import { MOUNTS } from "./readme.js";

const DEBIAN = built("debian.ext4");

const FILLED = 50; // MiB

/** Reports how many kB of memory files take, as `name`. */
function report(name: string): string {
  return `echo "${name}: $(grep -E '^Shmem:' /proc/meminfo | grep -o '[0-9]*')" >/dev/${REPORT}`;
}

const BOOT = `#!/bin/sh
load-drivers
mkdir /mnt
mount -t ext4 /dev/vda /mnt
dd if=/dev/zero of=/filler bs=1M count=${FILLED}
${report("before")}
ln -s mnt /newroot
`;

const shelf = makeShelf();

function debian(): void {
  execFileSync("cp", ["--sparse=always", DEBIAN, `${shelf}/debian`]); // It is written to.
  life(
    "Debian on a disk",
    {
      files: { "/etc/boot": BOOT },
      disks: [`${shelf}/debian`],
      memory: 512,
      seconds: 240,
      meanwhile: async (machine) => {
        await machine.shows(/wasinit login: /);
        machine.types("root\n");
        await machine.shows(/root@wasinit:~#/);
        machine.types(`${report("after")}; echo "init: $(cat /proc/1/comm)" >/dev/${REPORT}\n`);
        machine.types(`echo "root: $(grep ' / ' /proc/mounts)" >/dev/${REPORT}; poweroff\n`);
      },
    },
    {
      "is handed over to": (told) => told.logged("/etc/boot exited with status 0", "running /sbin/init"),
      "comes to its login prompt, and root can log in": (told) => told.one("after"),
      "has systemd as PID 1": (told) => assert.equal(told.one("init"), "systemd"),
      "is /": (told) => assert.match(told.one("root"), /^\/dev\/vda \/ ext4 /),
      "has the memory that the RAM disk had": (told) => {
        const [before, after] = [Number(told.one("before")), Number(told.one("after"))];
        assert.ok(before > FILLED << 10, `${before} kB before`);
        assert.ok(after < (FILLED << 10) / 2, `${before} kB before, ${after} kB after`);
      },
      "powers off": (told) => told.ended("power-off"),
    },
  );
}

const OVERLAY = `#!/bin/sh
load-drivers
mkdir /lower /rw /mnt
mount -t ext4 -o ro /dev/vda /lower
mount -t tmpfs none /rw
mkdir /rw/upper /rw/work
mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work none /mnt
ln -s mnt /newroot
`;

// What init= names is looked for in the new root.
const INIT = `#!/bin/sh
report arguments "$@"
report mounts </proc/mounts
echo new >/file
report file "$(cat /file)"
echo "on the console"
poweroff -f
`;

function overlay(): void {
  const names = ["proc", "sys", "dev", "run"].map((name) => [`/${name}/.keep`, ""]);
  const root = makeRoot(`${shelf}/root`, { ...Object.fromEntries(names), "/opt/init": INIT, "/file": "old" });
  const disk = makeDisk(`${shelf}/lower`, 32, root);
  life(
    "an overlay of a disk and a tmpfs",
    { files: { "/etc/boot": OVERLAY }, disks: [disk], append: "init=/opt/init single" },
    {
      "is handed over to, to the init that the kernel's command line names": (told) => {
        told.logged("running /opt/init");
        assert.equal(told.one("arguments"), "single");
        assert.match(told.printed(), /^on the console$/m);
      },
      "is /, with what PID 1 has mounted": (told) => {
        const mounted = told.all("mounts").map((line) => line.split(" ").slice(1, 3).join(" "));
        const own = MOUNTS.filter(({ target }) => target != "/").map(({ target, type }) => `${target} ${type}`);
        assert.deepEqual(new Set(mounted), new Set(["/ overlay", ...own]));
      },
      "can be written to, and what is below is not": (told) => {
        assert.equal(told.one("file"), "new");
        assert.equal(readDisk(disk, "/file").toString(), "old");
      },
      "powers off": (told) => told.ended("power-off"),
    },
  );
}

const noOverlay = noDisks || lacks("OVERLAY_FS");
const noDebian = !existsSync(DEBIAN) && `there is no ${DEBIAN}: only root can make it`;
const skip = noDisks || (NATIVE ? noDebian : "a Debian is made for this computer's architecture only");
if (noOverlay) test("an overlay", { skip: noOverlay }, () => undefined);
else overlay();
if (skip) test("Debian on a disk", { skip }, () => undefined);
else debian();

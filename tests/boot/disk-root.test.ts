/** A root that stays: another init has switched to a disk, and to the /init that is on it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertClean, makeDisk, makeShelf, noDisks, readDisk } from "./disk.js";
import { life } from "./life.js";
import { INIT, makeRoot } from "./qemu.js";

const SWITCH = `#!/bin/sh
mkdir /proc /mnt
mount -t devtmpfs none /dev
load-drivers
mount -t ext4 /dev/vda /mnt
umount /dev
exec switch_root /mnt /init
`;

const BOOT = `#!/bin/sh
echo >>/rounds
report round "$(wc -l </rounds) $(ls /init) $(grep -c ' / ext4 ' /proc/mounts)"
[ ! -e /newroot ] || exec poweroff
mkdir -p /mnt/sbin && mount -t tmpfs none /mnt && mkdir /mnt/sbin && cp /bin/busybox /mnt/sbin/init
ln -s mnt /newroot
`;

function twice(): void {
  const shelf = makeShelf();
  const root = makeRoot(`${shelf}/root`, { "/init": { copy: INIT }, "/etc/boot": BOOT, "/proc/.keep": "" });
  const disk = makeDisk(`${shelf}/disk`, 32, root);
  const setup = { init: SWITCH, disks: [disk] };
  life("a machine with its root on a disk", setup, {
    "keeps /init there": (told) => assert.deepEqual(told.all("round"), ["1 /init 1", "2 /init 1"]),
    "does not hand over to a new root, as that would remove what is on the disk": (told) =>
      told.logged("/ is no RAM disk", "ending all processes", "/etc/boot starts again in 1 s", "powering off"),
    "is left clean": (told) => {
      told.ended("power-off");
      assertClean(disk);
      assert.equal(readDisk(disk, "/rounds").toString(), "\n\n");
    },
  });
  life("its second boot", setup, {
    "has an init": (told) => assert.deepEqual(told.all("round"), ["3 /init 1"]),
    "comes to its end": (told) => told.ended("power-off"),
  });
}

if (noDisks) test("a root on a disk", { skip: noDisks }, () => undefined);
else twice();

/** However many mounts there are, a disk that can't be unmounted is made read-only. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { program } from "../programs.js";
import { assertClean, makeDisk, makeShelf, noDisks, readDisk } from "./disk.js";
import { life } from "./life.js";

const COUNT = 5000;

const BOOT = `#!/bin/sh
load-drivers
mkdir /swap /data
mount -t ext4 /dev/vda /swap
dd if=/dev/zero of=/swap/file bs=64k count=64 2>&1
mkswap /swap/file >/dev/null && swapon /swap/file && report swap on
mounts ${COUNT} | report mounts
mount -t ext4 /dev/vdb /data
echo word | tee /swap/word /data/word
poweroff
sleep 1000
`;

function many(): void {
  const shelf = makeShelf();
  const disks = ["swap", "data"].map((name) => makeDisk(`${shelf}/${name}`));
  const files = { "/etc/boot": BOOT, "/bin/mounts": { copy: program("boot/mounts") } };
  life(
    `with ${COUNT} mounts that are no disks`,
    { files, disks, seconds: 300 },
    {
      "a disk with a swap file, and one that is mounted behind them, are clean and complete": (told) => {
        assert.equal(told.one("swap"), "on");
        assert.equal(told.one("mounts"), `${COUNT}`);
        for (const disk of disks) {
          assertClean(disk);
          assert.equal(readDisk(disk, "/word").toString(), "word\n");
        }
      },
      "the log tells how they were left, and the machine powers off": (told) => {
        told.logged("syncing", "unmounted /data", "a disk is in use, making all read-only by force");
        told.logged("syncing", "/swap stays mounted, read-only", "powering off");
        told.ended("power-off");
      },
    },
  );
}

if (noDisks) test("many mounts", { skip: noDisks }, () => undefined);
else many();

/** What services had written to a mounted disk is there after the end, and the disk has nothing to recover. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { ENDS, assertClean, assertCounted, assertEnded } from "./disk.js";
import { makeDisk, makeShelf, noDisks, readDisk, writingMachine } from "./disk.js";
import { noKexec } from "./kexec.js";
import { type Check, Told, life } from "./life.js";
import { boot } from "./qemu.js";

const shelf = makeShelf();

function writtenUntil(how: keyof typeof ENDS, stubborn = false): void {
  const names = ["outer", "inner", "busy"];
  const disks = names.map((name) => makeDisk(`${shelf}/${how}-${name}`));
  const services = names.map((name, n) => [name, disks[n]!] as const);
  const ended = stubborn ? services.slice(0, 2) : services;
  const behaviours: Record<string, Check> = {
    "are unmounted, the deepest first": (told) => told.logged("syncing", "unmounted /data/my disk", "unmounted /data"),
    "are made read-only if they are in use": (told) => told.logged("syncing", "/srv stays mounted, read-only"),
    "are clean": () => disks.forEach(assertClean),
    "have all that services wrote": (told) => services.forEach(([name, disk]) => assertCounted(told, name, disk)),
    "have the last that services wrote on TERM": (told) =>
      ended.forEach(([name, disk]) => assertEnded(told, name, disk)),
    ...(stubborn && {
      "were written to until KILL": (told) => {
        told.logged("not all have ended in 5 s, killing them", "syncing");
        assert.doesNotMatch(told.life.report, /^busy-end/m);
      },
    }),
    "don't keep the machine from its end": (told) => {
      told.ended(ENDS[how].end);
      if (ENDS[how].kexec) told.one("second");
    },
  };
  const setup = writingMachine(disks, how, stubborn);
  life(`disks that are written to until ${how}`, setup, behaviours, ENDS[how].kexec && noKexec);
}

// Each disk has a reason why an unmount alone would not do, or can't be.
const IN_USE = `#!/bin/sh
load-drivers
mkdir /swap /loop /image /pinned /hidden /alias /pins
mount -t ext4 /dev/vda /swap
dd if=/dev/zero of=/swap/file bs=64k count=64 2>&1
mkswap /swap/file >/dev/null && swapon /swap/file && report swap on
mount -t ext4 /dev/vdb /loop
losetup /dev/loop0 /loop/image # Unlike one of mount -o loop, it stays when it is unmounted.
mount -t ext4 /dev/loop0 /image
mount -t ext4 /dev/vdc /pinned
mount -t tmpfs none /pins && mount --make-private /pins && touch /pins/namespace
unshare --mount=/pins/namespace true && report namespace pinned
mount -t ext4 /dev/vdd /hidden
echo word | tee /swap/word /loop/word /image/word /pinned/word /hidden/word
mount -t tmpfs none /hidden && mkdir /hidden/in && mount -t tmpfs none /hidden/in
mount --bind /swap /alias
mount --bind /swap/word /etc/word
report mounts </proc/mounts
poweroff
sleep 1000
`;

function inUse(): void {
  const names = ["swap", "loop", "pinned", "hidden"];
  mkdirSync(`${shelf}/files`);
  makeDisk(`${shelf}/files/image`, 8);
  const disks = names.map((name) => makeDisk(`${shelf}/${name}`, 32, `${shelf}/files`));
  const [swap, loop, pinned, hidden] = disks as [string, string, string, string];
  const isLeft = (disk: string) => {
    assertClean(disk);
    assert.equal(readDisk(disk, "/word").toString(), "word\n");
  };
  life(
    "a disk is clean",
    { files: { "/etc/boot": IN_USE, "/etc/word": "" }, disks },
    {
      "that has a swap file": (told) => {
        told.one("swap");
        isLeft(swap);
      },
      "that has the image of a loop device, and so is this image": () => {
        isLeft(loop);
        writeFileSync(`${shelf}/image`, readDisk(loop, "/image"));
        isLeft(`${shelf}/image`);
      },
      "that is mounted in another namespace, too, which nobody is in": (told) => {
        told.one("namespace");
        isLeft(pinned);
      },
      "that is hidden behind another mount": (told) => {
        assert.ok(told.all("mounts").some((line) => line.startsWith("/dev/vdd /hidden ext4 rw")));
        isLeft(hidden);
      },
      "and the machine powers off": (told) => {
        told.logged("unmounted /image", "unmounted /pinned", "unmounted /alias", "unmounted /etc/word");
        told.logged("a disk is in use, making all read-only by force", "/hidden stays mounted, read-only");
        told.ended("power-off");
      },
    },
  );
}

function canFail(): void {
  test("a disk that is left as it was is seen to be neither clean nor complete", async () => {
    const disks = ["outer", "inner", "busy"].map((name) => makeDisk(`${shelf}/left-${name}`));
    const { files, ...setup } = writingMachine(disks, "reboot", false);
    const crash = (files!["/etc/boot"] as string).replace("\nreboot\n", "\necho b >/proc/sysrq-trigger\n");
    const told = new Told(await boot({ ...setup, files: { ...files, "/etc/boot": crash } }));
    told.check(() => told.ended("crash"));
    for (const disk of disks) told.check(() => assert.throws(() => assertClean(disk), /has to be recovered/));
    told.check(() => assert.throws(() => assertCounted(told, "busy", disks[2]!), /can't read|not whole|ends with/));
  });
}

if (noDisks) {
  test("disks", { skip: noDisks }, () => undefined);
} else {
  writtenUntil("power-off", true);
  writtenUntil("reboot");
  writtenUntil("halt");
  writtenUntil("kexec");
  inUse();
  canFail();
}

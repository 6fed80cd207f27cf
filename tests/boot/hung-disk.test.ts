import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertClean, makeDisk, makeShelf, noDisks, readDisk } from "./disk.js";
import { life } from "./life.js";

// The disk takes 2 bytes a second from its cgroup: whoever waits for more of them does it in uninterruptible sleep.
// busybox's reboot syncs before it signals, which -n leaves out.
const BOOT = `#!/bin/sh
load-drivers
cgroup=/sys/fs/cgroup
mkdir /before /mnt /after
mount -t ext4 /dev/vdb /before
mount -t ext4 /dev/vda /mnt
mount -t ext4 /dev/vdc /after
echo word | tee /before/word >/after/word
echo +io +memory >$cgroup/cgroup.subtree_control
mkdir $cgroup/slow
echo "$(cat /sys/block/vda/dev) wbps=2" >$cgroup/slow/io.max
(until grep '^State:.D' /proc/$$/status; do sleep 0.1; done | report state
reboot -n) &
echo $$ >$cgroup/slow/cgroup.procs
exec dd if=/dev/zero of=/mnt/file bs=64k count=4 conv=fsync
`;

// A kernel there, of which nobody reads more than 2 bytes a second: who looks for it waits for him that does.
const LINK = `#!/bin/sh
load-drivers
cgroup=/sys/fs/cgroup
mkdir /mnt
mount -t ext4 /dev/vda /mnt
echo +io +memory >$cgroup/cgroup.subtree_control
mkdir $cgroup/slow
echo "$(cat /sys/block/vda/dev) rbps=2" >$cgroup/slow/io.max
ln -s /mnt/kernel /kernel
sh -c "echo \\$\\$ >$cgroup/slow/cgroup.procs; exec cat /mnt/kernel" >/dev/null &
until grep '^State:.D' /proc/$!/status; do sleep 0.1; done | report state
reboot -n
sleep 1000
`;

const MOST = 60; // seconds
const MOST_WITH_KERNEL = 90;

function hang(): void {
  const shelf = makeShelf();
  const others = ["before", "after"].map((name) => makeDisk(`${shelf}/${name}`));
  life(
    "a disk that does not answer",
    {
      files: { "/etc/boot": BOOT, "/etc/reboot": "#!/bin/sh\nreport reboot here\n" },
      disks: [makeDisk(`${shelf}/hung`), ...others],
    },
    {
      "leaves a stage that can't be killed, and /etc/reboot runs": (told) => {
        assert.match(told.one("state"), /D \(disk sleep\)/);
        told.logged("ending /etc/boot", "/etc/boot can't be killed, going on without it", "running /etc/reboot");
        told.one("reboot");
      },
      "holds up neither the end of all processes nor that of the disks": (told) =>
        told.logged(
          "ending all processes",
          "some processes can't be killed, going on without them",
          "syncing",
          "/mnt does not answer, going on without it",
          "restarting",
        ),
      "keeps no other from being unmounted, with all that was written": (told) => {
        told.logged("syncing", "unmounted /before", "unmounted /after", "/mnt does not answer, going on without it");
        for (const disk of others) {
          assertClean(disk);
          assert.equal(readDisk(disk, "/word").toString(), "word\n");
        }
      },
      [`restarts within ${MOST} s`]: (told) => {
        const took = told.when("restarting") - told.when("signal 15 asks for a restart");
        assert.ok(took < MOST, `after ${took} s`);
        told.ended("reboot");
      },
    },
  );
}

function hangKernel(): void {
  const directory = mkdtempSync(join(tmpdir(), "wasinit-"));
  writeFileSync(join(directory, "kernel"), Buffer.alloc(1 << 20, "kernel"));
  const disk = makeDisk(`${makeShelf()}/kernel`, 32, directory);
  rmSync(directory, { recursive: true });
  life(
    "a /kernel on a disk that does not answer",
    { files: { "/etc/boot": LINK }, disks: [disk], seconds: 240 },
    {
      "is left, and the machine goes on": (told) => {
        assert.match(told.one("state"), /D \(disk sleep\)/);
        told.logged(
          "loading /kernel",
          "/kernel does not answer",
          "going on without /kernel",
          "ending all processes",
          "syncing",
          "restarting",
        );
      },
      [`restarts within ${MOST_WITH_KERNEL} s`]: (told) => {
        const took = told.when("restarting") - told.when("signal 15 asks for a restart");
        assert.ok(took < MOST_WITH_KERNEL, `after ${took} s`);
        told.ended("reboot");
      },
    },
  );
}

if (noDisks) test("a disk that does not answer", { skip: noDisks }, () => undefined);
else {
  hang();
  hangKernel();
}

/**
 * The smallest kernel, of kernel/config, has all that /init does; and without a group of that file it lacks what README.md
 * says the group is for, and the log names it. Kernels are built here, which takes minutes the first time.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ARCH } from "../arch.js";
import type { Setup } from "../boot/qemu.js";
import { assertClean, makeDisk, makeShelf } from "../boot/disk.js";
import { type Told, life } from "../boot/life.js";
import { MOUNTS, assertMounted } from "../boot/readme.js";
import { GROUPS } from "./groups.js";
import { buildWithout, machine, smallest, tested } from "./kernels.js";

const UPDATE = `#!/bin/sh
report mounts </proc/mounts
for n in $(seq 40); do echo "burst $n" >&2; done
report burst "$(dmesg | grep -c 'burst [0-9]*$')"
reboot
sleep 1000
`;
const SECOND = { initramfs: { "/etc/boot": "#!/bin/sh\nreport second here\npoweroff\nsleep 1000\n" } };
const updated = (kernel: string): Setup => ({
  files: { "/etc/boot": UPDATE, "/kernel": { copy: `${kernel}/kernel` }, "/kernel.initramfs": SECOND },
});

// Elsewhere the smallest kernel has no second serial port, for the report, and its console's driver is in no group.
const skip = ARCH != "x86_64" && "it is shown on x86_64";

life(
  "the smallest kernel",
  machine(smallest, updated),
  {
    "lets all of the set-up be done": (told) => assert.equal(told.log()[1], "init: running /etc/boot"),
    "has all mounted as README.md shows": (told) => MOUNTS.forEach((mount) => assertMounted(told.all("mounts"), mount)),
    "has a log that takes all that services write": (told) => assert.equal(told.one("burst"), "40"),
    "starts itself anew": (told) => {
      told.logged("loading /kernel", "starting the new kernel");
      told.one("second");
    },
    "powers off": (told) => told.ended("power-off"),
  },
  skip,
);

// Its terminals are what the console hangs on.
life(
  "without what is needed",
  machine(
    () => buildWithout("needed", { more: "CONFIG_TTY=y\n" }),
    () => ({}),
  ),
  {
    "there is no initramfs, and no init": (told) => {
      told.ended("panic");
      assert.match(told.life.console, /Kernel panic - not syncing: No working init found/);
    },
  },
  skip,
);

life(
  "without the kernel's log",
  machine(
    () => buildWithout("log"),
    () => ({ files: { "/etc/boot": UPDATE.replace("dmesg", "true") } }),
  ),
  {
    "there is none": (told) => assert.doesNotMatch(told.life.console, /Linux version/),
    "PID 1 tells on the console what is missing, and all else": (told) => {
      assert.match(told.life.console, /^<4>init: open \/dev\/kmsg: No such file or directory$/m);
      assert.match(told.life.console, /^<6>init: restarting$/m);
    },
  },
  skip,
);

life(
  "without updates",
  machine(() => buildWithout("updates"), updated),
  {
    "/kernel can't be loaded, and the log says why": (told) =>
      told.logged("loading /kernel", "can't load /kernel: Function not implemented", "going on without /kernel"),
    "the machine restarts": (told) => told.ended("reboot"),
  },
  skip,
);

const IN_USE = `#!/bin/sh
mkdir /swap
mount -t ext4 /dev/vda /swap
dd if=/dev/zero of=/swap/file bs=64k count=64 2>&1
mkswap /swap/file >/dev/null && swapon /swap/file && report swap on
poweroff
sleep 1000
`;

const shelf = makeShelf();

/** A machine with a disk that is in use to the end. */
function inUse(
  name: string,
  kernel: () => string,
  behaviours: (disk: string) => Record<string, (told: Told) => void>,
): void {
  const disk = makeDisk(join(shelf, name.replace(/\W+/g, "-")));
  life(
    name,
    machine(kernel, () => ({ files: { "/etc/boot": IN_USE }, disks: [disk] })),
    {
      "there is one": (told) => assert.equal(told.one("swap"), "on"),
      ...behaviours(disk),
      "the machine powers off": (told) => told.ended("power-off"),
    },
    skip,
  );
}

inUse("with all groups, a disk that is in use", tested, (disk) => ({
  "is made read-only": (told) => {
    told.logged("a disk is in use, making all read-only by force", "/swap stays mounted, read-only");
    assertClean(disk);
  },
}));

inUse(
  "without the group for it, a disk that is in use",
  () => buildWithout("in use", { forTests: true }),
  (disk) => ({
    "stays writable, and the log says why": (told) => {
      told.logged("can't open /proc/sysrq-trigger: No such file or directory", "/swap stays mounted and writable");
      assert.throws(() => assertClean(disk), /has to be recovered/);
    },
  }),
);

for (const [command, end] of Object.entries({ poweroff: "crash", halt: "time-out" } as const)) {
  // Nobody announces its end either, so that it does what it is told is seen by the two of them.
  const files = { "/etc/boot": `#!/bin/sh\n${command}\nsleep 1000\n` };
  life(
    `without a console, ${command}`,
    machine(
      () => buildWithout("console"),
      () => ({ files, seconds: 20 }),
    ),
    {
      "nothing is to be seen": (told) => assert.equal(told.life.console, ""),
      [command == "halt" ? "the machine stays" : "the machine ends"]: (told) => told.ended(end),
    },
    skip,
  );
}

test("each group is taken away", () =>
  assert.deepEqual(
    GROUPS.map(({ name }) => name),
    ["needed", "log", "updates", "in use", "console"],
  ));

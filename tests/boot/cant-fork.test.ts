import assert from "node:assert/strict";
import { noKeyboard, pressCtrlAltDel } from "./keyboard.js";
import { life } from "./life.js";

// Round after round PID 1 is kept from starting /etc/reboot: by a cgroup with room for no second process, by a kernel
// that gives no more memory than it has, and by the cgroup again, for good.
const BOOT = `#!/bin/sh
cgroup=/sys/fs/cgroup
echo >>/rounds
round=$(wc -l </rounds)
report stage "boot $round"
[ $round != 1 ] || { echo +pids >$cgroup/cgroup.subtree_control; mkdir $cgroup/full; echo 1 >$cgroup/full/pids.max; }
if [ $round != 3 ]; then
  setsid mend &
  until [ -e /ready ]; do sleep 0.1; done
  rm /ready
fi
case $round in
1 | 3) echo 1 >$cgroup/full/cgroup.procs ;;
2) echo 0 >/proc/sys/vm/overcommit_ratio; echo 2 >/proc/sys/vm/overcommit_memory ;;
esac
`;

// Forks no more once it is ready: it could not.
const MEND = `#!/bin/sh
trap 'echo 1 >/sys/fs/cgroup/cgroup.procs; echo 0 >/proc/sys/vm/overcommit_memory; exit' TERM
sleep 1000 &
: >/ready
wait
`;

/** What can't be done in the end. */
const LAST = [
  "init: can't run /etc/reboot: Resource temporarily unavailable",
  "init: can't fork: Resource temporarily unavailable",
];

life(
  "a PID 1 that can't start a process",
  {
    files: { "/etc/boot": BOOT, "/etc/reboot": "#!/bin/sh\nreport stage reboot\n", "/bin/mend": MEND },
    meanwhile: async (machine) => {
      await machine.shows(/init: \/etc\/boot starts again in 8 s/);
      pressCtrlAltDel(machine);
    },
  },
  {
    "tells that there is no room for one": (told) =>
      told.logged("running /etc/reboot", "can't run /etc/reboot: Resource temporarily unavailable"),
    "tells that there is no memory for one": (told) =>
      told.logged("running /etc/reboot", "can't run /etc/reboot: Out of memory"),
    "goes on once there is room, and memory": (told) =>
      assert.deepEqual(told.all("stage"), ["boot 1", "boot 2", "boot 3"]),
    "restarts the machine without a child, too":
      noKeyboard ||
      ((told) => {
        told.logged(
          "signal 2 asks for a restart",
          "syncing",
          "can't fork: Resource temporarily unavailable",
          "restarting",
        );
        told.ended("reboot");
      }),
    "tells of each failure once": (told) =>
      assert.deepEqual(
        told.log().filter((line) => line.includes("can't")),
        [
          "init: can't run /etc/reboot: Resource temporarily unavailable",
          "init: can't run /etc/reboot: Out of memory",
          "init: can't run /etc/reboot: Resource temporarily unavailable",
          "init: can't run /etc/boot: Resource temporarily unavailable",
          "init: can't run /etc/reboot: Resource temporarily unavailable",
          ...(noKeyboard ? [] : LAST),
        ],
      ),
  },
);

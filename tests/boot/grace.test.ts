import assert from "node:assert/strict";
import { life, type Told } from "./life.js";

// The services lead sessions of their own, so that the end of the stage is not theirs.
const BOOT = `#!/bin/sh
setsid gentle &
setsid stubborn &
trap '' TERM
sleep 2
poweroff
while :; do sleep 1; done
`;
const GENTLE = `#!/bin/sh
trap 'report gentle ended; exit 0' TERM
report gentle started
while :; do sleep 1; done
`;
const STUBBORN = `#!/bin/sh
trap 'report stubborn "was asked"' TERM
report stubborn started
while :; do sleep 1; done
`;

const GRACE = 5; // seconds

/** Between two lines of the log passes the grace period, and what a slow machine adds. */
function takesTheGrace(told: Told, from: string, to: string): void {
  const took = told.when(to) - told.when(from);
  assert.ok(took > GRACE - 0.1 && took < GRACE + 4, `${to}: after ${took} s`);
}

life(
  "what does not heed a TERM",
  { files: { "/etc/boot": BOOT, "/bin/gentle": GENTLE, "/bin/stubborn": STUBBORN } },
  {
    "is killed after the grace period, if it is the stage": (told) => {
      told.logged("signal 12 asks for power-off", "ending /etc/boot", "/etc/boot was killed by signal 9");
      takesTheGrace(told, "ending /etc/boot", "/etc/boot was killed by signal 9");
    },
    "is killed after the grace period, if it is a service": (told) => {
      assert.deepEqual(told.all("stubborn"), ["started", "was asked"]);
      takesTheGrace(told, "ending all processes", "syncing");
    },
    "had the time to end by itself": (told) => assert.deepEqual(told.all("gentle"), ["started", "ended"]),
    "does not keep the machine on": (told) => told.ended("power-off"),
  },
);

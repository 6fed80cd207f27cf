/** Interactive shells ignore TERM: they are hung up on, and hold up no end; what has no terminal is not. */
import assert from "node:assert/strict";
import { life } from "./life.js";

const SERVICE = `#!/bin/sh
trap 'report service "was hung up on"' HUP
trap 'report service ended; sleep 1; exit 0' TERM
report service started
while :; do sleep 0.2; done
`;

// One shell is the stage's own, in its session; the other has a session and a terminal of its own.
const BOOT = `#!/bin/sh
setsid service &
setsid cttyhack sh -i </dev/console >/dev/console 2>&1 &
sleep 2
(sleep 2; report terminals $(awk '$7 != 0' /proc/[0-9]*/stat | wc -l); poweroff) &
exec cttyhack sh -i </dev/console >/dev/console 2>&1
`;

life(
  "an interactive shell",
  { files: { "/etc/boot": BOOT, "/bin/service": SERVICE } },
  {
    "has a terminal": (told) => assert.ok(Number(told.one("terminals")) > 0),
    "holds up neither the stage's end nor the machine's": (told) => {
      told.logged("ending /etc/boot", "ending all processes", "syncing", "powering off");
      assert.doesNotMatch(told.life.console, /killing them/);
      const took = told.when("powering off") - told.when("ending /etc/boot");
      assert.ok(took < 4, `the end took ${took} s`);
      told.ended("power-off");
    },
    "is hung up on, and a service without a terminal is not": (told) =>
      assert.deepEqual(told.all("service"), ["started", "ended"]),
  },
);

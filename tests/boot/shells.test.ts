/** Interactive shells ignore TERM: they are hung up on, and hold up no end; what has no terminal is not. */
import assert from "node:assert/strict";
import { life } from "./life.js";

const SERVICE = `#!/bin/sh
trap 'report service "was hung up on"' HUP
trap 'report service ended; sleep 1; exit 0' TERM
report service started
while :; do sleep 0.2; done
`;

const SHELL = "cttyhack sh -i </dev/console >/dev/console 2>&1";

const BOOT = `#!/bin/sh
setsid service &
(until [ $(awk '$7 != 0' /proc/[0-9]*/stat 2>/dev/null | wc -l) -ge 1 ]; do sleep 0.2; done
report terminal $(awk '$7 != 0 { print $2 }' /proc/[0-9]*/stat)
poweroff) &
`;

for (const [whose, command] of [
  ["that is the stage", `exec ${SHELL}`],
  ["that the stage has started in a session of its own", `setsid ${SHELL} &\nwait`],
] as const) {
  life(
    `an interactive shell ${whose}`,
    { files: { "/etc/boot": BOOT + command + "\n", "/bin/service": SERVICE } },
    {
      "has a terminal": (told) => assert.equal(told.one("terminal"), "(sh)"),
      "holds up neither the stage's end nor the machine's": (told) => {
        told.logged("ending /etc/boot", "ending all processes", "syncing", "powering off");
        assert.doesNotMatch(told.life.console, /killing them/);
        told.ended("power-off");
      },
      "is hung up on, and a service without a terminal is not": (told) =>
        assert.deepEqual(told.all("service"), ["started", "ended"]),
    },
  );
}

import assert from "node:assert/strict";
import { life } from "./life.js";

// tail keeps the last line, which has no end.
const BOOT = `#!/bin/sh
if [ -e /again ]; then report again here; poweroff; sleep 1000; fi
touch /again
setsid tail /dev/zero &
wait
exec tail /dev/zero
`;

life(
  "memory that programs use up",
  { files: { "/etc/boot": BOOT, "/etc/reboot": "#!/bin/sh\nreport reboot here\n" }, memory: 160 },
  {
    "costs the service that used it": (told) => {
      const killed = told.life.console.match(/Out of memory: Killed process \d+ \((\w+)\)/g) ?? [];
      assert.equal(killed.length, 2);
      assert.ok(
        killed.every((line) => line.endsWith("(tail)")),
        killed.join("\n"),
      );
    },
    "costs the stage that used it, and PID 1 goes on": (told) => {
      told.logged("/etc/boot was killed by signal 9", "running /etc/reboot", "/etc/boot starts again in 1 s");
      told.one("again");
    },
    "leaves a machine that powers off": (told) => {
      told.logged("signal 12 asks for power-off", "powering off");
      assert.deepEqual(told.all("reboot"), ["here", "here"]);
      told.ended("power-off");
    },
  },
);

/** What the kernel's command line says to PID 1. */
import assert from "node:assert/strict";
import { life } from "./life.js";

const BOOT = `#!/bin/sh
for argument; do report argument "$argument"; done
report version "$(dmesg | grep -o 'init: wasinit .*')"
exit 42
`;

life(
  "the kernel's command line",
  {
    files: { "/etc/boot": BOOT, "/etc/reboot": "#!/bin/sh\nreport reboot $# $ACTION $CAUSE $EXIT_CODE $EXIT_STATUS\n" },
    append: `quiet once=reboot grace=nonsense -- serve "two words" --port=80`,
  },
  {
    "has the arguments of /etc/boot, behind --": (told) =>
      assert.deepEqual(told.all("argument"), ["serve", "two words", "--port=80"]),
    "has once=: /etc/reboot is told, and gets no arguments": (told) =>
      assert.equal(told.one("reboot"), "0 reboot once exited 42"),
    "has once=: the exit status is on the console, however quiet that is": (told) =>
      assert.match(told.life.console, /init: exit status 42$/m),
    "has once=: the machine ends": (told) => told.ended("reboot"),
    "is told of in the log if it is wrong": (told) =>
      assert.match(told.life.console, /init: grace=nonsense is no number of seconds from 1 to 3600$/m),
    "is beside the version in the log": (told) => assert.match(told.one("version"), /^init: wasinit \d+\.\d+\.\d+$/),
  },
);

import assert from "node:assert/strict";
import { EARLY } from "./devices.js";
import { life } from "./life.js";

const BOOT = `#!/bin/sh
report console "$(cat /dev/console 2>&1)"
report stdout "$(readlink /proc/$$/fd/1)"
echo "this goes nowhere" && report echo "works"
poweroff
sleep 1000
`;

life(
  "a machine without a console",
  {
    files: { "/etc/boot": BOOT },
    console: "null",
    append: EARLY, // The kernel's own messages: it is no device that could be opened.
  },
  {
    "has none": (told) => assert.match(told.one("console"), /No such device/),
    "is told of in the log": (told) => assert.equal(told.log()[1], "init: open /dev/console: No such device"),
    "runs its stages, with stdout to /dev/null": (told) => {
      assert.equal(told.one("stdout"), "/dev/null");
      assert.equal(told.one("echo"), "works");
    },
    "powers off": (told) => {
      told.logged("running /etc/boot", "signal 12 asks for power-off", "powering off");
      told.ended("power-off");
    },
  },
);

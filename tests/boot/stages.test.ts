import assert from "node:assert/strict";
import { life } from "./life.js";

const BOOT = `#!/bin/sh
tr '\\0' '\\n' </proc/$$/cmdline | report cmdline
ls -l /proc/1/fd | sed -n 's/.* -> //p' | report init-fd
report init-tty "$(cut -d ' ' -f 7 /proc/1/stat)"

echo "this goes to the console"
echo "this goes to the log" >&2
report read "$(wc -c)"

for n in $(seq 200); do (true &); done
sleep 1
cat /proc/[0-9]*/stat | grep -c ') Z 1 ' | report zombies
touch /poweroff
`;

life(
  "a stage",
  { files: { "/etc/boot": BOOT } },
  {
    "writes to the console and to the log": (told) => {
      assert.match(told.printed(), /^this goes to the console$/m);
      assert.match(told.life.console, /\] this goes to the log$/m);
      assert.equal(told.one("read"), "0");
    },
    "that is a script is its interpreter's only argument": (told) =>
      assert.deepEqual(told.all("cmdline"), ["/bin/sh", "/etc/boot"]),
    "leaves its orphans to PID 1, which reaps them": (told) => assert.equal(told.one("zombies"), "0"),
    "has the same streams as PID 1, which has no others and no terminal": (told) => {
      assert.deepEqual(told.all("init-fd"), ["/dev/null", "/dev/console", "/dev/kmsg"]);
      assert.equal(told.one("init-tty"), "0");
    },
    "ends, and the machine powers off": (told) => told.ended("power-off"),
  },
);

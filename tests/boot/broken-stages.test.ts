import assert from "node:assert/strict";
import { noKeyboard, pressCtrlAltDel } from "./keyboard.js";
import { type Check, life } from "./life.js";

/** Between two rounds /etc/reboot puts the next /etc/boot in place. */
const REBOOT = `#!/bin/sh
echo >>/rounds
round=$(wc -l </rounds)
report round "$round"
if [ -e "/boot.$round" ]; then cp -p "/boot.$round" /etc/boot; else touch /poweroff; fi
`;

life(
  "an /etc/boot that can't be run",
  {
    files: {
      "/etc/boot": "#!/no/such/interpreter\n",
      "/etc/reboot": REBOOT,
      "/boot.1": { text: "#!/bin/sh\n", mode: 0o644 },
      "/boot.2": { text: "neither a script nor a program", mode: 0o755 },
      "/boot.3": "#!/bin/sh\nreport ran here\nkill -SEGV $$\n",
    },
  },
  {
    "names a missing interpreter": (told) =>
      told.logged(
        "running /etc/boot",
        "can't run the interpreter of /etc/boot: No such file or directory",
        "running /etc/reboot",
        "/etc/boot starts again in 1 s",
      ),
    "is not executable": (told) =>
      told.logged("can't run /etc/boot: Permission denied", "running /etc/reboot", "/etc/boot starts again in 2 s"),
    "is no program": (told) =>
      told.logged("can't run /etc/boot: Exec format error", "running /etc/reboot", "/etc/boot starts again in 4 s"),
    "can be mended while the machine runs": (told) => {
      told.one("ran");
      told.logged("/etc/boot was killed by signal 11", "running /etc/reboot", "powering off");
    },
    "costs no round of /etc/reboot": (told) => assert.deepEqual(told.all("round"), ["1", "2", "3", "4"]),
    "leaves a machine that powers off": (told) => told.ended("power-off"),
  },
);

/** No process is left that could ask for it. */
function restartsAfter(line: string): Check {
  return (told) => {
    told.logged(line, "signal 2 asks for a restart", "restarting");
    told.ended("reboot");
  };
}

life(
  "a machine with no stage at all",
  {
    files: { "/etc/reboot": "#!/no/such/interpreter\n" },
    meanwhile: async (machine) => {
      await machine.shows(/init: \/etc\/boot starts again in 2 s/);
      pressCtrlAltDel(machine);
    },
  },
  {
    "tells what is missing, and waits longer each time": (told) =>
      told.logged(
        "can't run /etc/boot: No such file or directory",
        "can't run the interpreter of /etc/reboot: No such file or directory",
        "/etc/boot starts again in 1 s",
        "can't run /etc/boot: No such file or directory",
        "/etc/boot starts again in 2 s",
      ),
    "really waits": (told) => {
      const times = told.life.console.matchAll(/^\[ *([0-9.]+)\] init: running \/etc\/boot$/gm);
      const [first, second] = [...times].map((match) => Number(match[1]));
      assert.ok(second! - first! >= 1, `${first} s, ${second} s`);
    },
    "is restarted by Ctrl-Alt-Del during the wait": noKeyboard || restartsAfter("/etc/boot starts again in 2 s"),
  },
);

life(
  "stages that are no files to run",
  {
    files: { "/etc/boot/script": "#!/bin/sh\n", "/etc/reboot": { text: "", mode: 0o755 } },
    meanwhile: async (machine) => {
      await machine.shows(/init: \/etc\/boot starts again in 1 s/);
      pressCtrlAltDel(machine);
    },
  },
  {
    "are a directory": (told) => told.logged("running /etc/boot", "can't run /etc/boot: it is a directory"),
    "are empty": (told) => told.logged("running /etc/reboot", "can't run /etc/reboot: Exec format error"),
    "don't keep the machine from a restart": noKeyboard || restartsAfter("/etc/boot starts again in 1 s"),
  },
);

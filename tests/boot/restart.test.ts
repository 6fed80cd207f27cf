import assert from "node:assert/strict";
import { life } from "./life.js";

const BOOT = `#!/bin/sh
echo "boot" >>/history
round=$(grep -c ^boot /history)
report stage "boot $round"
report service "$round $(pidof service)"
case $round in
1) service 1000 & sleep 1; exit 0 ;;
2) kill -HUP 1; sleep 1000; report never reached ;;
3) report history "$(tr '\\n' ' ' </history)"; report term "$TERM"; touch /poweroff ;;
esac
`;

const REBOOT = `#!/bin/sh
round=$(grep -c ^boot /history)
report stage "reboot $round"
report left "$round $(pidof service | wc -w)"
echo "reboot" >>/history
`;

life(
  "userland starts again",
  // A copy, for its name.
  {
    files: { "/etc/boot": BOOT, "/etc/reboot": REBOOT, "/bin/service": "#!/bin/sh\nsleep 1000\n" },
    append: "TERM=vt102",
  },
  {
    "when /etc/boot has ended, and after a SIGHUP": (told) =>
      assert.deepEqual(told.all("stage"), ["boot 1", "reboot 1", "boot 2", "reboot 2", "boot 3", "reboot 3"]),
    "with the RAM disk as it was": (told) => assert.equal(told.one("history"), "boot reboot boot reboot boot "),
    "without what was left running, though /etc/reboot still had it": (told) => {
      assert.deepEqual(told.all("service"), ["1 ", "2 ", "3 "]);
      assert.equal(told.all("left")[0], "1 1");
    },
    "after a delay that grows": (told) =>
      told.logged(
        "/etc/boot exited with status 0",
        "ending all processes",
        "/etc/boot starts again in 1 s",
        "signal 1 asks for the end of the stage",
        "ending /etc/boot",
        "/etc/boot was killed by signal 15",
        "running /etc/reboot",
        "/etc/boot starts again in 2 s",
        "/etc/boot exited with status 0",
        "powering off",
      ),
    "with a TERM that the kernel was given": (told) => assert.equal(told.one("term"), "vt102"),
    "and the machine ends when it is asked to": (told) => {
      assert.doesNotMatch(told.life.report, /never/);
      told.ended("power-off");
    },
  },
);

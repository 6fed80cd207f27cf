import assert from "node:assert/strict";
import { life } from "./life.js";

const BOOT = `#!/bin/sh
setsid service &
(until [ "$(cat /proc/$$/status /proc/$!/status | grep -c '^State:.T')" = 2 ]; do sleep 0.1; done
poweroff) &
kill -STOP $$
report never reached
`;

life(
  "a stage that is stopped",
  {
    files: { "/etc/boot": BOOT, "/bin/service": "#!/bin/sh\ntrap 'report service ended; exit' TERM\nkill -STOP $$\n" },
  },
  {
    "is continued, and so ends by the TERM": (told) =>
      told.logged("signal 12 asks for power-off", "ending /etc/boot", "/etc/boot was killed by signal 15"),
    "does not go on": (told) => assert.doesNotMatch(told.life.report, /never/),
    "has its stopped services continued, too": (told) => assert.equal(told.one("service"), "ended"),
    "takes no grace period": (told) =>
      assert.ok(!told.log().some((line) => line.includes("not all have ended")), told.log().join("\n")),
    "does not keep the machine on": (told) => told.ended("power-off"),
  },
);

import assert from "node:assert/strict";
import { life } from "./life.js";

const BOOT = `#!/bin/sh
if [ -e /again ]; then report full "$(stat -fc %f /)"; reboot; sleep 1000; fi
touch /again
dd if=/dev/zero of=/fill bs=1M
dd if=/dev/zero of=/fill-what-is-left bs=1
`;

life(
  "a RAM disk that is full",
  { files: { "/etc/boot": BOOT, "/etc/reboot": "#!/bin/sh\nreport reboot here\n" }, memory: 160 },
  {
    "still runs its stages": (told) => {
      assert.equal(told.one("full"), "0");
      assert.deepEqual(told.all("reboot"), ["here", "here"]);
    },
    "is told of by who wrote to it": (told) =>
      assert.match(told.life.console, /\] dd: error writing '\/fill': No space left on device$/m),
    "starts userland again": (told) => told.logged("/etc/boot exited with status 1", "/etc/boot starts again in 1 s"),
    "restarts when it is asked to": (told) => {
      told.logged("signal 15 asks for a restart", "ending all processes", "syncing", "restarting");
      told.ended("reboot");
    },
  },
);

import assert from "node:assert/strict";
import { life } from "./life.js";

const BOOT = `#!/bin/sh
cgroup=/sys/fs/cgroup
echo +pids >$cgroup/cgroup.subtree_control
mkdir $cgroup/bomb
echo 40 >$cgroup/bomb/pids.max
sh -c "echo 0 >$cgroup/bomb/cgroup.procs; exec setsid bomb" 2>/dev/null &
until grep -q 'max [1-9]' $cgroup/bomb/pids.events; do sleep 0.1; done
report refused "$(cat $cgroup/bomb/pids.events)"
poweroff
sleep 1000
`;

life(
  "a fork bomb, held by the limit of its cgroup",
  { files: { "/etc/boot": BOOT, "/bin/bomb": "#!/bin/sh\nwhile :; do bomb & done\n" } },
  {
    "has gone off": (told) => assert.match(told.one("refused"), /^max [1-9]/),
    "does not keep PID 1 from heeding a signal": (told) =>
      told.logged("signal 12 asks for power-off", "/etc/boot was killed by signal 15"),
    "is ended, all of it": (told) => {
      told.logged("ending all processes", "syncing");
      assert.ok(!told.log().some((line) => line.includes("can't be killed")));
    },
    "does not keep the machine on": (told) => {
      told.logged("powering off");
      told.ended("power-off");
    },
  },
);

/** What becomes of lines that are written to /dev/kmsg straight, and of those that `/proc/1/exe --log` relays to it. */
import assert from "node:assert/strict";
import { life, type Told } from "./life.js";
import { trappingOnce } from "./module.js";

const LINES = Array.from({ length: 300 }, (_, n) => `line ${n + 1} of 300`);
const LONG = Array.from({ length: 400 }, (_, n) => `word${n}`).join(" ");
const SHORT = Array.from({ length: 100 }, (_, n) => `short ${n}`); // of which all fit in one write

// busybox's dmesg reads the log by syslog(2). A cat of a file is one write, and so is a printf.
const STRAIGHT = `#!/bin/sh
cat /lines >&2 2>/dev/null || report refused lines
for size in 976 1025; do
  head -c $((size - 1)) /dev/zero | tr '\\0' = >/sized
  echo >>/sized
  cat /sized >&2 2>/dev/null && report accepted $size
done
cat /short >&2
printf '<5>first\\n<3>second\\n' >&2
printf 'before\\0after\\n' >&2
echo none >&2
printf held >&2
dmesg | grep -c ' held' | report held
echo next >&2
dmesg | grep -c ' held' | report held
dmesg -r >/straight
grep -c ' line [0-9]* of 300' /straight | report lines
grep -c ' short [0-9]' /straight | report short
sed -n 's/^<\\([0-9]*\\)>.*] \\(first\\|<3>second\\|before.*\\|none\\)$/\\1 \\2/p' /straight | report straight
dmesg -c >/dev/null

/proc/1/exe --log cat cat /lines
/proc/1/exe --log long cat /long
/proc/1/exe --log levels printf '<5>first\\n<3>second\\nbefore\\0after\\nlast'
printf 'piped\\n' | /proc/1/exe --log pipe
while pidof exe >/dev/null; do sleep 0.1; done
dmesg -r >/relayed
sed -n 's/^<14>.*] cat: //p' /relayed | report cat
sed -n 's/^<14>.*] long: //p' /relayed | report long
sed -n 's/^<\\([0-9]*\\)>.*] \\(levels\\|pipe\\): /\\1 /p' /relayed | report levels
touch /poweroff
`;

// There is room for a command and for what starts its relay, but for no relay.
const CROWDED = `#!/bin/sh
cgroup=/sys/fs/cgroup
echo +pids >$cgroup/cgroup.subtree_control
mkdir $cgroup/full
echo 2 >$cgroup/full/pids.max
sh -c "echo \\$\\$ >$cgroup/full/cgroup.procs; exec /proc/1/exe --log crowded echo to the console"
touch /poweroff
`;

life(
  "lines for a relay that can't be started",
  { files: { "/etc/boot": CROWDED } },
  {
    "go where they would have gone, and the log tells why": (told) => {
      told.logged("can't relay the lines of crowded: Resource temporarily unavailable");
      assert.match(told.printed(), /^to the console$/m);
    },
  },
);

life(
  "lines written to /dev/kmsg",
  {
    files: {
      "/etc/boot": STRAIGHT,
      "/lines": LINES.join("\n") + "\n",
      "/long": LONG + "\n",
      "/short": SHORT.join("\n") + "\n",
    },
    append: "log_buf_len=1M",
  },
  {
    "straight, 300 at once, are refused and lost": (told) => {
      assert.equal(told.one("refused"), "lines");
      assert.equal(told.one("lines"), "0");
    },
    "straight, are accepted up to 976 bytes a write by any kernel, and over 1024 by none": (told) =>
      assert.equal(told.one("accepted"), "976"),
    "straight, many in one write, are one record, of which dmesg shows a part": (told) => {
      const shown = Number(told.one("short"));
      assert.ok(shown > 1 && shown < SHORT.length, `${shown} of ${SHORT.length}`);
    },
    "straight, have the level of the first, end at a 0, and have level 4 without one": (told) =>
      assert.deepEqual(told.all("straight"), ["13 first", "13 <3>second", "12 before", "12 none"]),
    "straight, are not shown before the next, without a newline": (told) =>
      assert.deepEqual(told.all("held"), ["0", "1"]),
    "by a relay, are all there, each by itself": (told) => assert.deepEqual(told.all("cat"), LINES),
    "by a relay, are wrapped if they are long": (told) => {
      const pieces = told.all("long");
      assert.equal(pieces.length, Math.ceil(LONG.length / (976 - "<6>long: \n".length)));
      assert.equal(pieces.join(""), LONG);
    },
    "by a relay, keep their levels, and are whole": (told) =>
      assert.deepEqual(told.all("levels"), ["13 first", "11 second", "14 before after", "14 last", "14 piped"]),
    "leave a machine that powers off": (told) => told.ended("power-off"),
  },
);

/** Lines of the log that a relay wrote under `name`, or /init did. */
function logOf(told: Told, name: string): string[] {
  return told.life.console.split("\n").flatMap((line) => RegExp(`\\] ((init|${name}): .*)$`).exec(line)?.[1] ?? []);
}

// The services are in sessions of their own: they are ended with all processes, and the stage before.
const SERVICE = `#!/bin/sh
trap 'echo "last words of the service"; exit' TERM
: >/ready
while :; do sleep 0.1; done
`;
const STAGE = `#!/bin/sh
trap 'sleep 0.3; echo "last words of the stage"; exit 3' TERM
echo "pid $$ of $PPID"
setsid /proc/1/exe --log service service &
until [ -e /ready ]; do sleep 0.1; done
poweroff
while :; do sleep 0.1; done
`;

life(
  "a stage behind a relay",
  {
    files: {
      "/etc/boot": "#!/bin/sh\nexec /proc/1/exe --log stage stage\n",
      "/bin/stage": STAGE,
      "/bin/service": SERVICE,
    },
  },
  {
    "is PID 1's child, which knows how it ended": (told) => {
      assert.match(logOf(told, "stage").join("\n"), /^stage: pid \d+ of 1$/m);
      told.logged("ending /etc/boot", "/etc/boot exited with status 3");
    },
    "says its last words, and so do services behind relays of their own, under both names": (told) => {
      const log = logOf(told, "stage");
      const at = ["stage: last words of the stage", "stage: service: last words of the service"].map((line) =>
        log.indexOf(line),
      );
      assert.ok(log.indexOf("init: ending /etc/boot") < at[0], log.join("\n"));
      assert.ok(log.indexOf("init: ending all processes") < at[1], log.join("\n"));
      for (const place of at) assert.ok(place < log.indexOf("init: syncing"), log.join("\n"));
    },
    "takes no grace period": (told) =>
      assert.ok(!told.log().some((line) => line.includes("not all have ended")), told.log().join("\n")),
    "does not keep the machine on": (told) => told.ended("power-off"),
  },
);

const TICKS = Array.from({ length: 30 }, (_, n) => `tick ${n + 1}`);

life(
  "a trap of the logic",
  {
    init: trappingOnce("traps-beside-relay"),
    files: {
      "/etc/boot": "#!/bin/sh\n/proc/1/exe --log clock clock\npoweroff\nsleep 1000\n",
      "/bin/clock": "#!/bin/sh\nfor n in $(seq 30); do echo tick $n; sleep 0.1; done\n",
    },
  },
  {
    "keeps no line from the log": (told) => {
      told.logged("the logic has ended: Exception: unreachable", "signal 12 asks for power-off");
      const log = logOf(told, "clock");
      assert.deepEqual(
        log.flatMap((line) => /^clock: (.*)/.exec(line)?.[1] ?? []),
        TICKS,
      );
      const trap = log.indexOf("init: the logic has ended: Exception: unreachable");
      assert.ok(trap >= 0 && trap < log.indexOf("clock: tick 30"), log.join("\n"));
    },
    "leaves a machine that powers off": (told) => told.ended("power-off"),
  },
);

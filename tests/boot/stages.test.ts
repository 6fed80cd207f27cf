import assert from "node:assert/strict";
import { life, type Told } from "./life.js";

// What /etc/boot was given shows in its own /proc: its children may have been given something else by the shell.
const BOOT = `#!/bin/sh
self=/proc/$$
ls $self/fd >/descriptors
for fd in $(cat /descriptors); do
  report fd "$fd $(readlink $self/fd/$fd) $(sed -n 's/^flags:[[:space:]]*//p' $self/fdinfo/$fd)"
done
tr '\\0' '\\n' <$self/environ | report environ
tr '\\0' '\\n' <$self/cmdline | report cmdline
report stat "$(cut -d ' ' -f 4-7 $self/stat) pid $$"
report cwd "$(readlink $self/cwd)"
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

// The shell ignores a signal of itself, awk does not.
const REBOOT = `#!/bin/awk -f
BEGIN { while ((getline <"/proc/self/status") > 0) if (/^Sig(Blk|Ign)/) print $1 $2 | "report signals" }
`;

const O_ACCMODE = 0o3;
const O_RDWR = 0o2;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

/** What was inherited: the shell opens the script and more, as close-on-exec, and has closed some by now. */
function streams(told: Told): string[] {
  return told.all("fd").filter((line) => {
    const [, path, flags] = line.split(" ") as [string, string, string];
    return path && !(parseInt(flags, 8) & O_CLOEXEC);
  });
}

life(
  "a stage",
  { files: { "/etc/boot": BOOT, "/etc/reboot": REBOOT }, append: "WORD=from-the-kernel" },
  {
    "has the standard streams and no other descriptor": (told) =>
      assert.deepEqual(
        streams(told).map((line) => line.replace(/ \d+$/, "")),
        ["0 /dev/null", "1 /dev/console", "2 /dev/kmsg"],
      ),
    "has streams that block, for reading and writing": (told) => {
      for (const line of streams(told)) {
        const flags = parseInt(line.split(" ")[2]!, 8);
        assert.equal(flags & O_ACCMODE, O_RDWR, line);
        assert.equal(flags & O_NONBLOCK, 0, line);
      }
    },
    "writes to the console and to the log": (told) => {
      assert.match(told.printed(), /^this goes to the console$/m);
      assert.match(told.life.console, /\] this goes to the log$/m);
      assert.equal(told.one("read"), "0");
    },
    "has TERM, PATH, and what the kernel was given": (told) => {
      const environ = told.all("environ");
      assert.ok(environ.includes("TERM=linux"), environ.join("\n"));
      assert.ok(environ.includes("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
      assert.ok(environ.includes("WORD=from-the-kernel"), environ.join("\n"));
    },
    "has itself as only argument": (told) => assert.deepEqual(told.all("cmdline"), ["/bin/sh", "/etc/boot"]),
    "leads a session that has no terminal": (told) => {
      const [parent, group, session, terminal, , pid] = told.one("stat").split(" ");
      assert.deepEqual({ parent, group, session, terminal }, { parent: "1", group: pid, session: pid, terminal: "0" });
    },
    "has no signal blocked or ignored": (told) =>
      assert.deepEqual(told.all("signals"), ["SigBlk:0000000000000000", "SigIgn:0000000000000000"]),
    "starts in /": (told) => assert.equal(told.one("cwd"), "/"),
    "leaves its orphans to PID 1, which reaps them": (told) => assert.equal(told.one("zombies"), "0"),
    "has the same streams as PID 1, which has no others and no terminal": (told) => {
      assert.deepEqual(told.all("init-fd"), ["/dev/null", "/dev/console", "/dev/kmsg"]);
      assert.equal(told.one("init-tty"), "0");
    },
    "ends, and the machine powers off": (told) => told.ended("power-off"),
  },
);

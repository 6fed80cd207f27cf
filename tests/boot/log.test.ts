import assert from "node:assert/strict";
import { life, type Told } from "./life.js";

const BOOT = `#!/bin/sh
for n in $(seq 40); do echo "burst $n" >&2; done
for n in $(seq 40); do echo "<5>second $n" >&2; done & wait
dmesg -r >/dmesg
sed -n 's/^.*] burst //p' /dmesg | report burst
sed -n 's/^.*] second //p' /dmesg | report second
grep '] init: ' /dmesg | report raw
if [ -e /again ]; then touch /poweroff; exit 0; fi
touch /again
exit 3
`;

/** A line as the kernel keeps it: its level, without the facility that the kernel added to it. */
function raw(told: Told): string[] {
  return told.all("raw").map((line) => {
    const [, priority, text] = /^<(\d+)>\[ *[0-9.]+\] (.*)$/.exec(line)!;
    return `<${Number(priority) & 7}>${text}`;
  });
}

const FORTY = Array.from({ length: 40 }, (_, n) => `${n + 1}`);

life(
  "the log",
  // A /tmp that can't be given its mode makes the set-up fail in one point.
  { files: { "/etc/boot": BOOT, "/tmp": { link: "nowhere" }, "/nowhere": { link: "nothing/there" } } },
  {
    "has all 40 lines that a service wrote at once": (told) => assert.deepEqual(told.all("burst").slice(0, 40), FORTY),
    "has all 40 lines that another service wrote, too": (told) =>
      assert.deepEqual(told.all("second").slice(0, 40), FORTY),
    "begins with the version": (told) => assert.match(raw(told)[0]!, /^<6>init: wasinit \d+\.\d+\.\d+$/),
    "tells with level 4 what of the set-up failed, before all else": (told) =>
      assert.equal(raw(told)[1], "<4>init: chmod /tmp: No such file or directory"),
    "tells with level 6 what /init does": (told) => assert.equal(raw(told)[2], "<6>init: running /etc/boot"),
    "tells with level 3 what failed later": (told) =>
      assert.ok(raw(told).includes("<3>init: /etc/boot exited with status 3"), raw(told).join("\n")),
    "tells each thing in a line of its own": (told) =>
      told.logged(
        "chmod /tmp: No such file or directory",
        "running /etc/boot",
        "/etc/boot exited with status 3",
        "ending all processes",
        "/etc/boot starts again in 1 s",
        "running /etc/boot",
        "/etc/boot exited with status 0",
        "ending all processes",
        "syncing",
        "powering off",
      ),
    "ends with the power-off": (told) => told.ended("power-off"),
  },
);

/** A million orphans die in a machine, of any architecture: PID 1 is in the end what it was after the first thousand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Told } from "../boot/life.js";
import { boot } from "../boot/qemu.js";
import { program } from "../programs.js";

const CYCLES = Number(process.env.CYCLES ?? 1_000_000);
const WARM = 1000; // orphans, after which nothing may grow any more
const HOURS = 6; // that it may take

const BOOT = `#!/bin/sh
state() {
  sleep 1
  grep -hsE '^(VmSize|VmPeak|Threads|Rss|Pss|Private_Dirty):' /proc/1/status /proc/1/smaps_rollup | tr -s '\\t ' ' '
  echo "mappings $(wc -l </proc/1/maps)"
  echo "descriptors $(ls /proc/1/fd | wc -l)"
  echo "zombies $(cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z 1 ')"
  echo "children $(cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') [RSD] 1 ')"
}
orphans ${WARM}
state | report before
orphans ${CYCLES - WARM}
state | report after
touch /poweroff
`;

test("orphans that die under the shipped /init, in a machine", async () => {
  const files = { "/etc/boot": BOOT, "/bin/orphans": { copy: program("host/orphans") } };
  const told = new Told(await boot({ files, seconds: HOURS * 3600 }));
  told.check(() => {
    const [before, after] = [told.all("before"), told.all("after")];
    for (const [at, line] of before.entries()) console.log(`  ${line} -> ${after[at]}`);
    assert.ok(before.length >= 7, before.join("\n"));
    assert.deepEqual(after, before);
    assert.ok(before.includes("zombies 0"));
    assert.doesNotMatch(told.log().join("\n"), /the logic has ended/);
    told.ended("power-off");
  });
});

/** The end of a machine does not depend on how many mounts there are, nor on their names. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { run } from "./v8.js";

const MANY_CALLS = 50_000; // The list of 20,000 is read by a page.

const FORCED = [
  "log <6>init: a disk is in use, making all read-only by force",
  "log <6>init: /data stays mounted, read-only",
  "-- the child exits",
];

/** The life of the child that finds these mounts, and a disk that is in use. */
function lines(mounts: string): string[] {
  const directives = `
    stage /etc/boot exits 0 after 100 s
    file /poweroff
    file /proc/sysrq-trigger
    ${mounts}
    disk /dev/sda1 on /data
    fail mount /data EBUSY
    fail umount2 /data EBUSY
    follow the child`;
  const { trace } = run(directives, () => 0, MANY_CALLS);
  return trace.filter((line) => FORCED.includes(line) || line === trace.at(-1));
}

describe("a disk in use is made read-only", () => {
  test("beside 20,000 mounts with names of 130 bytes", () =>
    assert.deepEqual(lines("20000 mounts of 130 bytes"), FORCED));

  test("beside thousands of disks that stay mounted, too", () => {
    const { trace } = run(`
      stage /etc/boot exits 0 after 100 s
      file /poweroff
      file /proc/sysrq-trigger
      ${Array.from({ length: 200 }, (_, n) => `disk /dev/sd${n} 8:${n} on /srv/${n}`).join("\n")}
      fail umount2 EBUSY
      follow the child`);
    const stay = trace.filter((line) => line.endsWith(" stays mounted, read-only"));
    assert.equal(stay.length, 200);
    assert.equal(trace.at(-1), "-- the child exits");
  });

  test("that has a name which no system call takes", () => {
    const { trace } = run(`
      stage /etc/boot exits 0 after 100 s
      file /poweroff
      file /proc/sysrq-trigger
      disk /dev/sda1 on /${"x".repeat(5000)}
      follow the child`);
    assert.ok(trace.includes(FORCED[0]));
    assert.ok(trace.includes(`log <6>init: /${"x".repeat(4095)} stays mounted, read-only`));
  });
});

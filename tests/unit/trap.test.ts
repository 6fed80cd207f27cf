/** After a trap: the simulated kernel goes on as Linux and the host do, and the shipped logic gets out of what it was in. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "../../npm/testing/scenario.js";
import { TRAP, live } from "../../npm/testing/simulator.js";
import { SCENARIOS } from "./harness.js";
import { source } from "./policies.js";
import { run } from "./v8.js";

test("files, mounts, the command line and the time are as they were, and no descriptor is left open", async () => {
  const policy = await source(
    "world",
    `import { info, look, now, option } from "wasinit";
     import { O_CLOEXEC, O_RDONLY, RB_POWER_OFF, open, reboot, sigtimedwait, unlink } from "wasinit/linux";
     export function boot(): void {
       const mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC, 0);
       info("name is %s", option("name"));
       info("/init: %d", null, look("/init"));
       info("descriptor %d", null, mounts);
       info("at %d", null, now());
       unlink("/init");
       sigtimedwait(0, 5000);
       reboot(RB_POWER_OFF);
     }`,
  );
  const directives = "file /proc/cmdline holds name=value\\n\nno descriptors\n";
  const last = live(policy, directives).calls.length - 1;
  const { trace } = live(policy, directives, { fault: (call) => (call === last ? TRAP : 0) });
  const told = (text: string) =>
    trace.filter((line) => line.startsWith(`log <6>init: ${text}`)).map((line) => line.slice(13));
  assert.deepEqual(told("name"), ["name is value", "name is value"]);
  assert.deepEqual(told("/init"), ["/init: 0", "/init: -2"]);
  assert.deepEqual(told("at"), ["at 0", "at 5000"]);
  assert.deepEqual(told("descriptor"), ["descriptor 0", "descriptor 1"], "the standard streams stay as they are");
  assert.equal(trace.at(-1), "-- the machine powers off");
});

test("a hand-over to a new root goes on, or the machine restarts once there is no way back, whichever call traps", () => {
  const file = readFileSync(join(SCENARIOS, "newroot-is-handed-over-to.txt"), "utf8");
  const directives = parse(file).directives.replace(/^trace .*$/m, "");
  const { calls } = run(directives);
  const chroot = calls.map(({ name }) => name).lastIndexOf("chroot");
  for (const [n, { text }] of calls.entries()) {
    const { trace } = run(directives, (call) => (call === n ? TRAP : 0));
    const end = n > chroot ? "-- the machine restarts" : "-- the machine goes on as /newroot/sbin/init";
    assert.equal(trace.at(-1), end, `call ${n}, ${text}`);
    assert.equal(trace.includes("log <6>init: restarting"), n > chroot);
  }
});

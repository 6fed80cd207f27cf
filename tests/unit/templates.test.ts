/** The policies of npm/templates: whenever a signal comes, the machine ends as it asks. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { compile } from "../../npm/compiler/compile.js";
import { type Policy, prepare } from "../../npm/compiler/policy.js";
import { live } from "../../npm/testing/simulator.js";
import { PROJECT } from "../arch.js";

const SIGNALS = {
  SIGUSR2: [12, "the machine powers off"],
  SIGUSR1: [10, "the machine halts"],
  SIGTERM: [15, "the machine restarts"],
  SIGINT: [2, "the machine restarts"],
} as const;

const SERVICES = "seatd compositor browser application"
  .split(" ")
  .map((name) => `program /usr/bin/${name} runs for ever\n`)
  .join("");
const WATCHDOG = "file /dev/watchdog\n";
const NEW_KERNEL = "file /kernel is a bzImage of 20480 bytes\nfile /kernel.initramfs is a cpio of 3 files\n";

/** What happens in a life of each template, unless a signal comes; and what a restart is then, if it is none. */
const LIVES: [template: string, what: string, directives: string, restart?: string][] = [
  ["default", "stages", "stage /etc/boot exits 1 after 2 s\nstage /etc/reboot exits 0 after 1 s\n"],
  ["default", "a new kernel", `stage /etc/boot runs for ever\n${NEW_KERNEL}`, "the new kernel starts"],
  ["microvm", "a worker that ends", "program /usr/bin/worker exits 3 after 5 s\n"],
  ["microvm", "a worker that does not", "program /usr/bin/worker runs for ever\n"],
  ["microvm", "a host that is slow", "file /proc/cmdline holds vsock=9000\nthe child exits 0 after 1 s\n"],
  ["kiosk", "services", `${SERVICES}${WATCHDOG}file /run/wayland-0\n`],
  ["kiosk", "a compositor that is late", `${SERVICES}${WATCHDOG}`],
  ["kiosk", "a shell", `file /proc/cmdline holds rescue=1\nprogram /bin/sh exits 0 after 5 s\n${SERVICES}${WATCHDOG}`],
  ["kiosk", "a slow disk", `file /proc/cmdline holds rescue=1\nthe child exits 0 after 1 s\n${WATCHDOG}`],
  ["diskless", "a disk", "program /sbin/modprobe exits 0 after 5 s\nfile /newroot/sbin/init\n"],
  ["diskless", "a slow disk", "file /sbin/modprobe\nthe child exits 0 after 1 s\n"],
  [
    "diskless",
    "no disk",
    "fail mount /below ENXIO\nprogram /sbin/modprobe exits 0 after 5 s\nprogram /bin/sh runs for ever\n",
  ],
  ["diskless", "a shell", "fail mount /below ENXIO\nprogram /bin/sh exits 0 after 5 s\n"],
  ["update", "an application", `${SERVICES}${WATCHDOG}file /run/healthy\n`],
  ["update", "a new kernel", `${SERVICES}${WATCHDOG}${NEW_KERNEL}`, "the new kernel starts"],
  ["update", "a new kernel that is none", `${SERVICES}${WATCHDOG}file /kernel\n`],
];

async function load(template: string): Promise<Policy> {
  return prepare((await compile(join(PROJECT, "npm/templates", template, "init.ts"))).wasm);
}

/**
 * The numbers of the calls by which PID 1, and none of its children, takes a signal; but for those of an end that was not
 * asked for, and goes on.
 */
function waitsOf(policy: Policy, directives: string): number[] {
  const { calls, all } = live(policy, directives);
  const end = all.findIndex((line) => line.endsWith("init: syncing"));
  const lines = all.slice(0, end < 0 ? undefined : end).filter((line) => line.includes("sigtimedwait("));
  const waits = calls.flatMap(({ name }, call) => (name === "sigtimedwait" ? [call] : []));
  const unfinished = end < 0 ? waits.slice(-1) : []; // The life's last may be cut off: it has no line.
  return [...new Set([...waits.filter((_, n) => lines[n]?.startsWith("sigtimedwait")), ...unfinished])];
}

describe("whenever a signal comes, the machine ends as it asks, in the template", () => {
  for (const [template, what, directives, restart] of LIVES) {
    test(`${template}, with ${what}`, async () => {
      const policy = await load(template);
      const waits = waitsOf(policy, `${directives}until 8 s\n`);
      assert.notEqual(waits.length, 0);
      for (const [name, [signal, end]] of Object.entries(SIGNALS)) {
        for (const wait of waits) {
          // A call that fails returns what is below 0: this one returns the signal.
          const { all } = live(policy, `${directives}until 60 s\n`, { fault: (call) => (call === wait ? -signal : 0) });
          const expected = end === "the machine restarts" ? (restart ?? end) : end;
          assert.ok(all.at(-1)!.startsWith(`-- ${expected}`), `${name} at call ${wait}:\n${all.slice(-40).join("\n")}`);
        }
      }
    });
  }
});

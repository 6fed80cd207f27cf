/** A machine whose init records its life: replayed on this computer, it traps at the same line. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PROJECT, built } from "../arch.js";
import { writeHost } from "../host/modules.js";
import { REPORT } from "./devices.js";
import { type Machine, boot } from "./qemu.js";

const POLICY = `import { powerOff, run, setUp } from "wasinit";

const WORDS: string[] = ["well", "ill"];

export function boot(): void {
  setUp();
  const status = run("/bin/service");
  powerOff(WORDS[status].length); // traps
}
`;

const LINE = POLICY.split("\n").findIndex((line) => line.includes("// traps")) + 1;
const COMMAND = join(PROJECT, "build/npm/main.js");

const work = mkdtempSync(join(tmpdir(), "wasinit-"));
after(() => rmSync(work, { recursive: true }));

const [policy, module, init] = ["init.ts", "init.wasm", "init"].map((name) => join(work, name));

before(() => {
  writeFileSync(policy, POLICY);
  execFileSync(process.execPath, [COMMAND, "compile", policy, "-o", module]);
  writeHost(init, readFileSync(module), [], built("recorder"));
});

const TRAPPED = /init: the logic has ended: Exception: unreachable/;
const RECORDED = /record: \d+ end ".*/;

/** Boots it, and waits for its trap, and the end of its trace. */
async function record(append: string, isSeen: (machine: Machine) => Promise<unknown>) {
  return boot({
    init: { copy: init },
    files: { "/bin/service": "#!/bin/sh\nexit 3\n" },
    append,
    meanwhile: async (machine) => {
      await machine.shows(TRAPPED);
      await isSeen(machine);
      machine.quits();
    },
  });
}

/** Lives it again, to the line in the sources where it trapped. */
function replay(text: string): void {
  const trace = join(work, "life.trace");
  writeFileSync(trace, text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, "replay", trace, policy], {
    cwd: work,
    encoding: "utf8",
  });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" }, stdout + text);
  assert.match(stdout, /^\d+ calls, then it trapped: unreachable \(Index out of range\)$/m);
  assert.match(stdout, new RegExp(`^    at boot \\(init\\.ts:${LINE}:\\d+\\)$`, "m"));
}

test("a trap on a machine is replayed, from what it wrote to a serial port", async () => {
  const { report } = await record(`record=/dev/${REPORT}`, (machine) => machine.reports(RECORDED));
  replay(report);
});

test("a trap on a machine is replayed, from its log", async () => {
  const append = "record=/dev/kmsg printk.devkmsg=on ignore_loglevel";
  replay((await record(append, (machine) => machine.shows(RECORDED))).console);
});

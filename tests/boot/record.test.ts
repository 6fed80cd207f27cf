/** A machine whose init records its life to a serial port: replayed on this computer, it traps at the same line. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PROJECT, built } from "../arch.js";
import { writeHost } from "../host/modules.js";
import { REPORT } from "./devices.js";
import { boot } from "./qemu.js";

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

test("a trap on a machine is replayed, to its line in the sources", async () => {
  const [policy, module, init, trace] = ["init.ts", "init.wasm", "init", "life.trace"].map((name) => join(work, name));
  writeFileSync(policy, POLICY);
  execFileSync(process.execPath, [COMMAND, "compile", policy, "-o", module]);
  writeHost(init, readFileSync(module), [], built("recorder"));
  const { report, console } = await boot({
    init: { copy: init },
    files: { "/bin/service": "#!/bin/sh\nexit 3\n" },
    append: `record=/dev/${REPORT}`,
    meanwhile: async (machine) => {
      await machine.shows(/init: the logic has ended/);
      await machine.reports(/record: \d+ end ".*/);
      machine.quits();
    },
  });
  assert.match(console, /init: the logic has ended: Exception: unreachable/);
  writeFileSync(trace, report);
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, "replay", trace, policy], {
    cwd: work,
    encoding: "utf8",
  });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" }, stdout + report);
  assert.match(stdout, /^\d+ calls, then it trapped: unreachable \(Index out of range\)$/m);
  assert.match(stdout, new RegExp(`^    at boot \\(init\\.ts:${LINE}:\\d+\\)$`, "m"));
});

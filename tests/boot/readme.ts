/** What the README shows of a machine. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./qemu.js";

export interface Mount {
  source: string;
  target: string;
  type: string;
  options: string[];
}

/** A line of /proc/mounts. */
export function mountOf(line: string): Mount {
  const [source, target, type, options] = line.split(" ");
  assert.ok(source && target && type && options, line);
  return { source, target, type, options: options.split(",") };
}

/** The file systems that PID 1 mounts. */
export const MOUNTS = (() => {
  const [, block] =
    /^# cat \/proc\/mounts\n([^]*?)^```$/m.exec(readFileSync(join(REPOSITORY, "README.md"), "utf8")) ?? [];
  assert.ok(block, "the README shows no /proc/mounts");
  return block.trim().split("\n").map(mountOf);
})();

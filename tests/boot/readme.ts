/** What the README shows of a machine. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../arch.js";

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
  const [, block] = /^# cat \/proc\/mounts\n([^]*?)^```$/m.exec(readFileSync(join(PROJECT, "README.md"), "utf8")) ?? [];
  assert.ok(block, "the README shows no /proc/mounts");
  return block.trim().split("\n").map(mountOf);
})();

/**
 * Asserts that a file system is mounted as the README shows it. A newer kernel gives the root another name, and puts
 * options of its own behind the others or between them.
 * @param lines of /proc/mounts.
 */
export function assertMounted(lines: string[], mount: Mount): void {
  const found = lines.map(mountOf).filter(({ target }) => target == mount.target);
  const older = found.map(({ source, options, ...rest }) => ({
    ...rest,
    source: source == "rootfs" ? "none" : source,
    options: options.filter((option) => !/^(size|nr_inodes|inode|mode=755)/.test(option)),
  }));
  assert.deepEqual(older, [mount]);
}

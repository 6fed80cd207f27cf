/** The groups of kernel/config, which README.md quotes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../arch.js";

export interface Group {
  name: string;
  /** Its options, as they stand in kernel/config. */
  text: string;
}

export const GROUPS: Group[] = readFileSync(join(PROJECT, "kernel/config"), "utf8")
  .split(/^# group /m)
  .slice(1)
  .map((section) => ({ name: /^[^:]*/.exec(section)![0], text: section.replace(/^.*\n/, "").trim() }));

/** The configuration without a group. */
export function without(name: string): string {
  assert.ok(
    GROUPS.some((group) => group.name == name),
    `kernel/config has no group "${name}"`,
  );
  return GROUPS.filter((group) => group.name != name)
    .map(({ text }) => `${text}\n`)
    .join("");
}

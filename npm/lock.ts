/** wasinit.lock: which imports each policy of a directory may have, so that what PID 1 gains is seen when code is reviewed. */
import { existsSync, readFileSync } from "node:fs";
import { Complaint } from "./complaint.js";
import { writeWhole } from "./files.js";

export const LOCK = "wasinit.lock";

/** The imports of each policy, by the name of its file. */
type Lock = Record<string, string[]>;

function isLock(value: unknown): value is Lock {
  const isNames = (names: unknown) => Array.isArray(names) && names.every((name) => typeof name === "string");
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isNames);
}

function read(path: string): Lock {
  if (!existsSync(path)) return {};
  try {
    const lock: unknown = JSON.parse(readFileSync(path, "utf8").replace(/^\ufeff/, "")); // as editors on Windows write it
    if (isLock(lock)) return lock;
  } catch (error) {
    throw new Complaint(`${path} can't be read: ${(error as Error).message}`);
  }
  throw new Complaint(`${path} is no lock: it has not the imports of policies, by their names`);
}

/**
 * Compares what a policy imports with its lock, which is written if the policy is new to it or `update` is set.
 * @param path that of the lock.
 * @returns the imports that the lock has, and the policy no longer needs.
 * @throws Complaint, if the policy would gain some.
 */
export function checkLock(path: string, policy: string, imports: string[], update: boolean): string[] {
  const lock = read(path);
  const before = lock[policy];
  if (!before || update) {
    const sorted = Object.entries({ ...lock, [policy]: imports }).sort(([a], [b]) => (a < b ? -1 : 1));
    writeWhole(path, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
    return [];
  }
  const gained = imports.filter((name) => !before.includes(name));
  if (gained.length) {
    throw new Complaint(
      `${policy} would gain ${gained.join(", ")}, which ${path} does not have.\nIf that is meant: wasinit build --update-lock ${policy}`,
    );
  }
  return before.filter((name) => !imports.includes(name));
}

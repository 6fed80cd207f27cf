/** wasinit.lock: which imports each policy of a directory may have, so that what PID 1 gains is seen when code is reviewed. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Complaint } from "../base/complaint.js";

export const LOCK = "wasinit.lock";

/** The imports of each policy, by the name of its file. */
type Lock = Record<string, string[]>;

function isLock(value: unknown): value is Lock {
  const isNames = (names: unknown) => Array.isArray(names) && names.every((name) => typeof name === "string");
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isNames);
}

function parse(path: string, text: string): Lock {
  let lock: unknown;
  try {
    lock = JSON.parse(text.replace(/^\ufeff/, "")); // as editors on Windows write it
  } catch (error) {
    throw new Complaint(`${path} can't be read: ${(error as Error).message}`);
  }
  if (isLock(lock)) return lock;
  throw new Complaint(`${path} is no lock: it has not the imports of policies, by their names`);
}

const updating = (path: string, policy: string) => `wasinit build --update-lock ${join(dirname(path), policy)}`;

/** @param update whether one that is empty, or that a merge has left broken, is to be written anew: then it has nothing. */
function read(path: string, policy: string, update: boolean): Lock {
  if (!existsSync(path)) return {};
  const text = readFileSync(path, "utf8");
  try {
    return parse(path, text);
  } catch (error) {
    if (update) return {};
    const { message } = error as Error;
    throw new Complaint(
      `${message}\nTo write it anew: ${updating(path, policy)}, and so for each other policy there.\nThen look at what that changes, as a review would, before it is committed.`,
    );
  }
}

/** How a policy and its lock compare. */
export interface Comparison {
  /** What the lock has, and the policy no longer needs. */
  unneeded: string[];
  /** What the lock is to be, if it is to be written. */
  text?: string;
}

/**
 * Compares what a policy imports with its lock, which is to be written if the policy is new to it or `update` is set.
 * @param path that of the lock.
 * @throws Complaint, if the policy would gain some.
 */
export function compareLock(path: string, policy: string, imports: string[], update: boolean): Comparison {
  const lock = read(path, policy, update);
  const before = lock[policy];
  if (!before || update) {
    const sorted = Object.entries({ ...lock, [policy]: imports }).sort(([a], [b]) => (a < b ? -1 : 1));
    return { unneeded: [], text: `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n` };
  }
  const gained = imports.filter((name) => !before.includes(name));
  if (gained.length) {
    throw new Complaint(
      `${policy} would gain ${gained.join(", ")}, which ${path} does not have.\nIf that is meant: ${updating(path, policy)}`,
    );
  }
  return { unneeded: before.filter((name) => !imports.includes(name)) };
}

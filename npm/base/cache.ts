/** What the command keeps, that it could make or fetch again: all of it may be removed at any time. */
import { mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { writeWhole } from "./files.js";

/** `wasinit` among the caches of this user. */
export function cacheDirectory(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const caches = process.platform === "win32" ? LOCALAPPDATA : XDG_CACHE_HOME;
  return join(caches || join(homedir(), ".cache"), "wasinit");
}

export function recall(name: string): Buffer | undefined {
  try {
    return readFileSync(join(cacheDirectory(), name));
  } catch {
    return undefined;
  }
}

export function remember(name: string, content: Uint8Array | string): void {
  const path = join(cacheDirectory(), name);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeWhole(path, content);
  } catch {
    // The disk is full, or can't be written to: it is made again next time.
  }
}

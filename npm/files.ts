/** Files are written whole or not at all, whatever happens meanwhile. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Complaint } from "./complaint.js";

/** What is to be removed if the command is ended while it writes. */
const unfinished = new Set<string>();

process.on("exit", () => unfinished.forEach((path) => rmSync(path, { force: true })));
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
] as const) {
  process.on(signal, () => process.exit(128 + number));
}

/** What an error of the system says, without the names of Node's functions. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message.replace(/^\w+: /, "").replace(/, \w+( '.*')?$/, "") + (code ? ` (${code})` : "");
}

/** Writes a file beside its place, and moves it there once all of it is on the disk. */
export function writeWhole(path: string, content: Uint8Array | string, mode = 0o644): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    unfinished.add(beside);
    const fd = openSync(beside, "w", mode);
    try {
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, path);
  } catch (error) {
    throw new Complaint(`${path} can't be written: ${reasonOf(error)}`);
  } finally {
    rmSync(beside, { force: true });
    unfinished.delete(beside);
  }
}

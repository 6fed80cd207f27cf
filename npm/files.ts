/** Files are written whole or not at all, whatever happens meanwhile. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
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
  return message.replace(/^\w+: /, "").replace(/, \w+( '[^]*')?$/, "") + (code ? ` (${code})` : "");
}

/** Writes a file beside its place, and moves it there once all of it is on the disk; yields behind each piece. */
function* writing(path: string, pieces: Iterable<Uint8Array | string>, mode: number): Generator<undefined, number> {
  const beside = `${path}.${process.pid}.tmp`;
  let size = 0;
  try {
    unfinished.add(beside);
    const fd = openSync(beside, "w", mode);
    try {
      for (const piece of pieces) {
        writeFileSync(fd, piece);
        size += piece.length;
        yield;
      }
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, path);
    return size;
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw new Complaint(`${path} can't be written: ${reasonOf(error)}`);
  } finally {
    rmSync(beside, { force: true });
    unfinished.delete(beside);
  }
}

export function writeWhole(path: string, content: Uint8Array | string, mode = 0o644): void {
  const written = writing(path, [content], mode);
  while (!written.next().done) continue;
}

/** Writes what is yet to be made, piece by piece; returns how many bytes there were. Ctrl-C is heeded between two pieces. */
export async function writePieces(path: string, pieces: Iterable<Uint8Array>, mode = 0o644): Promise<number> {
  const written = writing(path, pieces, mode);
  for (;;) {
    const { done, value } = written.next();
    if (done) return value;
    await setImmediate();
  }
}

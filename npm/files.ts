/** Files are written whole or not at all, whatever happens meanwhile. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Complaint } from "./complaint.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What is to be done if the command is ended meanwhile. */
const ends = new Set<() => void>();

process.on("exit", () => ends.forEach((act) => act()));

function end(signal: NodeJS.Signals): void {
  process.exit(128 + constants.signals[signal]);
}

/** Has something done when the command ends, by whatever signal; returns what takes that back. */
export function atEnd(act: () => void): () => void {
  // With nothing to be done a signal ends it at once: a handler would wait until the compiler is done.
  if (!ends.size) for (const signal of SIGNALS) process.on(signal, end);
  ends.add(act);
  return () => {
    ends.delete(act);
    if (!ends.size) for (const signal of SIGNALS) process.off(signal, end);
  };
}

/** What an error of the system says, without the names of Node's functions. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message.replace(/^\w+: /, "").replace(/, \w+( '[^]*')?$/, "") + (code ? ` (${code})` : "");
}

/** Writes a file beside its place, and moves it there once all of it is on the disk; yields behind each piece. */
function* writing(path: string, pieces: Iterable<Uint8Array | string>, mode: number): Generator<undefined, number> {
  const beside = `${path}.${process.pid}.tmp`;
  const remove = () => rmSync(beside, { force: true });
  const forget = atEnd(remove);
  let size = 0;
  try {
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
    remove();
    forget();
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

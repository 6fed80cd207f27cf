/** Files are read, or it is said why not; and written whole or not at all, whatever happens meanwhile. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Complaint, reasonOf } from "./complaint.js";
import { warn } from "./terminal.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What is to be done if the command is ended meanwhile. */
const ends = new Set<() => void>();

process.on("exit", () => [...ends].reverse().forEach((act) => act())); // as `finally` would

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

export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** @throws Complaint, if it can't be read. */
export function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Complaint(`${path} can't be read: ${reasonOf(error)}`);
  }
}

/** Where a path leads to, also if nothing is there yet. */
function placeOf(path: string): string {
  try {
    return realpathSync.native(path); // with the letters that a file system which ignores case has
  } catch {
    return path === dirname(path) ? path : join(placeOf(dirname(path)), basename(path));
  }
}

function isWithin(directory: string, place: string): boolean {
  const path = relative(directory, place);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/**
 * Checks that what is to be written is not what it is made of.
 * @param option that names it.
 * @param inputs files, and directories with all that they have.
 * @throws Complaint, if it is.
 */
export function checkOutput(option: string, path: string, inputs: string[]): void {
  const link = resolve(path);
  const places = [placeOf(link), join(placeOf(dirname(link)), basename(link))]; // A link is replaced, not followed.
  const input = inputs.find((input) => places.some((place) => isWithin(placeOf(resolve(input)), place)));
  if (input !== undefined)
    throw new Complaint(`${option} ${path} would change ${input}, which stays as it is: name another place`);
}

export interface Writing {
  path: string;
  pieces: Iterable<Uint8Array | string>;
  mode?: number;
}

/** Directories of files that are only needed meanwhile: see temporary.ts. */
export const temporaries = new Set<string>();

/** What can be done if there is no place for these. */
export const ELSEWHERE = `temporary files are elsewhere with ${process.platform === "win32" ? "TEMP" : "TMPDIR"}=<DIR>`;

export function unwritable(path: string, error: unknown): Complaint {
  const advice = temporaries.has(dirname(path)) ? `\n(${ELSEWHERE})` : "";
  return new Complaint(`${path} can't be written: ${reasonOf(error)}${advice}`);
}

/** Where a file is until it is whole. A directory, or a device such as /dev/null, is not to be replaced by it. */
function besideOf(path: string): string {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there && !there.isFile())
    throw new Complaint(`${path} can't be written: it is ${there.isDirectory() ? "a directory" : "no file"}`);
  return `${path}.${process.pid}.tmp`;
}

/** Writes files beside their places, and moves them there once all of them are on the disk; yields behind each piece. */
function* writing(files: Writing[]): Generator<undefined, number> {
  const besides = files.map(({ path }) => besideOf(path));
  const remove = () => besides.forEach((path) => rmSync(path, { force: true }));
  const forget = atEnd(remove);
  let size = 0;
  let at = 0;
  try {
    for (at = 0; at < files.length; at++) {
      const fd = openSync(besides[at]!, "w", files[at]!.mode ?? 0o644);
      try {
        for (const piece of files[at]!.pieces) {
          writeFileSync(fd, piece);
          size += piece.length;
          yield;
        }
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    }
    for (at = 0; at < files.length; at++) renameSync(besides[at]!, files[at]!.path);
    return size;
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw unwritable(files[at]!.path, error);
  } finally {
    remove();
    forget();
  }
}

/** Writes some files, or none of them. */
export function writeAll(files: Writing[]): void {
  const written = writing(files);
  while (!written.next().done) continue;
}

export function writeWhole(path: string, content: Uint8Array | string, mode = 0o644): void {
  writeAll([{ path, pieces: [content], mode }]);
}

/** Writes what is yet to be made, piece by piece; returns how many bytes there were. Ctrl-C is heeded between two pieces. */
export async function writePieces(path: string, pieces: Iterable<Uint8Array>, mode = 0o644): Promise<number> {
  const written = writing([{ path, pieces, mode }]);
  for (;;) {
    const { done, value } = written.next();
    if (done) return value;
    await setImmediate();
  }
}

/**
 * Has another program write a file, beside its place. What that has written is moved there when it has ended, or the command
 * is ended; what was there stays until then, and if nothing was written.
 */
export async function writtenBy<T>(path: string, program: (beside: string) => Promise<T>): Promise<T> {
  const beside = besideOf(path);
  const attempt = (act: () => void) => {
    try {
      act();
    } catch (error) {
      throw unwritable(path, error);
    }
  };
  const keep = () =>
    attempt(() => {
      if (statSync(beside).size) return renameSync(beside, path);
      rmSync(beside);
      warn(`nothing was written to ${path}`);
    });
  attempt(() => writeFileSync(beside, ""));
  const forget = atEnd(keep);
  try {
    return await program(beside);
  } finally {
    forget();
    keep();
  }
}

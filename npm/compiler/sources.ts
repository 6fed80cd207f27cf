/** What the compiler, or a test, asks of the disk, and what it found there. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

export function digest(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

function unless<T>(missing: T, read: () => T): T {
  try {
    return read();
  } catch {
    return missing; // The compiler looks in many places.
  }
}

function read(path: string): Buffer | null {
  return unless<Buffer | null>(null, () => readFileSync(path));
}

/** The names that match a pattern `DIRECTORY/*END`. */
function list(pattern: string): string[] {
  const end = basename(pattern).slice(1);
  return unless([], () => readdirSync(dirname(pattern)).sort()).filter((name) => name.endsWith(end));
}

/** What was seen, by path or pattern: the digest of a file or of a list of files, or null if there was no such file. */
export interface Seen {
  files: Record<string, string | null>;
  lists: Record<string, string>;
}

function digestOf(content: Buffer | null): string | null {
  return content && digest(content);
}

/** Whether who looks again would find what was found. */
export function isUnchanged({ files, lists }: Seen): boolean {
  return (
    Object.entries(files).every(([path, seen]) => digestOf(read(path)) === seen) &&
    Object.entries(lists).every(([pattern, seen]) => digest(list(pattern).join("\n")) === seen)
  );
}

/** Reads sources for one compilation, and keeps what it has seen. */
export class Sources {
  seen: Seen = { files: {}, lists: {} };

  /** Takes over what others have seen. */
  add({ seen: { files, lists } }: Sources): void {
    Object.assign(this.seen.files, files);
    Object.assign(this.seen.lists, lists);
  }

  /** The files that were there. */
  get files(): string[] {
    return Object.keys(this.seen.files).filter((path) => this.seen.files[path] !== null);
  }

  readFile(name: string, directory: string): string | null {
    const path = resolve(directory, name);
    const content = read(path);
    this.seen.files[path] = digestOf(content);
    return content && content.toString("utf8");
  }

  /** The names of the files in a directory that end so. */
  list(directory: string, end: string): string[] {
    const pattern = join(resolve(directory), `*${end}`);
    const names = list(pattern);
    this.seen.lists[pattern] = digest(names.join("\n"));
    return names;
  }

  listFiles(name: string, directory: string): string[] {
    return this.list(resolve(directory, name), ".ts").filter((name) => !name.endsWith(".d.ts"));
  }
}

/** What the compiler asks of the disk, and what it found there. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";

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

function list(path: string): string[] {
  return unless([], () => readdirSync(path).sort()).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
}

/** What was seen, by path: the digest of a file or of a list of files, or null if there was no such file. */
export interface Seen {
  files: Record<string, string | null>;
  directories: Record<string, string>;
}

function digestOf(content: Buffer | null): string | null {
  return content && digest(content);
}

/** Whether the compiler would find what it found. */
export function isUnchanged({ files, directories }: Seen): boolean {
  return (
    Object.entries(files).every(([path, seen]) => digestOf(read(path)) === seen) &&
    Object.entries(directories).every(([path, seen]) => digest(list(path).join("\n")) === seen)
  );
}

/** Reads sources for one compilation, and keeps what it has seen. */
export class Sources {
  seen: Seen = { files: {}, directories: {} };

  readFile(name: string, directory: string): string | null {
    const path = resolve(directory, name);
    const content = read(path);
    this.seen.files[path] = digestOf(content);
    return content && content.toString("utf8");
  }

  listFiles(name: string, directory: string): string[] {
    const path = resolve(directory, name);
    const names = list(path);
    this.seen.directories[path] = digest(names.join("\n"));
    return names;
  }
}

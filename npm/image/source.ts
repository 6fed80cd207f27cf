/** Files of this computer whose bytes go into an image, piece by piece, when it is written. They may not change until then. */
import { type BigIntStats, closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { Complaint, reasonOf } from "../base/complaint.js";
import { FILE, type Inode, SIZE_MAX } from "./cpio.js";

const PIECE = 1 << 20; // bytes, that are read at once

export interface Source {
  path: string | Buffer;
  /** How it is called in messages. */
  name: string;
}

/** Has the system do something with a file. */
export function ask<T>({ path, name }: Source, does: (path: string | Buffer) => T): T {
  try {
    return does(path);
  } catch (error) {
    throw new Complaint(`${name} can't be read: ${reasonOf(error)}`);
  }
}

function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;
}

function* read(source: Source, was: BigIntStats): Generator<Uint8Array> {
  const fd = ask(source, (path) => openSync(path, "r"));
  const check = (isUnchanged: boolean) => {
    if (!isUnchanged) throw new Complaint(`${source.name} has changed while the image was made`);
  };
  try {
    check(isSame(was, fstatSync(fd, { bigint: true })));
    for (let left = Number(was.size); left;) {
      const piece = Buffer.alloc(Math.min(PIECE, left));
      const count = ask(source, () => readSync(fd, piece));
      check(count > 0);
      left -= count;
      yield piece.subarray(0, count);
    }
    check(isSame(was, fstatSync(fd, { bigint: true })));
  } finally {
    closeSync(fd);
  }
}

/** The first bytes of a file. */
export function startOf(source: Source, length: number): Buffer {
  const start = Buffer.alloc(length);
  const fd = ask(source, (path) => openSync(path, "r"));
  try {
    return start.subarray(
      0,
      ask(source, () => readSync(fd, start)),
    );
  } finally {
    closeSync(fd);
  }
}

/** What of an inode is its file's. */
export function fileOf(source: Source, stats: BigIntStats): Pick<Inode, "type" | "size" | "content"> {
  if (stats.size > SIZE_MAX) throw new Complaint(`${source.name} has 4 GiB or more, which no initramfs can hold`);
  return { type: FILE, size: Number(stats.size), content: () => read(source, stats) };
}

/** The same of a file that is anywhere. */
export function fileAt(path: string): Pick<Inode, "type" | "size" | "content" | "file"> {
  const source = { path, name: path };
  const stats = ask(source, () => statSync(path, { bigint: true }));
  if (!stats.isFile()) throw new Complaint(`${path} is no file`);
  return { ...fileOf(source, stats), file: path };
}

/** Reads a root directory into an image. */
import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { Complaint } from "../base/complaint.js";
import { BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, EMPTY, FILE, type Image, type Inode, LINK } from "./cpio.js";
import { type Source, ask, fileOf, startOf } from "./source.js";

const TYPE = 0o170000; // the bits of a mode that say what it is
const WINDOWS = process.platform === "win32";

/** How a name of an image is shown. */
export function shown(name: string): string {
  return `/${Buffer.from(name, "latin1").toString()}`;
}

/** A name of an image, in a directory. It need not be UTF-8: only on Windows are names no bytes. */
function sourceOf(root: string, name: string): Source {
  const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, "latin1")]);
  return { path, name: `${shown(name)} in ${root}` };
}

/** Major and minor number of a device, as the system has them in one. */
function numbersOf(device: bigint): [number, number] {
  if (process.platform === "darwin") return [Number((device >> 24n) & 0xffn), Number(device & 0xffffffn)];
  return [Number((device >> 8n) & 0xfffn), Number(((device >> 12n) & 0xfff00n) | (device & 0xffn))];
}

function targetOf(source: Source): Buffer {
  const target = ask(source, (path) => readlinkSync(path, "buffer"));
  if (!WINDOWS) return target;
  if (/^([a-z]:|\\)/i.test(target.toString()))
    throw new Complaint(`${source.name} is a link to a place of this computer, ${target.toString()}`);
  return Buffer.from(target.toString().replaceAll("\\", "/"));
}

function isProgram(source: Source): boolean {
  const start = startOf(source, 4).toString("latin1");
  return start === "\x7fELF" || start.startsWith("#!");
}

/** What only an inode of its type has. */
function partsOf(source: Source, type: number, stats: BigIntStats): Partial<Inode> {
  if (type === FILE) return fileOf(source, stats);
  if (type === CHARACTER_DEVICE || type === BLOCK_DEVICE) return { device: numbersOf(stats.rdev) };
  if (type !== LINK) return {};
  const target = targetOf(source);
  return { size: target.length, content: () => [target], mode: 0o777 };
}

function portableMode(source: Source, type: number): Partial<Inode> {
  if (type === DIRECTORY) return { mode: 0o755 };
  return type === FILE ? { mode: isProgram(source) ? 0o755 : 0o644 } : {};
}

function inodeOf(source: Source, stats: BigIntStats, portable: boolean): Inode {
  const type = Number(stats.mode) & TYPE;
  const mode = Number(stats.mode) & ~TYPE;
  const owner = portable ? { uid: 0, gid: 0 } : { uid: Number(stats.uid), gid: Number(stats.gid) };
  return {
    ...EMPTY,
    type,
    mode,
    ...owner,
    ...(portable && portableMode(source, type)),
    ...partsOf(source, type, stats),
  };
}

/**
 * Reads what a directory has, but for the contents of files, which are read when they are asked for.
 * @param portable that a file is a program is seen by how it begins, all else has the usual mode, and everything is root's:
 *   so it is on any system. Windows has neither modes nor owners.
 */
export function readRoot(root: string, portable: boolean): Image {
  const image: Image = new Map();
  const linked = new Map<string, Inode>(); // what has several names

  const add = (name: string) => {
    const source = sourceOf(root, name);
    const stats = ask(source, (path) => lstatSync(path, { bigint: true }));
    const key = `${stats.dev} ${stats.ino}`;
    const inode = linked.get(key) ?? inodeOf(source, stats, portable);
    image.set(name, inode);
    if (inode.type === DIRECTORY) addAll(name);
    else if (stats.nlink > 1n) linked.set(key, inode);
  };
  const addAll = (directory: string) => {
    for (const entry of ask(sourceOf(root, directory), (path) => readdirSync(path, "buffer"))) {
      add((directory && `${directory}/`) + entry.toString("latin1"));
    }
  };

  image.set("", { ...EMPTY, type: DIRECTORY, mode: 0o755 }); // It is the machine's /, open to all, whoever has made ROOT.
  addAll("");
  return image;
}

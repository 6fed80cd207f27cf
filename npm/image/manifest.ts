/**
 * A manifest: what an image is to have whatever the root has, in the lines of the kernel's gen_init_cpio (usr/gen_init_cpio.c):
 *
 *   file <name> <location> <mode> <uid> <gid> [<other names>...]
 *   dir <name> <mode> <uid> <gid>
 *   nod <name> <mode> <uid> <gid> <b or c> <major> <minor>
 *   slink <name> <target> <mode> <uid> <gid>
 *   pipe <name> <mode> <uid> <gid>
 *   sock <name> <mode> <uid> <gid>
 *
 * A location is a file of this computer, as seen from the manifest's directory, with ${NAME} of the environment; or `-`: what
 * the root has under that name.
 */
import { dirname, resolve } from "node:path";
import { Complaint } from "../base/complaint.js";
import {
  BLOCK_DEVICE,
  CHARACTER_DEVICE,
  DIRECTORY,
  EMPTY,
  FIFO,
  FILE,
  type Image,
  type Inode,
  LINK,
  SOCKET,
} from "./cpio.js";
import { readWhole } from "../base/files.js";
import { fileAt } from "./source.js";

/** Bytes as characters, as an image has its names. */
const ENCODING = "latin1";

const ID_MAX = 2 ** 32 - 2; // The next one is -1, which chown(2) takes for none.
const MAJOR_MAX = 2 ** 12 - 1;
const MINOR_MAX = 2 ** 20 - 1;

/** What is wrong with a line, in the characters of which it is read. */
class Wrong extends Complaint {
  constructor(what: string) {
    super(Buffer.from(what, ENCODING).toString());
  }
}

function number(text: string, what: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most) throw new Wrong(`${what} is a number, of at most ${most}: ${text}`);
  return Number(text);
}

function modeOf(text: string): number {
  if (!/^[0-7]{1,5}$/.test(text) || parseInt(text, 8) > 0o7777)
    throw new Wrong(`a mode is octal, such as 0755: ${text}`);
  return parseInt(text, 8);
}

/** The name of an image for the absolute path in a manifest. */
function nameOf(path: string): string {
  const parts = path.split("/").slice(1);
  if (path === "/") return "";
  if (!path.startsWith("/") || parts.some((part) => ["", ".", ".."].includes(part)))
    throw new Wrong(`a name is an absolute path, without . and ..: ${path}`);
  return parts.join("/");
}

function ownerOf([mode, uid, gid]: string[]): Pick<Inode, "mode" | "uid" | "gid"> {
  return { mode: modeOf(mode!), uid: number(uid!, "a user", ID_MAX), gid: number(gid!, "a group", ID_MAX) };
}

function deviceOf([type, major, minor]: string[]): Pick<Inode, "type" | "device"> {
  if (type !== "b" && type !== "c") throw new Wrong(`a device is b, of blocks, or c, of characters: ${type}`);
  return {
    type: type === "b" ? BLOCK_DEVICE : CHARACTER_DEVICE,
    device: [number(major!, "a major", MAJOR_MAX), number(minor!, "a minor", MINOR_MAX)],
  };
}

function linkTo(target: string): Pick<Inode, "type" | "size" | "content"> {
  return { type: LINK, size: target.length, content: () => [Buffer.from(target, ENCODING)] };
}

/** What a location leads to; the root's file is the one that stays, with all its names. */
function fileOf(location: string, name: string, image: Image, directory: string): Inode {
  if (location === "-") {
    const inode = image.get(name);
    if (inode?.type !== FILE) throw new Wrong(`the root has no file /${name}, which - stands for`);
    return inode;
  }
  const path = location.replace(/\$\{(\w+)\}/g, (_, variable: string) => {
    const value = process.env[variable];
    if (value === undefined) throw new Wrong(`the environment has no ${variable}`);
    return Buffer.from(value).toString(ENCODING);
  });
  return { ...EMPTY, ...fileAt(resolve(directory, Buffer.from(path, ENCODING).toString())) };
}

/** What the words of a line, behind its kind and name, say. */
interface Kind {
  usage: string;
  make(words: string[], name: string, image: Image, directory: string): Inode;
}

const owned = (type: number): Kind => ({
  usage: "<name> <mode> <uid> <gid>",
  make: (words) => ({ ...EMPTY, type, ...ownerOf(words) }),
});

const KINDS: Record<string, Kind> = {
  file: {
    usage: "<name> <location> <mode> <uid> <gid> [<other names>...]",
    make: ([location, ...words], name, image, directory) =>
      Object.assign(fileOf(location!, name, image, directory), ownerOf(words)),
  },
  dir: owned(DIRECTORY),
  nod: {
    usage: "<name> <mode> <uid> <gid> <b or c> <major> <minor>",
    make: (words) => ({ ...EMPTY, ...ownerOf(words), ...deviceOf(words.slice(3)) }),
  },
  slink: {
    usage: "<name> <target> <mode> <uid> <gid>",
    make: ([target, ...words]) => ({ ...EMPTY, ...ownerOf(words), ...linkTo(target!) }),
  },
  pipe: owned(FIFO),
  sock: owned(SOCKET),
};

/** Whether there are as many words as the usage has. */
function fits(usage: string, count: number): boolean {
  const words = usage.replace(" [<other names>...]", "").match(/<.*?>/g)!.length;
  return count === words || (count > words && usage.includes("..."));
}

function addLine(words: string[], image: Image, directory: string, said: Set<string>): void {
  const [kind, ...rest] = words;
  const { usage, make } = (Object.hasOwn(KINDS, kind!) && KINDS[kind!]) || {};
  if (!usage || !make) throw new Wrong(`${kind} is none of ${Object.keys(KINDS).join(", ")}`);
  if (!fits(usage, rest.length)) throw new Wrong(`the line should be: ${kind} ${usage}`);
  const names = [rest[0]!, ...(kind === "file" ? rest.slice(5) : [])].map(nameOf);
  const inode = make(rest.slice(1), names[0]!, image, directory);
  for (const name of names) {
    if (said.has(name)) throw new Wrong(`/${name} is there twice`);
    said.add(name);
    image.set(name, inode);
  }
}

/** Puts what a manifest says into an image, in the place of what is there. Returns the names. */
export function addManifest(path: string, image: Image): Set<string> {
  const said = new Set<string>();
  const text = readWhole(path)
    .toString(ENCODING)
    .replace(/^\xef\xbb\xbf/, ""); // which editors of Windows put there
  for (const [at, line] of text.split("\n").entries()) {
    const words = line.split(/[ \t\r]+/).filter(Boolean);
    if (!words.length || words[0]!.startsWith("#")) continue;
    try {
      addLine(words, image, dirname(path), said);
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      throw new Complaint(`${path}:${at + 1}: ${error.message}`);
    }
  }
  return said;
}

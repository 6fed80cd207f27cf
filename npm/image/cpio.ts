/**
 * An archive of cpio(1) in the format newc, which the kernel unpacks (its Documentation/driver-api/early-userspace/
 * buffer-format.rst): with the bytes of GNU cpio --reproducible, 2.14 or newer.
 */

/** What an inode may be: the bits of its mode that say so (inode(7)). */
export const FIFO = 0o010000;
export const CHARACTER_DEVICE = 0o020000;
export const DIRECTORY = 0o040000;
export const BLOCK_DEVICE = 0o060000;
export const FILE = 0o100000;
export const LINK = 0o120000;
export const SOCKET = 0o140000;

export interface Inode {
  type: number;
  /** Permissions, set-user-ID, set-group-ID and the sticky bit. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes: of a file's content, or a link's target. */
  size: number;
  content(): Iterable<Uint8Array>;
  /** Where the content is read from, if that is not in the root. */
  file?: string;
  /** Of a device: major and minor number. */
  device: readonly [number, number];
}

/** The names of all inodes, as paths below `/`, without that in front: "" is `/` itself. Each byte is a character. */
export type Image = Map<string, Inode>;

export const SIZE_MAX = 2 ** 32 - 1; // of a file, in bytes
const BLOCK = 512;
const TRAILER = "TRAILER!!!";

/** To begin with: root's, without content. */
export const EMPTY: Inode = { type: 0, mode: 0, uid: 0, gid: 0, size: 0, content: () => [], device: [0, 0] };

function padding(size: number, to: number): Uint8Array {
  return new Uint8Array((to - (size % to)) % to);
}

/** A header and the name behind it. */
function header(
  path: string,
  { type, mode, uid, gid, device }: Inode,
  number: number,
  links: number,
  date: number,
  size: number,
) {
  const name = path || ".";
  const fields = [number, type | mode, uid, gid, links, date, size, 0, 0, ...device, name.length + 1, 0];
  const text = `070701${fields.map((field) => field.toString(16).padStart(8, "0").toUpperCase()).join("")}${name}\0`;
  return Buffer.concat([Buffer.from(text, "latin1"), padding(text.length, 4)]);
}

/** Of each inode its names, in the order of the archive. */
function namesOf(image: Image): Map<Inode, string[]> {
  const names = new Map<Inode, string[]>();
  for (const name of [...image.keys()].sort()) {
    const inode = image.get(name)!;
    names.set(inode, [...(names.get(inode) ?? []), name]);
  }
  return names;
}

/**
 * Writes an image.
 * @param date of all that is in it, in seconds.
 */
export function* archive(image: Image, date: number): Generator<Uint8Array> {
  const inodes = namesOf(image);
  const numbers = new Map([...inodes.keys()].map((inode, number) => [inode, number]));
  let written = 0;

  function* put(name: string, inode: Inode, withContent: boolean): Generator<Uint8Array> {
    const links = inode.type === DIRECTORY ? 2 : inodes.get(inode)!.length;
    const size = withContent ? inode.size : 0;
    const pieces = [header(name, inode, numbers.get(inode)!, links, date, size)];
    written += pieces[0]!.length + size;
    yield* pieces;
    if (withContent) yield* inode.content(); // Of a file that is empty, too: it may be unreadable.
    const pad = padding(size, 4);
    written += pad.length;
    yield pad;
  }

  for (const name of [...image.keys()].sort()) {
    const inode = image.get(name)!;
    const names = inodes.get(inode)!;
    // A file that has several names is written with the last of them, behind all others.
    if (inode.type !== FILE) yield* put(name, inode, true);
    else if (name === names.at(-1)) {
      for (const other of names.slice(0, -1).reverse()) yield* put(other, inode, false);
      yield* put(name, inode, true);
    }
  }
  const trailer = header(TRAILER, EMPTY, 0, 1, 0, 0);
  yield trailer;
  yield padding(written + trailer.length, BLOCK);
}

import { ENOENT, read } from "./linux";
import { begins, put, setLength } from "./bytes";
import { closeFile, openFile } from "./files";
import { error, failed } from "./log";
import { SIZE, spare } from "./page";

/**
 * Where disks are mounted, one after another, as the kernel tells of them: it has a line for each mount, of which there
 * may be thousands, as long as paths are. So nothing is kept of a line but what stands in these variables.
 */

const MOUNTS = "/proc/self/mountinfo";

const buffer = spare; // with a word behind it, as fields are read by words

const SPACE = 0x20;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const HYPHEN = 0x2d;
const COLON = 0x3a;
const ZERO = 0x30;

const PATH_MAX: u32 = 4096; // A path of so many bytes is refused by the kernel, so one that was cut names nothing.
const ESCAPED: u32 = 4 * PATH_MAX; // Each byte may be a `\` and three digits.
const escaped = buffer + SIZE + 8;
const POINT: usize = escaped + ESCAPED + 8; // its length in bytes, and the path

const SHORT: u32 = 24; // bytes: of other fields the beginning is enough
const field = memory.data(32);

/** The disk's mount point; the next one takes its place. */
export const point = changetype<string>(POINT + 16);
/** The number of its device, or of a file system that has none of its own. */
export let device: u32 = 0;
/** Whether the file system can be written to, here or elsewhere. */
export let isWritable: bool = false;

let file = 0;
let at: usize = 0;
let end: usize = 0;
let length: u32 = 0; // of the field

/** Reads on; returns whether that was not the end. */
function fill(): bool {
  const got = read(file, buffer, SIZE);
  failed("can't read %s: %m", MOUNTS, got);
  at = buffer;
  end = buffer + max(got, 0);
  return got > 0;
}

/** Marks the first byte of a word that is not above a space, and none if there is no such byte. */
function findSpace(word: u64): u64 {
  return (word - 0x2121212121212121) & ~word & 0x8080808080808080;
}

/** Reads a field, of which `room` bytes are kept in `to`; returns whether the line has another one. */
function readField(to: usize, room: u32): bool {
  length = 0;
  while (at < end || fill()) {
    const word = load<u64>(at);
    if (length < room) store<u64>(to + length, word);
    const space = findSpace(word);
    const count = min(space ? (<u32>ctz(space)) >> 3 : 8, <u32>(end - at));
    at += count;
    length += count;
    if (count == 8 || at == end) continue;
    const byte: i32 = load<u8>(at++);
    if (byte == SPACE) return true;
    if (byte == NEWLINE) return false;
    length++; // Other control characters may be in a name.
  }
  return false;
}

function next(): bool {
  return readField(field, SHORT);
}

/** Tells the number that the field has as major:minor. */
function deviceOf(): u32 {
  let major: u32 = 0;
  let number: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const byte: u32 = load<u8>(field + i);
    if (byte == COLON) {
      major = number;
      number = 0;
    } else number = 10 * number + byte - ZERO;
  }
  return (major << 20) | number;
}

/** Makes `point` of the first `size` bytes in `escaped`: white space, which separates fields, is `\` and its octal digits. */
function unescape(size: u32): void {
  let length: u32 = 0;
  for (let i: u32 = 0; i < size && length < PATH_MAX; i++) {
    let byte: u32 = load<u8>(escaped + i);
    if (byte == BACKSLASH) {
      byte =
        ((load<u8>(escaped + i, 1) & 7) << 6) | ((load<u8>(escaped + i, 2) & 7) << 3) | (load<u8>(escaped + i, 3) & 7);
      i += 3;
    }
    put(point, length++, byte);
  }
  setLength(point, length);
}

/**
 * Reads a line of proc_pid_mountinfo(5): ID, parent's ID, major:minor, root, point, options, tags up to a `-`, type,
 * source, the file system's options.
 * @returns whether it tells of a disk.
 */
function readMount(): bool {
  next();
  next();
  next();
  device = deviceOf();
  next();
  readField(escaped, ESCAPED);
  const size = min(length, ESCAPED);
  while (next() && load<u8>(field) != HYPHEN) {}
  next();
  const isZfs = begins(field, "zfs"); // Its major number is 0, as that of btrfs and of what has no device.
  next();
  const isDisk = device >> 20 != 0 || isZfs || begins(field, "/dev/");
  const more = next();
  isWritable = begins(field, "rw");
  if (more) while (next()) {}
  if (isDisk) unescape(size);
  return isDisk;
}

/** Begins with the first mount; returns whether there is a list. */
export function openMounts(): bool {
  file = openFile(MOUNTS);
  if (file == -ENOENT) error("can't open %s: %m", MOUNTS, file);
  at = end;
  return file >= 0;
}

/** Goes on to the next disk, in the order in which they were mounted; returns whether there is one. */
export function nextDisk(): bool {
  while (at < end || fill()) {
    if (readMount()) return true;
  }
  return false;
}

export function closeMounts(): void {
  closeFile(MOUNTS, file);
}

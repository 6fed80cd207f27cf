import { ENOENT, read } from "./linux";
import { closeFile, openFile } from "./files";
import { error, failed } from "./log";
import { SIZE, page, secondPage } from "./page";

const MOUNTS = "/proc/self/mountinfo";

const buffer = page;
const field = secondPage;

const END = -1; // of the file
const SPACE = 0x20;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;

/** A place where a file system of a block device is mounted. */
export class Mount {
  constructor(
    readonly point: string,
    /** Whether the file system can be written to, here or elsewhere. */
    readonly isWritable: bool,
    readonly earlier: Mount | null,
  ) {}
}

let file = 0;
let at: i32 = 0;
let end: i32 = 0;
let length: u32 = 0; // of the field

/** Returns the file's next byte, or `END`. */
function next(): i32 {
  if (at == end) {
    at = 0;
    end = read(file, buffer, SIZE);
    if (failed("can't read %s: %m", MOUNTS, end)) end = 0;
    if (end == 0) return END;
  }
  return load<u8>(buffer + at++);
}

/** Reads three octal digits: the kernel's escape for white space, as that separates the fields. */
function octal(): i32 {
  const high = next() & 7;
  const middle = next() & 7;
  return (high << 6) | (middle << 3) | (next() & 7);
}

/** Reads a field of a line; returns whether it has another one. */
function readField(): bool {
  length = 0;
  while (true) {
    const byte = next();
    if (byte == SPACE) return true;
    if (byte == NEWLINE || byte == END) return false;
    const meant = byte == BACKSLASH ? octal() : byte;
    if (length < SIZE) store<u8>(field + length++, <u8>meant);
  }
}

function readFields(count: i32): void {
  for (; count > 0; count--) readField();
}

/** Whether the field begins with `text`, which is ASCII. */
function begins(text: string): bool {
  if (length < <u32>text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (<i32>load<u8>(field + i) != text.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * Reads the rest of a line of proc_pid_mountinfo(5): parent, device, root, point, options, tags up to a `-`, type,
 * source, the file system's options.
 */
function readMount(earlier: Mount | null): Mount | null {
  readFields(2);
  const isDevice = !begins("0:"); // major:minor; that of btrfs is 0:n, like those of what has no device.
  readFields(2);
  const point = String.UTF8.decodeUnsafe(field, length);
  while (readField() && !(length == 1 && begins("-"))) {}
  readFields(2);
  const isDisk = isDevice || begins("/dev/");
  while (readField()) {}
  return isDisk ? new Mount(point, begins("rw"), earlier) : earlier;
}

/** Lists where block devices are mounted, the last mounted first: so what is mounted in another comes before it. */
export function findDisks(): Mount | null {
  let last: Mount | null = null;
  file = openFile(MOUNTS);
  if (file == -ENOENT) error("can't open %s: %m", MOUNTS, file);
  if (file < 0) return null;
  while (readField()) last = readMount(last);
  closeFile(MOUNTS, file);
  return last;
}

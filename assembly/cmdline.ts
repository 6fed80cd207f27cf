import { O_CLOEXEC, O_RDONLY, SEEK_SET, open } from "./linux";
import { begins, put, setLength } from "./bytes";
import { closeFile } from "./files";
import { failed } from "./log";
import { page, readPage, spare } from "./page";

/** The kernel's command line, its quotes as the kernel reads them: lib/cmdline.c, `next_arg`. */

const CMDLINE = "/proc/cmdline";

const SPACE: u8 = 0x20;
const NEWLINE: u8 = 0x0a;
const QUOTE: u8 = 0x22;
const EQUALS: u8 = 0x3d;
const DASHES: u16 = 0x2d2d;

/**
 * The string of the value at `at`. Each has a place of its own, as no value is longer than what it is made of, and the length
 * has room where the name is.
 */
function placeOf(at: usize): string {
  return changetype<string>(spare + 20 + 4 * (at - page));
}

/** Reads the command line; returns bytes. */
function readCmdline(): u32 {
  const fd = open(CMDLINE, O_RDONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", CMDLINE, fd)) return 0;
  let length = readPage(CMDLINE, fd, 0, SEEK_SET);
  closeFile(CMDLINE, fd);
  if (length > 0 && load<u8>(page + length - 1) == NEWLINE) length--; // The file has one behind the command line.
  return max(length, 0);
}

let end: usize = 0; // of a word

/** Goes on to the end of a word: to white space that is not between quotes. */
function findEnd(at: usize): void {
  let last = SPACE; // of the characters that end it
  for (end = at; load<u8>(end) > last; end++) {
    if (load<u8>(end) == QUOTE) last ^= SPACE;
  }
}

/** The value of the word at `at`, or null if that does not set `name`. Quotes are around the word, or the value. */
function valueOf(at: usize, name: string): string | null {
  const first = at;
  if (load<u8>(at) == QUOTE) at++;
  if (!begins(at, name)) return null;
  at += name.length;
  if (load<u8>(at++) != EQUALS) return null;
  const isQuoted = load<u8>(first) == QUOTE || load<u8>(at) == QUOTE;
  if (load<u8>(at) == QUOTE) at++;
  if (isQuoted && end > at && load<u8>(end - 1) == QUOTE) end--;
  const value = placeOf(at);
  let length: u32 = 0;
  while (at < end) put(value, length++, load<u8>(at++));
  setLength(value, length);
  return value;
}

/**
 * Looks for `name=value` on the kernel's command line, up to a `--`: what comes behind that is for init. The last one counts.
 * @param name in ASCII.
 * @returns the value without its quotes, in memory that stays as it is; null: it is not there, or the command line can't be
 * read, logged.
 */
export function option(name: string): string | null {
  const last = page + readCmdline();
  let value: string | null = null;
  store<u8>(last, 0);
  for (let at = page; at < last; at = end + 1) {
    findEnd(at);
    if (end == at + 2 && load<u16>(at) == DASHES) break;
    const found = end > at ? valueOf(at, name) : null;
    if (found) value = found;
  }
  return value;
}

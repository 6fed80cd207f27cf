import { read } from "./linux";
import { closeFile, openFile } from "./files";
import { failed } from "./log";
import { SIZE, page } from "./page";

/** What the kernel tells of mount points. It is asked, and not the directory: that may be on a server that does not answer. */

const MOUNTS = "/proc/self/mountinfo";

const SPACE: i32 = 0x20;
const NEWLINE: i32 = 0x0a;

const POINT = 4; // fields are before it: proc_pid_mountinfo(5)

let wanted = "";
let field = 0; // of the line
let matched = 0; // characters of the mount point; -1: it is another one

/** Goes on by a byte of a mount point. */
function match(char: i32): void {
  const isNext = matched >= 0 && matched < wanted.length && wanted.charCodeAt(matched) == char;
  matched = isNext ? matched + 1 : -1;
}

/** Goes on by a byte of the list; returns whether the mount point that it ends is the one that is wanted. */
function step(byte: i32): bool {
  if (byte != SPACE && byte != NEWLINE) {
    if (field == POINT) match(byte);
    return false;
  }
  const isFound = field == POINT && matched == wanted.length;
  field = byte == NEWLINE ? 0 : field + 1;
  matched = 0;
  return isFound;
}

function find(file: i32): bool {
  while (true) {
    const got = read(file, page, SIZE);
    if (failed("can't read %s: %m", MOUNTS, got) || got == 0) return false;
    for (let at = page; at < page + got; at++) if (step(load<u8>(at))) return true;
  }
}

/**
 * Whether something is mounted on a directory; not, if the kernel does not tell.
 * @param path in ASCII without white space, for which the list has other words.
 */
export function isMountPoint(path: string): bool {
  const file = openFile(MOUNTS);
  if (file < 0) return false;
  wanted = path;
  field = 0;
  matched = 0;
  const isFound = find(file);
  closeFile(MOUNTS, file);
  return isFound;
}

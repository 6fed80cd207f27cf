/** What is mounted, as /proc/self/mountinfo has it. */

import { File } from "./caller";
import { exists } from "./files";
import { errnoNumber } from "./names";

export const MOUNTS = "/proc/self/mountinfo";

/** A path as the kernel shows it there. */
function escape(path: string): string {
  return path.replaceAll("\\", "\\134").replaceAll(" ", "\\040").replaceAll("\t", "\\011").replaceAll("\n", "\\012");
}

/** Its lines, without the newline. */
const mounts: string[] = [];
/** What they are as a file, until they change. */
let mountList: File | null = null;

/** The file as it is when it is opened: the kernel, too, goes on where it was, whatever has been unmounted since. */
export function listMounts(): File {
  if (mountList) return mountList as File;
  let size = 0;
  for (let i = 0; i < mounts.length; i++) size += String.UTF8.byteLength(mounts[i]) + 1;
  const file = new File();
  file.bytes = new Array<u8>(size);
  let end = file.bytes.dataStart;
  for (let i = 0; i < mounts.length; i++) {
    end += String.UTF8.encodeUnsafe(changetype<usize>(mounts[i]), mounts[i].length, end);
    store<u8>(end++, 0x0a);
  }
  mountList = file;
  return file;
}

/** Mounts the file system of a device. */
export function attach(source: string, device: string, type: string, point: string): void {
  const tags = mounts.length % 2 ? "shared:1 master:2 - " : "- ";
  mounts.push(`${mounts.length + 20} 1 ${device} / ${escape(point)} rw,relatime ${tags}${type} ${source} rw`);
  mountList = null;
}

/** Mounts many file systems that are no disks, with names so long. */
export function attachMany(count: i32, size: i32): void {
  for (let i = 0; i < count; i++) attach("none", "0:60", "tmpfs", `/mounts/${i}/`.padEnd(size, "x"));
}

/** The file system that is mounted over `/`, if one was moved there. */
export let above = "/";

/** Whether a file system is mounted there: what was mounted for the last time. */
function lineOf(point: string): i32 {
  for (let i = mounts.length - 1; i >= 0; i--) if (mounts[i].split(" ")[4] == escape(point)) return i;
  return -1;
}

export function isMountPoint(point: string): bool {
  return lineOf(point) >= 0;
}

/** The device of the file system that has a path. */
export function deviceOf(path: string): i64 {
  let point = path.endsWith("/.") ? path.slice(0, -2) : path;
  while (lineOf(point) < 0) point = point.lastIndexOf("/") > 0 ? point.slice(0, point.lastIndexOf("/")) : "/";
  const device = mounts[lineOf(point)].split(" ")[2].split(":");
  return (I64.parseInt(device[0]) << 8) | I64.parseInt(device[1]);
}

/** Moves what is mounted at a point to another; -EINVAL if nothing is. What is mounted over `/` keeps its old name here. */
function moveMount(from: string, to: string): i32 {
  const at = lineOf(from);
  if (at < 0 || from == "/") return -errnoNumber("EINVAL");
  if (!exists(to) && !isMountPoint(to)) return -errnoNumber("ENOENT");
  if (to == "/") {
    above = from;
    return 0;
  }
  if (from == above) above = "/";
  if (from == to) return 0;
  const fields = mounts[at].split(" ");
  fields[4] = escape(to);
  mounts.splice(at, 1);
  mounts.push(fields.join(" "));
  mountList = null;
  return 0;
}

/** What mount(2) has mounted that the list leaves out: the kernel's own, which each policy mounts. */
const others = new Set<string>();
let mounted = 0;

function isOfKernel(point: string): bool {
  const top = point.split("/")[1];
  return top == "" || top == "proc" || top == "sys" || top == "dev";
}

/** Mounts a new file system, of a device of its own: a disk if its source is in /dev. */
export function mountNew(source: string, point: string, type: string): i32 {
  if (others.has(point)) return -errnoNumber("EBUSY");
  if (isOfKernel(point)) others.add(point);
  else attach(source, source.startsWith("/dev/") ? `8:${++mounted}` : `0:${100 + ++mounted}`, type, point);
  return 0;
}

/** mount(2) with MS_MOVE. */
export function move(from: string, to: string): i32 {
  if (!others.has(from)) return moveMount(from, to);
  if (!exists(to)) return -errnoNumber("ENOENT");
  others.delete(from);
  others.add(to);
  return 0;
}

/** Unmounts what was mounted last at `point`, unless something is mounted in it. */
export function detach(point: string): i32 {
  if (others.delete(point)) return 0;
  for (let i = mounts.length - 1; i >= 0; i--) {
    const at = mounts[i].split(" ")[4];
    if (at == escape(point)) {
      mounts.splice(i, 1);
      mountList = null;
      return 0;
    }
    if (at.startsWith(escape(point) + "/")) return -errnoNumber("EBUSY");
  }
  return -errnoNumber("EINVAL");
}

/** Makes the file system read-only that was mounted last at `point`, or each one if that is null. */
export function freeze(point: string | null): void {
  for (let i = mounts.length - 1; i >= 0; i--) {
    if (point && mounts[i].split(" ")[4] != escape(point)) continue;
    mounts[i] = mounts[i].slice(0, -2) + "ro";
    if (point) break;
  }
  mountList = null;
}

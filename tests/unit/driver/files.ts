import { TMPFS_MAGIC } from "../../../assembly/linux";
import { errnoNumber } from "./names";

/** What can be opened: its bytes, or the errno with which it is read or its size is asked for. */
export class File {
  bytes: u8[] = [];
  readError: i32 = 0;
  seekError: i32 = 0;
}

/** ASCII. */
export function bytesOf(text: string): u8[] {
  const bytes: u8[] = [];
  for (let i = 0; i < text.length; i++) bytes.push(<u8>text.charCodeAt(i));
  return bytes;
}

class Descriptor {
  offset: i64 = 0;

  constructor(
    readonly path: string,
    readonly file: File,
    readonly closesOnExec: bool,
  ) {}
}

const files = new Map<string, File>();
const directories = new Set<string>();
const links = new Map<string, string>();
const descriptors: (Descriptor | null)[] = [];

export function addFile(path: string, file: File): void {
  files.set(path, file);
}

export function fileAt(path: string): File | null {
  return files.has(path) ? files.get(path) : null;
}

export function addLink(path: string, target: string): void {
  links.set(path, target);
}

/** What a link reads, or null if it is none. */
export function linkAt(path: string): string | null {
  return links.has(path) ? links.get(path) : null;
}

function follow(path: string): string {
  return links.has(path) ? links.get(path) : path;
}

export function addDirectory(path: string): void {
  directories.add(path);
}

/** What `/` means, without the slash behind it, and the working directory. */
let root = "";
let directory = "/";

/** Where a path is in the RAM disk, which is what all other functions call it. */
export function located(path: string): string {
  if (path == "/..") return above;
  if (path.startsWith("/")) return path == "/" && root != "" ? root : root + path;
  return path == "." ? directory : `${directory}/${path}`;
}

export function exists(path: string): bool {
  path = follow(path);
  return files.has(path) || directories.has(path);
}

export function changeDirectory(path: string): void {
  directory = path;
}

export function changeRoot(path: string): void {
  root = path == "/" ? "" : path;
}

export function makeDirectory(path: string): i32 {
  if (exists(path)) return -errnoNumber("EEXIST");
  directories.add(path);
  return 0;
}

export function remove(path: string): i32 {
  return files.delete(path) ? 0 : -errnoNumber("ENOENT");
}

export function removeDirectory(path: string): i32 {
  if (!directories.has(path)) return -errnoNumber(exists(path) ? "ENOTDIR" : "ENOENT");
  if (isMountPoint(path)) return -errnoNumber("EBUSY");
  const paths = files.keys().concat(directories.values()).concat(links.keys());
  for (let i = 0; i < paths.length; i++) if (paths[i].startsWith(path + "/")) return -errnoNumber("ENOTEMPTY");
  directories.delete(path);
  return 0;
}

function put(fd: i32, descriptor: Descriptor | null): void {
  while (descriptors.length <= fd) descriptors.push(null);
  descriptors[fd] = descriptor;
}

function at(fd: i32): Descriptor | null {
  return fd >= 0 && fd < descriptors.length ? descriptors[fd] : null;
}

function putLowest(descriptor: Descriptor): i32 {
  let fd = 0;
  while (at(fd)) fd++;
  put(fd, descriptor);
  return fd;
}

/** The lowest free descriptor gets the file, or -ENOENT. */
export function openFile(path: string, closesOnExec: bool): i32 {
  path = follow(path);
  if (!exists(path)) return -errnoNumber("ENOENT");
  const file = path == MOUNTS ? listMounts() : files.has(path) ? files.get(path) : new File();
  return putLowest(new Descriptor(path, file, closesOnExec));
}

/** A socket has the name of its family in the place of a path. */
export function openSocket(family: string, closesOnExec: bool): i32 {
  const file = new File();
  file.seekError = -errnoNumber("ESPIPE");
  return putLowest(new Descriptor(family, file, closesOnExec));
}

/** Closes what an exec closes. */
export function closeOnExec(): void {
  for (let fd = 0; fd < descriptors.length; fd++) {
    const descriptor = at(fd);
    if (descriptor && descriptor.closesOnExec) put(fd, null);
  }
}

/** 0, or -EBADF if it is not open. */
export function check(fd: i32): i32 {
  return at(fd) ? 0 : -errnoNumber("EBADF");
}

export function closeFile(fd: i32): i32 {
  if (!at(fd)) return -errnoNumber("EBADF");
  put(fd, null);
  return 0;
}

export function duplicate(fd: i32, target: i32): i32 {
  if (!at(fd)) return -errnoNumber("EBADF");
  const descriptor = at(fd) as Descriptor;
  put(target, new Descriptor(descriptor.path, descriptor.file, false));
  return target;
}

/** The path with which a descriptor was opened, or "" if it is not open. */
export function pathOf(fd: i32): string {
  const descriptor = at(fd);
  return descriptor ? descriptor.path : "";
}

/** Bytes of a file that has an offset, or -errno. */
export function size(fd: i32): i64 {
  const descriptor = at(fd);
  if (!descriptor) return -errnoNumber("EBADF");
  return descriptor.file.seekError || descriptor.file.bytes.length;
}

/** lseek(2); the offset counts from the file's start or its end. */
export function seek(fd: i32, offset: i64, isFromEnd: bool): i64 {
  const descriptor = at(fd);
  if (!descriptor) return -errnoNumber("EBADF");
  if (descriptor.file.seekError) return descriptor.file.seekError;
  const to = isFromEnd ? descriptor.file.bytes.length + offset : offset;
  if (to < 0) return -errnoNumber("EINVAL");
  return (descriptor.offset = to);
}

/** What the kernel does when a process exits. */
export function closeAll(): void {
  for (let fd = 3; fd < descriptors.length; fd++) put(fd, null);
}

/** Takes up to `count` bytes from where the last read ended; returns null and leaves the errno in `readError`. */
export function readBytes(fd: i32, count: u32): u8[] | null {
  const descriptor = at(fd);
  readError = descriptor ? descriptor.file.readError : -errnoNumber("EBADF");
  if (!descriptor || readError) return null;
  const from = <i32>min(descriptor.offset, descriptor.file.bytes.length);
  const bytes = descriptor.file.bytes.slice(from, from + <i32>count);
  descriptor.offset += bytes.length;
  return bytes;
}

export let readError: i32 = 0;

/** What is open besides the standard streams, as `fd</path>`. */
export function leftOpen(): string {
  let shown = "";
  for (let fd = 3; fd < descriptors.length; fd++) if (at(fd)) shown += ` ${fd}<${pathOf(fd)}>`;
  return shown;
}

/** What statfs(2) tells of `/`. */
export let rootType: i64 = TMPFS_MAGIC;

export function setRootType(type: i64): void {
  rootType = type;
}

const MOUNTS = "/proc/self/mountinfo";

/** A path as the kernel shows it there. */
function escape(path: string): string {
  return path.replaceAll("\\", "\\134").replaceAll(" ", "\\040").replaceAll("\t", "\\011").replaceAll("\n", "\\012");
}

/** Its lines, without the newline. */
const mounts: string[] = [];
/** What they are as a file, until they change. */
let mountList: File | null = null;

/** The file as it is when it is opened: the kernel, too, goes on where it was, whatever has been unmounted since. */
function listMounts(): File {
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

function mountLines(): string[] {
  return mounts;
}

function setMountLines(_lines: string[]): void {
  mountList = null;
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
let above = "/";

/** Whether a file system is mounted there: what was mounted for the last time. */
function lineOf(point: string): i32 {
  const lines = mountLines();
  for (let i = lines.length - 1; i >= 0; i--) if (lines[i].split(" ")[4] == escape(point)) return i;
  return -1;
}

export function isMountPoint(point: string): bool {
  return lineOf(point) >= 0;
}

/** The device of the file system that has a path. */
export function deviceOf(path: string): i64 {
  const lines = mountLines();
  let point = path.endsWith("/.") ? path.slice(0, -2) : path;
  while (lineOf(point) < 0) point = point.lastIndexOf("/") > 0 ? point.slice(0, point.lastIndexOf("/")) : "/";
  const device = lines[lineOf(point)].split(" ")[2].split(":");
  return (I64.parseInt(device[0]) << 8) | I64.parseInt(device[1]);
}

/** Moves what is mounted at a point to another; -EINVAL if nothing is. What is mounted over `/` keeps its old name here. */
export function moveMount(from: string, to: string): i32 {
  const at = lineOf(from);
  if (at < 0 || from == "/") return -errnoNumber("EINVAL");
  if (!exists(to) && !isMountPoint(to)) return -errnoNumber("ENOENT");
  if (to == "/") {
    above = from;
    return 0;
  }
  if (from == above) above = "/";
  if (from == to) return 0;
  const lines = mountLines();
  const fields = lines[at].split(" ");
  fields[4] = escape(to);
  lines.splice(at, 1);
  lines.push(fields.join(" "));
  setMountLines(lines);
  return 0;
}

/** Unmounts what was mounted last at `point`, unless something is mounted in it. */
export function detach(point: string): i32 {
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

/** Makes what a kernel with devtmpfs and an initramfs shows. */
export function create(): void {
  const paths = ["/init", "/dev/null", "/dev/console", "/dev/kmsg", "/proc/sys/kernel/printk_devkmsg"];
  for (let i = 0; i < paths.length; i++) addFile(paths[i], new File());
  const cmdline = new File();
  cmdline.bytes = bytesOf("console=ttyS0 quiet\n");
  addFile("/proc/cmdline", cmdline);
  addFile(MOUNTS, new File());
  attach("rootfs", "0:2", "rootfs", "/");
  attach("none", "0:21", "proc", "/proc");
  addDirectory("/");
  addDirectory("/dev");
  addDirectory("/proc/1");
  addDirectory("/proc/2");
  addDirectory("/sys/fs/cgroup");
}

/** Opens the standard streams as the kernel does. */
export function openConsole(): void {
  for (let fd = 0; fd < 3; fd++) openFile("/dev/console", false);
}

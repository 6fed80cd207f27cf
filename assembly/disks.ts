import { EBUSY, ENOENT, MS_RDONLY, MS_REMOUNT, O_CLOEXEC, O_WRONLY, UMOUNT_NOFOLLOW } from "./linux";
import { mount, open, read, sync, umount2, write } from "./linux";
import { now } from "./clock";
import { closeFile, look, openFile } from "./files";
import { error, failed, info, reportKept } from "./log";
import { mountProc } from "./mounts";
import { NOBODY, waitFor } from "./processes";

const MOUNTS = "/proc/self/mountinfo";
const SYSRQ = "/proc/sysrq-trigger";

// How often is looked whether all is done.
const BUSY = 5; // The kernel may close the files of a process only after its end.
const FORCED = 15;
const PAUSE: i64 = 200; // milliseconds

const SIZE: u32 = 4096; // bytes: PATH_MAX; what is longer can't be named in a system call
const buffer = memory.data(4096);
const field = memory.data(4096);

const END = -1; // of the file
const SPACE = 0x20;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;

/** A place where a file system of a block device is mounted. */
class Mount {
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

/** Reads the rest of a line of proc_pid_mountinfo(5): parent, device, root, point, options, tags up to a `-`, type, source, the file system's options. */
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
function findDisks(): Mount | null {
  let last: Mount | null = null;
  file = openFile(MOUNTS);
  if (file == -ENOENT) error("can't open %s: %m", MOUNTS, file);
  if (file < 0) return null;
  while (readField()) last = readMount(last);
  closeFile(MOUNTS, file);
  return last;
}

/** Logs `result` if it is a -errno other than -EBUSY, of which the end will tell; returns whether it is none. */
function works(format: string, point: string, result: i32): bool {
  return result != -EBUSY && !failed(format, point, result);
}

/**
 * Makes the file systems read-only. That holds wherever they are mounted: an unmount leaves one as it is that another
 * namespace has mounted, too. It fails while a file is open for writing: a swap file, or one behind a loop device.
 */
function makeReadOnly(disk: Mount | null): void {
  while (disk) {
    works("can't make %s read-only: %m", disk.point, mount(null, disk.point, null, MS_REMOUNT | MS_RDONLY, null));
    disk = disk.earlier;
  }
}

function unmount(point: string): bool {
  if (point == "/") return false; // It would be made read-only and stay.
  if (!works("can't unmount %s: %m", point, umount2(point, UMOUNT_NOFOLLOW))) return false;
  info("unmounted %s", point);
  return true;
}

/** Unmounts what can be; returns whether that was anything, as then more can be. */
function unmountIdle(disk: Mount | null): bool {
  let done = false;
  while (disk) {
    if (unmount(disk.point)) done = true;
    disk = disk.earlier;
  }
  return done;
}

function isAnyWritable(disk: Mount | null): bool {
  while (disk && !disk.isWritable) disk = disk.earlier;
  return disk != null;
}

/** Unmounts the disks, or makes them read-only if they are in use; returns whether that could be done in so many tries. */
function leave(tries: i32): bool {
  while (true) {
    let disks = findDisks();
    makeReadOnly(disks);
    while (unmountIdle(disks)) disks = findDisks();
    if (!isAnyWritable(findDisks())) return true;
    if (--tries == 0) return false;
    waitFor(NOBODY, now() + PAUSE);
  }
}

/** Has the kernel make all disks read-only, whoever writes; it does so in its own time. Returns whether it will. */
function force(): bool {
  info("a disk is in use, making all read-only by force");
  const fd = open(SYSRQ, O_WRONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", SYSRQ, fd)) return false;
  const written = write(fd, "u");
  closeFile(SYSRQ, fd);
  return !failed("can't write %s: %m", SYSRQ, written);
}

function tell(disk: Mount | null): void {
  while (disk) {
    if (disk.isWritable) error("%s stays mounted and writable", disk.point);
    else info("%s stays mounted, read-only", disk.point);
    disk = disk.earlier;
  }
}

/** Whether this is not a container, whose disks, and the kernel that could be told to, are another system's. */
function isMachine(): bool {
  return look("/proc/2") == 0; // All processes have been ended, so it is the kernel's own.
}

function syncDisks(): void {
  failed("can't sync: %m", null, sync());
}

/** Syncs the disks, then unmounts them, or makes them read-only if they are in use. */
export function unmountDisks(): void {
  syncDisks(); // First of all: whatever holds up the rest, the data is written.
  mountProc(); // /etc/reboot may have unmounted all there was.
  reportKept();
  if (!isMachine()) return;
  if (!leave(BUSY) && force()) {
    leave(FORCED);
    syncDisks(); // It waits for the kernel, which calls a disk read-only before all is written to it.
  }
  tell(findDisks());
}

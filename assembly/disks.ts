import { EBUSY, ENOENT, MS_RDONLY, MS_REMOUNT, O_CLOEXEC, O_WRONLY, UMOUNT_NOFOLLOW } from "./linux";
import { mount, open, sync, umount2, write } from "./linux";
import { now } from "./clock";
import { closeFile, look } from "./files";
import { error, failed, info, reportKept } from "./log";
import { Mount, findDisks } from "./mountinfo";
import { mountProc } from "./mounts";
import { NOBODY, waitFor } from "./processes";

const SYSRQ = "/proc/sysrq-trigger";

// How often is looked whether all is done.
const BUSY = 5; // The kernel may close the files of a process only after its end.
const FORCED = 15;
const PAUSE: i64 = 200; // milliseconds

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

/** Unmounts the disks, or makes them read-only if they are in use; returns whether so many tries were enough. */
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

/** Whether this is a container, whose disks, and the kernel that could be told to, are another system's. */
function isContainer(): bool {
  return look("/proc/1") == 0 && look("/proc/2") == -ENOENT; // The latter is the kernel's own: all others have ended.
}

function syncDisks(): void {
  failed("can't sync: %m", null, sync());
}

/** Syncs the disks, then unmounts them, or makes them read-only if they are in use. */
export function unmountDisks(): void {
  syncDisks(); // First of all: whatever holds up the rest, the data is written.
  mountProc(); // /etc/reboot may have unmounted all there was.
  reportKept();
  if (isContainer()) return;
  if (!leave(BUSY) && force()) {
    leave(FORCED);
    syncDisks(); // It waits for the kernel, which calls a disk read-only before all is written to it.
  }
  tell(findDisks());
}

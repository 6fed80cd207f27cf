import { EBUSY, ECHILD, ENOENT, MS_RDONLY, MS_REMOUNT, O_CLOEXEC, O_WRONLY, SIGKILL, UMOUNT_NOFOLLOW } from "./linux";
import { WNOHANG, _exit, fork, mount, open, sync, umount2, waitpid, write } from "./linux";
import { now } from "./clock";
import { closeFile, look } from "./files";
import { error, failed, info, reportFailures } from "./log";
import { closeMounts, device, isWritable, nextDisk, openMounts, point } from "./mountinfo";
import { mountProc } from "./mounts";
import { page } from "./page";
import { NOBODY, RUNNING, waitFor, waitUntil } from "./processes";
import { signal } from "./signals";

/**
 * How the disks are left: each is made read-only and then unmounted by a child of its own, as one that does not answer
 * holds for ever whoever waits for it. There are rounds of that, as long as they change anything: what is mounted in
 * another disk, or is a file of it, keeps that one from being unmounted.
 */

const SYSRQ = "/proc/sysrq-trigger";

// milliseconds
const SECOND: i64 = 1000;
const PATIENCE: i64 = 25 * SECOND; // for all of it: less than `waitOrLeave` gives
const PAUSE: i64 = 200; // that the others wait for a child; that it takes longer is no failure
const BUSY: i64 = SECOND; // The kernel may close the files of a process only after its end.
const FORCED: i64 = 3 * SECOND;

const NONE: u32 = 0; // The device of the child that syncs.

/** A child that takes longer, and the device that it waits for. */
@unmanaged
class Child {
  pid: i32;
  device: u32;
}

const SIZE: usize = 8; // bytes of a Child
const children = page; // As each takes a PAUSE at least, there are no more in all the PATIENCE.
let count = 0;

let deadline: i64 = 0;
let found = 0; // disks in this round, before it changed anything
let isAnyWritable = false; // of them

let canFork = true;

/** fork(2): logs that no child can be had, but only once for all that would have had one. */
export function tryFork(): i32 {
  const pid = fork();
  if (canFork) failed("can't fork: %m", null, pid);
  canFork = pid >= 0;
  return pid;
}

function childAt(index: i32): Child {
  return changetype<Child>(children + SIZE * index);
}

function keepChild(index: i32, pid: i32, device: u32): void {
  childAt(index).pid = pid;
  childAt(index).device = device;
}

function isHeld(device: u32): bool {
  for (let i = 0; i < count; i++) {
    if (childAt(i).device == device) return true;
  }
  return false;
}

function isRunning(pid: i32): bool {
  const result = waitpid(pid, WNOHANG);
  if (result != -ECHILD) failed("can't wait for a child: %m", null, result); // ECHILD: it has been reaped
  return result == 0;
}

/** Forgets the children that have ended; returns whether there were any. */
function forgetEnded(): bool {
  const before = count;
  count = 0;
  for (let i = 0; i < before; i++) {
    const child = childAt(i);
    if (isRunning(child.pid)) keepChild(count++, child.pid, child.device);
  }
  return count < before;
}

/** Logs `result` if it is a -errno other than -EBUSY, of which the end will tell; returns whether it is none. */
function works(format: string, result: i32): bool {
  return result != -EBUSY && !failed(format, point, result);
}

/**
 * Makes the disk read-only: that writes all to it, and holds wherever it is mounted, while an unmount leaves it as it is
 * if another namespace has mounted it, too. It fails while a file is open for writing: a swap file, or one behind a loop
 * device.
 */
function leave(): void {
  works("can't make %s read-only: %m", mount(null, point, null, MS_REMOUNT | MS_RDONLY, null));
  if (point == "/") return; // It would stay.
  if (works("can't unmount %s: %m", umount2(point, UMOUNT_NOFOLLOW))) info("unmounted %s", point);
}

function syncAll(): void {
  failed("can't sync: %m", null, sync());
}

/** Has a child leave the disk, or sync if `device` is `NONE`, and waits a moment for it. */
function letChild(device: u32): void {
  const pid = tryFork();
  if (pid > 0) {
    if (waitUntil(pid, now() + PAUSE) == RUNNING) keepChild(count++, pid, device);
    return;
  }
  if (device == NONE) syncAll();
  else leave();
  if (pid == 0) _exit(0); // Without a child nothing else is left to try.
}

/** A round: has each disk left that no child is at. */
function leaveEach(): void {
  found = 0;
  isAnyWritable = false;
  if (!openMounts()) return;
  while (nextDisk()) {
    found++;
    if (isHeld(device)) continue;
    if (isWritable) isAnyWritable = true;
    if (now() < deadline) letChild(device);
  }
  closeMounts();
}

/**
 * Leaves all disks but those that are held, in rounds until there is no more to do.
 * @param patience milliseconds for which one may be in use, once nothing else changes.
 * @returns whether none is writable.
 */
function leaveAll(patience: i64): bool {
  let before = 0;
  let until: i64 = 0;
  while (true) {
    leaveEach();
    if (found == 0) return true;
    if (found != before && now() < deadline) {
      before = found; // What was mounted in another, or was a file of it, may be gone.
      until = now() + patience;
      continue;
    }
    if (!isAnyWritable) return true;
    if (now() >= until) return false;
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

function leaveDisks(): void {
  if (leaveAll(BUSY) || !force()) return;
  leaveAll(FORCED);
  letChild(NONE); // It waits for the kernel, which calls a disk read-only before all is written to it.
}

/** Waits until one of the children has ended; returns false if there is none, or none has before the time is over. */
function awaitChild(): bool {
  while (count > 0) {
    if (forgetEnded()) return true;
    if (now() >= deadline) return false;
    waitFor(childAt(0).pid, now() + SECOND); // The others, too, may end meanwhile.
  }
  return false;
}

function tell(): void {
  if (found == 0 || !openMounts()) return;
  while (nextDisk()) {
    if (isHeld(device)) error("%s does not answer, going on without it", point);
    else if (isWritable) error("%s stays mounted and writable", point);
    else info("%s stays mounted, read-only", point);
  }
  closeMounts();
}

/** Ends the children that there are: they must not unmount what is mounted again, should the machine go on. */
function endChildren(): void {
  if (isHeld(NONE)) error("the sync does not end, going on without it");
  for (let i = 0; i < count; i++) signal(childAt(i).pid, SIGKILL);
}

/** Whether this is a container, whose disks, and the kernel that could be told to, are another system's. */
function isContainer(): bool {
  return look("/proc/1") == 0 && look("/proc/2") == -ENOENT; // The latter is the kernel's own: all others have ended.
}

/** Syncs the disks, then unmounts them, or makes them read-only if they are in use. */
export function unmountDisks(): void {
  deadline = now() + PATIENCE;
  count = 0;
  letChild(NONE); // First of all: whatever holds up the rest, the data is written.
  mountProc(); // /etc/reboot may have unmounted all there was.
  reportFailures();
  const isOwner = !isContainer();
  do {
    if (isOwner) leaveDisks();
  } while (awaitChild());
  tell();
  endChildren();
}

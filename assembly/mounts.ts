import {
  EBUSY,
  EEXIST,
  MS_MOVE,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_REMOUNT,
  MS_STRICTATIME,
  UMOUNT_NOFOLLOW,
} from "./linux";
import { mkdir, mount, umount2 } from "./linux";
import { failed, noteFailure } from "./log";
import { isMountPoint } from "./mountpoint";

const MS_NOSE: u32 = MS_NOSUID | MS_NOEXEC;

const MS_OTHER: u32 = MS_REMOUNT | MS_MOVE | MS_PRIVATE; // mounts nothing new

function mountOn(source: string | null, target: string, type: string | null, flags: u32, data: string | null): void {
  noteFailure("mkdir %s: %m", target, mkdir(target, 0o755), EEXIST);
  noteFailure("mount %s: %m", target, mount(source, target, type, flags, data), EBUSY); // EBUSY: it is mounted already
}

/** Mounts /proc, if it is not there. */
export function mountProc(): void {
  mountOn("none", "/proc", "proc", MS_NOSE | MS_NODEV, null);
}

/**
 * mount(2): mounts the file systems that every service expects, /proc, /dev, /sys, /sys/fs/cgroup and /dev/pts; the kernel gives an
 * initramfs none but its root. What is mounted already stays; what fails is in the log once `setUp` has one.
 */
export function mountFileSystems(): void {
  mountOn(null, "/", null, MS_REMOUNT | MS_NOSUID, null);
  mountProc();
  mountOn("none", "/dev", "devtmpfs", MS_NOSE | MS_STRICTATIME, null);
  mountOn("none", "/sys", "sysfs", MS_NOSE | MS_NODEV, null);
  mountOn("none", "/sys/fs/cgroup", "cgroup2", MS_NOSE | MS_NODEV, null);
  mountOn("devpts", "/dev/pts", "devpts", MS_NOSE, "gid=5,mode=0620");
}

/**
 * mount(2): mounts a file system, on a directory that is made if it is not there. What is mounted there already stays, as a
 * policy begins again after a trap.
 * @param target the directory, its path as the kernel has it, without links or a `/` at its end; in ASCII, without white space.
 * @param source a device, or a name such as `tmpfs`; null if the type has none.
 * @param type such as `ext4`; null with `MS_MOVE`, `MS_PRIVATE` and `MS_REMOUNT`.
 * @param flags `MS_*` of `wasinit/linux`.
 * @param data options of the type, with commas between them.
 * @returns 0, also if it is mounted; or -errno, logged: ENODEV when the kernel has no such type, ENOENT without the device.
 */
export function mountAt(
  target: string,
  source: string | null,
  type: string | null,
  flags: u32 = 0,
  data: string | null = null,
): i32 {
  const made = mkdir(target, 0o755);
  if (made != -EEXIST) failed("mkdir %s: %m", target, made);
  else if (!(flags & MS_OTHER) && isMountPoint(target)) return 0;
  const result = mount(source, target, type, flags, data);
  failed("can't mount %s: %m", target, result);
  return result;
}

/**
 * umount2(2): unmounts a file system.
 * @param target where it is mounted; not a link to that.
 * @returns 0, or -errno, logged: EBUSY if it is in use, EINVAL if nothing is mounted there.
 */
export function umount(target: string): i32 {
  const result = umount2(target, UMOUNT_NOFOLLOW);
  failed("can't unmount %s: %m", target, result);
  return result;
}

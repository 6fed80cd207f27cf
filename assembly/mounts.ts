import { EBUSY, EEXIST, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_REMOUNT, MS_STRICTATIME, mkdir, mount } from "./linux";
import { noteFailure } from "./log";

const MS_NOSE: u32 = MS_NOSUID | MS_NOEXEC;

function mountOn(source: string | null, target: string, type: string | null, flags: u32, data: string | null): void {
  noteFailure("mkdir %s: %m", target, mkdir(target, 0o755), EEXIST);
  noteFailure("mount %s: %m", target, mount(source, target, type, flags, data), EBUSY); // EBUSY: it is mounted already
}

/** Mounts /proc, if it is not there. */
export function mountProc(): void {
  mountOn("none", "/proc", "proc", MS_NOSE | MS_NODEV, null);
}

/** Mounts the file systems that every service expects; the kernel gives an initramfs none but its root. */
export function mountFileSystems(): void {
  mountOn(null, "/", null, MS_REMOUNT | MS_NOSUID, null);
  mountProc();
  mountOn("none", "/dev", "devtmpfs", MS_NOSE | MS_STRICTATIME, null);
  mountOn("none", "/sys", "sysfs", MS_NOSE | MS_NODEV, null);
  mountOn("none", "/sys/fs/cgroup", "cgroup2", MS_NOSE | MS_NODEV, null);
  mountOn("devpts", "/dev/pts", "devpts", MS_NOSE, "gid=5,mode=0620");
}

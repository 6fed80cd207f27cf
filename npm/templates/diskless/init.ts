/** A root that is never written to: a disk below, memory above it, and a distribution's own init. */

import { Request, failed, isProgram, mountAt, option, rescueShell, run, setUp, shutDown, switchRoot } from "wasinit";
import { umount } from "wasinit";
import { MS_NODEV, MS_NOSUID, MS_RDONLY, mkdir } from "wasinit/linux";

const MODPROBE = "/sbin/modprobe";
const DRIVERS: StaticArray<string> = ["-a", "virtio_pci", "virtio_blk", "ext4", "overlay"];

const NEWROOT = "/newroot";
const LAYERS = "lowerdir=/below,upperdir=/above/files,workdir=/above/work";

/** Mounts the layers, and what they are together; returns whether it could. */
function mountRoot(device: string): bool {
  if (mountAt("/below", device, "ext4", MS_RDONLY) < 0) return false;
  mountAt("/above", "tmpfs", "tmpfs", MS_NODEV | MS_NOSUID, "mode=0755,size=50%");
  failed("can't make %s: %m", "/above/files", mkdir("/above/files", 0o755));
  failed("can't make %s: %m", "/above/work", mkdir("/above/work", 0o755));
  if (mountAt(NEWROOT, "overlay", "overlay", 0, LAYERS) == 0) return true;
  umount("/above");
  umount("/below");
  return false;
}

/** `disk=DEVICE` on the kernel's command line names the disk, and `init=` the new root's init. */
export function boot(): void {
  setUp();
  if (isProgram(MODPROBE)) run(MODPROBE, DRIVERS); // A kernel may have them built in.
  if (mountRoot(option("disk") || "/dev/vda")) switchRoot(NEWROOT);
  rescueShell(); // It could not be, and the log says why. There is none if a signal has asked for the end.
  shutDown(-1, Request.Restart);
}

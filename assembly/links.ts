import { EEXIST, chmod, mkdir, symlink } from "./linux";
import { noteFailure } from "./log";

function link(path: string, target: string): void {
  noteFailure("symlink %s: %m", path, symlink(target, path), EEXIST);
}

function share(path: string): void {
  noteFailure("mkdir %s: %m", path, mkdir(path, 0o1777), EEXIST);
  noteFailure("chmod %s: %m", path, chmod(path, 0o1777)); // mkdir leaves out what the umask has.
}

/**
 * symlink(2), mkdir(2): makes the links and the shared directories that programs take for granted: /etc/mtab, /dev/fd, /dev/stdin,
 * /dev/stdout, /dev/stderr, /dev/shm and /tmp. What fails is in the log once `setUp` has one.
 */
export function makeLinks(): void {
  link("/etc/mtab", "/proc/mounts");
  link("/dev/fd", "/proc/self/fd");
  link("/dev/stdin", "/proc/self/fd/0");
  link("/dev/stdout", "/proc/self/fd/1");
  link("/dev/stderr", "/proc/self/fd/2");
  share("/dev/shm");
  share("/tmp");
}

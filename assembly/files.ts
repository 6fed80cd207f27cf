import {
  EINVAL,
  EISDIR,
  ENOENT,
  O_CLOEXEC,
  O_NONBLOCK,
  O_RDONLY,
  O_WRONLY,
  RAMFS_MAGIC,
  TMPFS_MAGIC,
  X_OK,
} from "./linux";
import { access, close, open, read, readlink, write } from "./linux";
import { failed } from "./log";
import { spare } from "./page";

/** Logs `result` if it is a -errno other than -ENOENT: that a file is not there is an answer. */
function known(format: string, path: string, result: i32): i32 {
  if (result != -ENOENT) failed(format, path, result);
  return result;
}

/**
 * readlink(2): looks whether there is a file. A link counts as it is and is not followed, as it may lead to where nobody
 * answers.
 * @returns 0, or -errno: ENOENT if there is none; any other is logged.
 */
export function look(path: string): i32 {
  const length = readlink(path, spare - 1, 1);
  if (length == -EINVAL) return 0; // It is no link.
  return known("can't look for %s: %m", path, min(length, 0));
}

/**
 * access(2): whether there is a file that may be run; the log says why not, unless there is none.
 * @returns that; it may be a directory.
 */
export function isProgram(path: string): bool {
  return known("can't run %s: %m", path, access(path, X_OK)) == 0;
}

/** Whether a file system of this type of statfs(2) is a RAM disk: in it a file is memory. */
export function isMemory(type: i64): bool {
  return type == RAMFS_MAGIC || type == TMPFS_MAGIC;
}

/** Opens a file, without waiting if it is a FIFO; returns the descriptor or -errno, logged unless it is ENOENT. */
export function openFile(path: string): i32 {
  return known("can't open %s: %m", path, open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0));
}

export function closeFile(path: string, fd: i32): void {
  failed("can't close %s: %m", path, close(fd));
}

/**
 * Whether there is a directory; the log says why that can't be told.
 * @param path which is opened, and so may hold whoever asks if its disk does not answer.
 */
export function isDirectory(path: string): bool {
  const fd = openFile(path);
  if (fd < 0) return false;
  const result = read(fd, 0, 0);
  closeFile(path, fd);
  return result == -EISDIR;
}

/**
 * write(2): writes a text, in one call and without truncating it, to a file that is there, such as those of /proc and /sys.
 * @returns 0, or -errno, logged: ENOENT if it is not there, EINVAL if the kernel would not have such a value.
 */
export function writeFile(path: string, text: string): i32 {
  const fd = open(path, O_WRONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", path, fd)) return fd;
  const written = write(fd, text);
  failed("can't write %s: %m", path, written);
  closeFile(path, fd);
  return min(written, 0);
}

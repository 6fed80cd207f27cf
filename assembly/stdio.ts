import { CLOSE_RANGE_CLOEXEC, F_GETFD, F_SETFD, F_SETFL, O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDWR } from "./linux";
import { close, close_range, dup2, fcntl, open } from "./linux";
import { noteFailure } from "./log";

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

function openAs(fd: i32, path: string): void {
  // A console without a carrier would hold a blocking open, and a terminal must not become PID 1's own.
  const opened = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);
  if (opened < 0) {
    noteFailure("open %s: %m", path, opened);
    if (fd != STDIN && fcntl(fd, F_GETFD, 0) < 0) dup2(fd - 1, fd); // Else the next open would become this stream.
    return;
  }
  if (opened == fd) {
    noteFailure("fcntl %s: %m", path, fcntl(fd, F_SETFD, 0));
  } else {
    noteFailure("dup2 %s: %m", path, dup2(opened, fd));
    noteFailure("close %s: %m", path, close(opened));
  }
  noteFailure("fcntl %s: %m", path, fcntl(fd, F_SETFL, 0)); // Services expect to block.
}

/**
 * Opens the standard streams of PID 1 and of all it spawns: /dev/null, /dev/console and /dev/kmsg; no other descriptor is
 * inherited. What fails is in the log once `setUp` has one.
 */
export function openStandardStreams(): void {
  openAs(STDIN, "/dev/null");
  openAs(STDOUT, "/dev/console");
  openAs(STDERR, "/dev/kmsg");
  const others = close_range(STDERR + 1, u32.MAX_VALUE, CLOSE_RANGE_CLOEXEC); // ENOSYS before Linux 5.11
  noteFailure("close_range: %m", null, others);
}

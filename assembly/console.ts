import { EINTR, O_CLOEXEC, O_RDONLY, O_RDWR, TIOCSCTTY, dup2, ioctl, open, read } from "./linux";
import { put, setLength } from "./bytes";
import { closeFile } from "./files";
import { life } from "./life";
import { failed } from "./log";
import { page } from "./page";
import { Program } from "./programs";
import { runProgram } from "./run";

const ACTIVE = "/sys/class/tty/console/active";
const CONSOLE = "/dev/console";

const SPACE: u32 = 0x20;
const NAMES: u32 = 256; // bytes: names of terminals, of which the last is what /dev/console is

const DEV = "/dev/";
const tty = changetype<string>(memory.data(20 + 2 * 300, 4) + 20);

/** Makes `tty` the path of the terminal behind /dev/console, which can't be anybody's controlling terminal itself. */
function findTty(): string {
  const fd = open(ACTIVE, O_RDONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", ACTIVE, fd)) return CONSOLE;
  const length = read(fd, page, NAMES);
  closeFile(ACTIVE, fd);
  if (failed("can't read %s: %m", ACTIVE, length)) return CONSOLE;
  let end = page + length;
  while (end > page && load<u8>(end - 1) <= SPACE) end--;
  let start = end;
  while (start > page && load<u8>(start - 1) > SPACE) start--;
  if (start == end) return CONSOLE; // The kernel names none.
  let units: u32 = 0;
  for (let i = 0; i < DEV.length; i++) put(tty, units++, DEV.charCodeAt(i));
  while (start < end) put(tty, units++, load<u8>(start++));
  setLength(tty, units);
  return tty;
}

/**
 * ioctl_tty(2): makes a terminal that of this session, and its standard streams; to be called in a child, in `prepare`. What
 * fails is logged.
 * @param path such as `/dev/tty1`; not `/dev/console`, which can't be anybody's.
 */
export function takeTerminal(path: string): void {
  const fd = open(path, O_RDWR | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", path, fd)) return;
  failed("can't control %s: %m", path, ioctl(fd, TIOCSCTTY, 1)); // 1: also if it is another session's
  for (let stream = 0; stream < 3; stream++) failed("can't use %s: %m", path, dup2(fd, stream));
}

class Shell extends Program {
  start(): i32 {
    return life.asked ? -EINTR : super.start(); // It would hold up what was asked for, and nothing would end it.
  }

  prepare(): void {
    takeTerminal(findTty());
  }
}

const shell = new Shell("");

/**
 * Runs a shell on the console, with job control: Ctrl-C ends what runs in it. For somebody who sits there: it waits for as
 * long as that takes, or until a signal asks for the end of the machine. None is started once one has.
 * @param path of the shell.
 * @returns its exit status, as `run` does; 127 if none was started.
 */
export function rescueShell(path: string = "/bin/sh"): i32 {
  shell.path = path;
  return runProgram(shell);
}

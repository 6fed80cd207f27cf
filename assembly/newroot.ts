import { EINVAL, ENOENT, MS_MOVE, MS_PRIVATE, O_CLOEXEC, O_RDONLY } from "./linux";
import { _exit, chdir, chroot, execve, fchdir, fork, lstat, mount, open, read, statfs } from "./linux";
import { tellNothing } from "./environment";
import { closeFile, isMemory, isProgram, look } from "./files";
import { error, failed, info } from "./log";
import { SIZE, spare } from "./page";
import { waitOrLeave } from "./processes";

/** Where the new root is mounted, or a link to there: that it exists asks for the hand-over. */
const NEWROOT = "/newroot";

const CMDLINE = "/proc/cmdline";
const INIT: u32 = 0x74696e69; // "init"
const EQUALS: u8 = 0x3d;
const DASHES: u16 = 0x2d2d;
const SPACE: u8 = 0x20;

// What is longest of all that `init=` can be, as a string, and behind that the command line, with a 0 on both sides.
const named = spare + 20;
const cmdline = named + 2 * SIZE;

/** Makes a string of the bytes at `value`, up to white space: its length in bytes stands in front of it. */
function name(value: usize): void {
  let length: u32 = 0;
  for (; load<u8>(value) > SPACE; value++) {
    store<u16>(named + length, load<u8>(value));
    length += 2;
  }
  store<u32>(named - 4, length);
}

/** Looks which init the kernel's command line names: the last, if there are more. */
function readInit(): void {
  store<u32>(named - 4, 0);
  const fd = open(CMDLINE, O_RDONLY | O_CLOEXEC, 0);
  if (failed("can't open %s: %m", CMDLINE, fd)) return;
  const length = read(fd, cmdline + 1, SIZE);
  closeFile(CMDLINE, fd);
  if (failed("can't read %s: %m", CMDLINE, length)) return;
  store<u8>(cmdline, 0);
  store<u8>(cmdline + 1 + length, 0);
  for (let at = cmdline; at < cmdline + length; at++) {
    if (load<u8>(at) > SPACE) continue;
    if (load<u16>(at + 1) == DASHES && load<u8>(at + 3) <= SPACE) return; // What comes is for /etc/boot.
    if (load<u32>(at + 1) == INIT && load<u8>(at + 5) == EQUALS) name(at + 6);
  }
}

/** Finds the init of the new root, which has to be `/`: the one that is named, or else where the kernel looks, too. */
function findInit(): string | null {
  const only = load<u32>(named - 4) > 0;
  const first = only ? changetype<string>(named) : "/sbin/init";
  if (isProgram(first)) return first;
  if (!only) {
    if (isProgram("/etc/init")) return "/etc/init";
    if (isProgram("/bin/init")) return "/bin/init";
  }
  error("the new root has no %s", only ? first : "init");
  return null;
}

function canUse(result: i32): bool {
  return !failed("can't use %s: %m", NEWROOT, result);
}

/** Makes the new root the working directory, and that `/`. */
function isUsable(): bool {
  const type = statfs("/");
  const here = lstat("/");
  const there = lstat("/newroot/.");
  if (!canUse(<i32>min(min(min(type, here), there), 0))) return false;
  if (!isMemory(type)) {
    error("%s is no RAM disk", "/");
    return false;
  }
  if (here == there) {
    error("%s is on the RAM disk", NEWROOT);
    return false;
  }
  // It is private at any rate, as the kernel would have mounted it: what is no mount point is refused.
  if (failed("%s is no mount point: %m", NEWROOT, mount(null, NEWROOT, null, MS_PRIVATE, null))) return false;
  return canUse(chdir(NEWROOT)) && canUse(chroot(".")) && (findInit() ? true : false);
}

/**
 * Whether a hand-over, which is asked for, can be; if it can't, the log says why. A child looks, as a file system that does
 * not answer holds whoever does.
 */
export function canHandOver(): bool {
  readInit();
  const pid = fork();
  if (failed("can't fork: %m", null, pid)) return false;
  if (pid == 0) _exit(isUsable() ? 0 : 1);
  return waitOrLeave(pid, "a disk does not answer, going on without it") == 0;
}

/** Moves what is mounted at `from`, if anything is. */
function move(from: string, to: string): void {
  const result = mount(from, to, null, MS_MOVE, null);
  if (result == -EINVAL || (result == -ENOENT && look(from) != 0)) return;
  failed("can't move %s: %m", from, result);
}

/** Hands over to the new root's init, with that the working directory, or undoes what it did. */
function enter(root: i32): void {
  if (!canUse(mount(".", "/", null, MS_MOVE, null))) return;
  if (canUse(chroot("."))) {
    const init = findInit();
    if (init) {
      info("running %s", init);
      tellNothing();
      failed("can't run %s: %m", init, execve(init, root));
    }
    canUse(fchdir(root));
    canUse(chroot("."));
  }
  canUse(chdir("/..")); // What is mounted over `/` has no other name.
  canUse(mount(".", NEWROOT, null, MS_MOVE, null));
}

/** Hands the machine over to the new root, and frees the RAM disk; if it can't, the log says why, and nothing has changed. */
export function handOver(): void {
  const root = open("/", O_RDONLY | O_CLOEXEC, 0);
  if (!canUse(root)) return;
  if (canUse(chdir(NEWROOT))) {
    // An init that finds none of these mounts them, as it would if the kernel had started it.
    move("/proc", "proc");
    move("/sys", "sys");
    move("/dev", "dev");
    move("/run", "run");
    enter(root);
    move("proc", "/proc");
    move("sys", "/sys");
    move("dev", "/dev");
    move("run", "/run");
    canUse(chdir("/"));
  }
  closeFile("/", root);
}

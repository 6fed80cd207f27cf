import { EINVAL, ENOENT, MS_MOVE, MS_PRIVATE, O_CLOEXEC, O_RDONLY } from "./linux";
import { _exit, chdir, chroot, execve, fchdir, fork, lstat, mount, open, statfs } from "./linux";
import { option } from "./cmdline";
import { tellNothing } from "./environment";
import { closeFile, isMemory, isProgram, look } from "./files";
import { Phase, life } from "./life";
import { error, failed, info } from "./log";
import { waitOrLeave } from "./processes";

/** Where the new root is mounted, or a link to there: that it exists asks for the hand-over. */
export const NEWROOT = "/newroot";

/** The init that the kernel's command line names. */
let named: string | null = null;

/** Finds the init of the new root, which has to be `/`: the one that is named, or else where the kernel looks, too. */
function findInit(): string | null {
  const only = named;
  if (only && only.length) {
    if (isProgram(only)) return only;
  } else {
    if (isProgram("/sbin/init")) return "/sbin/init";
    if (isProgram("/etc/init")) return "/etc/init";
    if (isProgram("/bin/init")) return "/bin/init";
  }
  error("the new root has no %s", only && only.length ? only : "init");
  return null;
}

/** Where the new root is that is used. */
let newroot = NEWROOT;

function canUse(result: i32): bool {
  return !failed("can't use %s: %m", newroot, result);
}

/** Makes the new root the working directory, and that `/`. */
function isUsable(): bool {
  const type = statfs("/");
  const here = lstat("/");
  if (!canUse(<i32>min(min(type, here), 0))) return false;
  if (!isMemory(type)) {
    error("%s is no RAM disk", "/");
    return false;
  }
  if (!canUse(chdir(newroot))) return false;
  const there = lstat(".");
  if (!canUse(<i32>min(there, 0))) return false;
  if (here == there) {
    error("%s is on the RAM disk", newroot);
    return false;
  }
  // It is private at any rate, as the kernel would have mounted it: what is no mount point is refused.
  if (failed("%s is no mount point: %m", newroot, mount(null, newroot, null, MS_PRIVATE, null))) return false;
  return canUse(chroot(".")) && (findInit() ? true : false);
}

/**
 * Whether a hand-over, which is asked for, can be; if it can't, the log says why. A child looks, as a file system that does
 * not answer holds whoever does.
 * @param root where the new root is mounted.
 */
export function canHandOver(root: string): bool {
  newroot = root;
  named = option("init");
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
    const before = life.phase;
    life.phase = Phase.Left;
    const init = findInit();
    if (init) {
      info("running %s", init);
      tellNothing();
      failed("can't run %s: %m", init, execve(init, root));
    }
    canUse(fchdir(root));
    canUse(chroot("."));
    life.phase = before;
  }
  canUse(chdir("/..")); // What is mounted over `/` has no other name.
  canUse(mount(".", newroot, null, MS_MOVE, null));
}

/**
 * Hands the machine over to the new root, and frees the RAM disk; if it can't, the log says why, and nothing has changed. To
 * be called once `canHandOver` has said that it can be.
 */
export function handOver(): void {
  const root = open("/", O_RDONLY | O_CLOEXEC, 0);
  if (!canUse(root)) return;
  if (canUse(chdir(newroot))) {
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

import { ENOENT, O_CLOEXEC, O_WRONLY, RB_DISABLE_CAD } from "./linux";
import { chdir, close, open, reboot, setenv, statfs, unlink, write } from "./linux";
import { isMemory } from "./files";
import { Phase, life } from "./life";
import { makeLinks } from "./links";
import { info, noteFailure, reportFailures } from "./log";
import { mountFileSystems } from "./mounts";
import { readSettings } from "./settings";
import { openStandardStreams } from "./stdio";

function set(path: string, value: string): void {
  const fd = open(path, O_WRONLY | O_CLOEXEC, 0);
  noteFailure("open %s: %m", path, fd);
  if (fd < 0) return;
  noteFailure("write %s: %m", path, write(fd, value));
  noteFailure("close %s: %m", path, close(fd));
}

function setDefault(name: string, value: string): void {
  noteFailure("setenv %s: %m", name, setenv(name, value, 0));
}

function setUpOnce(): void {
  noteFailure("chdir %s: %m", "/", chdir("/"));
  setDefault("TERM", "linux");
  setDefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  mountFileSystems();
  openStandardStreams();
  makeLinks();
  set("/proc/sys/kernel/printk_devkmsg", "on\n"); // Else all services share 10 lines in 5 s; refused without the \n.
  noteFailure("can't trap Ctrl-Alt-Del: %m", null, reboot(RB_DISABLE_CAD)); // It becomes a SIGINT.
  const type = statfs("/");
  noteFailure("statfs %s: %m", "/", <i32>min(type, 0));
  if (isMemory(type)) noteFailure("unlink %s: %m", "/init", unlink("/init"), ENOENT); // A disk needs it for the next boot.
  info("wasinit %v");
  reportFailures();
}

/**
 * Makes of the bare kernel a system that programs can run in, by `mountFileSystems`, `openStandardStreams`, after which programs
 * write standard error to the kernel's log, and `makeLinks`; and reads what the kernel's command line sets. What fails is logged,
 * and the boot goes on. After a trap the system is there, and is left as it is.
 */
export function setUp(): void {
  if (life.phase == Phase.SetUp) {
    setUpOnce();
    life.phase = Phase.Ready;
  }
  readSettings();
}

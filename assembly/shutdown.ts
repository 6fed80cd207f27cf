import { F_OK, RB_AUTOBOOT, RB_HALT_SYSTEM, RB_KEXEC, RB_POWER_OFF, SIGKILL } from "./linux";
import { _exit, access, fork, kill, reboot } from "./linux";
import { now } from "./clock";
import { unmountDisks } from "./disks";
import { Phase, life } from "./life";
import { error, failed, info } from "./log";
import { ALL, GONE, RUNNING, stop, waitUntil } from "./processes";
import { Request } from "./signals";
import { loadKernel } from "./update";

const PATIENCE: i64 = 30000; // milliseconds that the disks get to write what is cached

function isAsked(request: Request, path: string): bool {
  return (life.asked & request) != 0 || access(path, F_OK) == 0;
}

function endProcesses(): void {
  info("ending all processes");
  if (stop(-1, ALL) != GONE) error("some processes can't be killed, going on without them");
}

/** Syncs the disks and unmounts them: in a child, as one that doesn't answer holds whoever waits for it. */
function leaveDisks(): void {
  info("syncing");
  const pid = fork();
  if (failed("can't fork: %m", null, pid)) return unmountDisks(); // Nothing else is left to try.
  if (pid == 0) {
    unmountDisks();
    _exit(0);
  }
  const status = waitUntil(pid, now() + PATIENCE);
  if (status == RUNNING) {
    error("a disk does not answer, going on without it");
    kill(pid, SIGKILL);
  } else if (status != 0) {
    error("syncing has ended with wait status %d", null, status);
  }
}

/** Ends the machine; returns only if the kernel would not have it. */
function end(what: string, request: Request, cmd: u32): void {
  endProcesses();
  leaveDisks();
  info(what);
  error("%s failed, the machine goes on: %m", what, reboot(cmd));
  life.asked &= ~request;
}

/** Does what the stages' end is for: ends the machine in the first way that applies, else lets userland start again. */
export function finish(): void {
  life.phase = Phase.End;
  if (isAsked(Request.PowerOff, "/poweroff")) return end("powering off", Request.PowerOff, RB_POWER_OFF);
  if (isAsked(Request.Halt, "/halt")) return end("halting", Request.Halt, RB_HALT_SYSTEM);
  if (loadKernel()) end("starting the new kernel", Request.None, RB_KEXEC);
  if (isAsked(Request.Restart, "/reboot")) return end("restarting", Request.Restart, RB_AUTOBOOT);
  endProcesses();
}

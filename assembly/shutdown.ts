import { F_OK, RB_AUTOBOOT, RB_HALT_SYSTEM, RB_KEXEC, RB_POWER_OFF, access, reboot, sync } from "./linux";
import { now } from "./clock";
import { Phase, life } from "./life";
import { error, failed, info } from "./log";
import { ALL, GONE, GRACE, RUNNING, stop, waitUntil } from "./processes";
import { Request } from "./signals";
import { loadKernel } from "./update";

function isAsked(request: Request, path: string): bool {
  return (life.asked & request) != 0 || access(path, F_OK) == 0;
}

function endProcesses(): void {
  info("ending all processes");
  if (stop(-1, ALL) != GONE) error("some processes can't be killed, going on without them");
}

function writeDisks(): void {
  info("syncing");
  const pid = sync();
  if (failed("can't sync: %m", null, pid)) return;
  if (waitUntil(pid, now() + GRACE) == RUNNING) error("sync takes too long, going on without it");
}

/** Ends the machine; returns only if the kernel would not have it. */
function end(what: string, request: Request, cmd: u32): void {
  endProcesses();
  writeDisks();
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

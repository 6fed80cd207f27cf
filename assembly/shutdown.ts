import { RB_AUTOBOOT, RB_HALT_SYSTEM, RB_KEXEC, RB_POWER_OFF, _exit, reboot } from "./linux";
import { now } from "./clock";
import { tryFork, unmountDisks } from "./disks";
import { Phase, life } from "./life";
import { error, info } from "./log";
import { canHandOver, handOver } from "./newroot";
import { Plan, plan } from "./plan";
import { ALL, GONE, NOBODY, RUNNING, waitOrLeave, stop, waitFor } from "./processes";
import { Request } from "./signals";
import { loadKernel } from "./update";

const TRIES = 3; // at the end of the machine, a second apart

function endProcesses(): void {
  info("ending all processes");
  if (stop(-1, ALL) != GONE) error("some processes can't be killed, going on without them");
}

/** Syncs the disks and unmounts them: in a child, as one that doesn't answer holds whoever waits for it. */
function leaveDisks(): void {
  info("syncing");
  const pid = tryFork();
  if (pid < 0) return unmountDisks(); // Nothing else is left to try.
  if (pid == 0) {
    unmountDisks();
    _exit(0);
  }
  const status = waitOrLeave(pid, "a disk does not answer, going on without it");
  if (status != RUNNING && status != 0) error("syncing has ended with wait status %d", null, status);
}

/** Ends the machine; returns only if the kernel would not have it. */
function end(what: string, request: Request, cmd: u32): void {
  endProcesses();
  leaveDisks();
  info(what);
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) waitFor(NOBODY, now() + 1000);
    error("%s failed: %m", what, reboot(cmd));
  }
  error("the machine goes on");
  life.asked &= ~request;
}

/** Hands the machine over to the new root, if it can be, once all processes have ended. */
function changeRoot(): void {
  const isReady = canHandOver();
  endProcesses();
  if (isReady && !life.asked) handOver(); // What a signal has asked for meanwhile comes first.
}

/** Does what the stages' end is for: ends the machine as it is asked, else lets userland start again. */
export function finish(): void {
  life.phase = Phase.End;
  let next = plan();
  if (next == Plan.Kexec) {
    if (loadKernel()) end("starting the new kernel", Request.None, RB_KEXEC);
    next = plan(false); // It could not be.
  }
  switch (next) {
    case Plan.PowerOff:
      return end("powering off", Request.PowerOff, RB_POWER_OFF);
    case Plan.Halt:
      return end("halting", Request.Halt, RB_HALT_SYSTEM);
    case Plan.Restart:
      return end("restarting", Request.Restart, RB_AUTOBOOT);
    case Plan.NewRoot:
      return changeRoot();
    default:
      return endProcesses();
  }
}

import { RB_AUTOBOOT, RB_HALT_SYSTEM, RB_KEXEC, RB_POWER_OFF, _exit, reboot } from "./linux";
import { now } from "./clock";
import { tryFork, unmountDisks } from "./disks";
import { Phase, life } from "./life";
import { error, info } from "./log";
import { NEWROOT, canHandOver, handOver } from "./newroot";
import { Plan, plan } from "./plan";
import { ALL, GONE, NOBODY, RUNNING, waitOrLeave, stop, waitFor } from "./processes";
import { logStatus } from "./programs";
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

/**
 * Ends all processes, the stuck ones by force, and syncs and unmounts the disks: what the machine's end begins with. None of
 * it waits for ever.
 */
export function endAll(): void {
  endProcesses();
  leaveDisks();
}

/** Ends the machine; returns only if the kernel would not have it. */
function end(what: string, request: Request, cmd: u32): void {
  endAll();
  info(what);
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) waitFor(NOBODY, now() + 1000);
    error("%s failed: %m", what, reboot(cmd));
  }
  error("the machine goes on");
  life.asked &= ~request;
}

/**
 * Ends all processes, unmounts the disks, and powers the machine off; nothing of it waits for ever.
 * @param status an exit status to tell first, as `init: exit status N` on the console; none if it is below 0.
 * @returns only if the kernel would not have it.
 */
export function powerOff(status: i32 = -1): void {
  if (status >= 0) logStatus(status);
  end("powering off", Request.PowerOff, RB_POWER_OFF);
}

/** Ends the machine as `powerOff` does, and halts it. */
export function halt(): void {
  end("halting", Request.Halt, RB_HALT_SYSTEM);
}

/** Ends the machine as `powerOff` does, and starts it again. */
export function restart(): void {
  end("restarting", Request.Restart, RB_AUTOBOOT);
}

/**
 * Ends the machine as `powerOff` does, and starts the kernel that lies ready as `/kernel`, with `/kernel.initramfs` and
 * `/kernel.cmdline` if they are: see `loadKernel`.
 * @returns if that can't be: before anything has ended, if the kernel can't be loaded.
 */
export function startKernel(): void {
  if (loadKernel()) end("starting the new kernel", Request.None, RB_KEXEC);
}

/**
 * Ends the machine as signals have asked for it.
 * @param status an exit status to tell first, as `powerOff` does; none if it is below 0.
 * @param otherwise how it ends if no signal has: `Request.PowerOff`, `Request.Restart` or `Request.Halt`.
 */
export function shutDown(status: i32 = -1, otherwise: Request = Request.PowerOff): void {
  const asked = life.asked ? life.asked : otherwise;
  if (status >= 0) logStatus(status);
  if (asked & Request.PowerOff) return powerOff();
  if (asked & Request.Halt) return halt();
  restart();
}

/**
 * Hands the machine over to a new root, if it can be, once all processes have ended: its init goes on as PID 1, and the RAM
 * disk is freed.
 * @param root where it is mounted.
 * @returns if that can't be; the log says why.
 */
export function switchRoot(root: string = NEWROOT): void {
  const isReady = canHandOver(root);
  endProcesses();
  if (isReady && !life.asked) handOver(); // What a signal has asked for meanwhile comes first.
}

/**
 * Does what the stages' end is for: ends the machine as it is asked, else lets userland start again. A hand-over that a trap
 * has cut short ends the machine: all that made it is gone.
 */
export function finish(): void {
  const isLeft = life.phase == Phase.Left;
  life.phase = Phase.End;
  if (isLeft) return restart();
  let next = plan();
  if (next == Plan.Kexec) {
    startKernel();
    next = plan(false); // It could not be.
  }
  switch (next) {
    case Plan.PowerOff:
      return powerOff();
    case Plan.Halt:
      return halt();
    case Plan.Restart:
      return restart();
    case Plan.NewRoot:
      return switchRoot();
    default:
      return endProcesses();
  }
}

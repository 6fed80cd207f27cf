import { look } from "./files";
import { life } from "./life";
import { Request } from "./signals";

/** What becomes of the machine when its stages have ended. */
export enum Plan {
  PowerOff,
  Halt,
  Kexec,
  Restart,
  NewRoot,
  Again,
}

function isAsked(request: Request, path: string): bool {
  return (life.asked & request) != 0 || look(path) == 0;
}

/**
 * Tells what is asked for, by signals, files and settings; the first that applies counts.
 * @param kernel whether a new kernel may be started.
 */
export function plan(kernel: bool = true): Plan {
  if (isAsked(Request.PowerOff, "/poweroff")) return Plan.PowerOff;
  if (isAsked(Request.Halt, "/halt")) return Plan.Halt;
  if (kernel && look("/kernel") == 0) return Plan.Kexec;
  if (isAsked(Request.Restart, "/reboot")) return Plan.Restart;
  if (look("/newroot") == 0) return Plan.NewRoot;
  return Plan.Again;
}

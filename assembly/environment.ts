import { setenv } from "./linux";
import { decimal } from "./decimal";
import { life } from "./life";
import { failed } from "./log";
import { once } from "./settings";
import { Plan, plan } from "./plan";

/** The words for each `Plan`. */
const ACTIONS: StaticArray<string> = ["poweroff", "halt", "kexec", "reboot", "newroot", "again"];

function set(name: string, value: string | null): void {
  failed("can't set %s: %m", name, setenv(name, value, 1));
}

/**
 * Tells the stages that come how `/etc/boot` has ended, with the names of systemd.exec(5).
 * @param status its wait status.
 */
export function tellEnd(status: i32): void {
  const signal = status & 0x7f; // wait(2)
  set("EXIT_CODE", signal ? "killed" : "exited");
  set("EXIT_STATUS", decimal(signal ? signal : status >> 8));
}

function cause(action: Plan): string {
  if (life.signalled) return "signal";
  if (once) return "once";
  return action == Plan.Again ? "end" : "file";
}

/** Tells `/etc/reboot` what the machine is about to do, and why. */
export function tellPlan(): void {
  const action = plan();
  set("ACTION", ACTIONS[action]);
  set("CAUSE", cause(action));
}

/** Leaves nothing of it in the environment. */
export function tellNothing(): void {
  set("EXIT_CODE", null);
  set("EXIT_STATUS", null);
  set("ACTION", null);
  set("CAUSE", null);
}

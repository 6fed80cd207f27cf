/** The keyboard of a machine. */
import { KEYBOARD_OPTIONS } from "./devices.js";
import { lacksBuiltIn } from "./options.js";
import type { Machine } from "./qemu.js";

/** Tells why the machine has no keyboard, else false. */
export const noKeyboard = lacksBuiltIn(...KEYBOARD_OPTIONS);

/** Presses Ctrl-Alt-Del; pulls the plug of a machine without a keyboard. */
export function pressCtrlAltDel(machine: Machine): void {
  if (noKeyboard) machine.quits();
  else machine.presses("ctrl", "alt", "delete");
}

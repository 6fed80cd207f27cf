/** What can't run under qemu-user, in which /init of another architecture is run: reasons to skip a test, or false. */
import { NATIVE } from "../arch.js";

const because = (reason: string): string | false => !NATIVE && `qemu-user ${reason}`;

/** /init starts a stage; that the reason is true is tested: see harness.test.ts. */
export const NO_STAGES = because(
  "refuses a child that shares memory with its parent, as a stage does until it is exec'ed",
);

/** The test looks at the process from outside. */
export const NO_PROCESS = because("is what /proc and signals find, with descriptors and handlers of its own");

/** The test's program, or a shell, starts it. */
export const NO_COMMAND = because("has to be started, not the program");

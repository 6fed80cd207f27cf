/** The calls that are to fail. */

import { errnoName } from "./names";
import { badString } from "./peek";
import { lineNumber, refuse } from "./trace";

/** A call that is to fail: any of that name, or those on `subject`. */
export class Failure {
  fired: bool = false;
  readonly line: i32 = lineNumber;

  constructor(
    readonly call: string,
    readonly subject: string,
    readonly errno: i32,
    /** How often it still fails. */
    public left: i32,
  ) {}
}

export const failures: Failure[] = [];

/** The errno with which the next call fails, whatever it is; or 0. */
let injected: i32 = 0;

export function inject(errno: i32): void {
  injected = errno;
}

/** Whether the call that was made can't fail. */
export function isInjected(): bool {
  return injected != 0;
}

/** The -errno with which a call is to fail, or 0; by now all strings that it was given have been read. */
export function failure(call: string, subject: string): i32 {
  if (injected) {
    const errno = injected;
    injected = 0;
    return -errno;
  }
  if (badString) return badString;
  for (let i = 0; i < failures.length; i++) {
    const failure = failures[i];
    if (failure.call != call || (failure.subject != "" && failure.subject != subject) || !failure.left) continue;
    failure.fired = true;
    failure.left--;
    return -failure.errno;
  }
  return 0;
}

/** Whether a scenario has a call fail on `subject`. */
export function isToFail(call: string, subject: string): bool {
  for (let i = 0; i < failures.length; i++) {
    if (failures[i].call == call && failures[i].subject == subject) return true;
  }
  return false;
}

/** Refuses a scenario with a failure that never happened. */
export function checkFailures(): void {
  for (let i = 0; i < failures.length; i++) {
    const failure = failures[i];
    const subject = failure.subject == "" ? "" : ` ${failure.subject}`;
    if (!failure.fired) {
      refuse(`never happened: fail ${failure.call}${subject} ${errnoName(failure.errno)}`, failure.line);
    }
  }
}

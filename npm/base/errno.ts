/** Linux's errnos, on any system. */

import { ERRNO } from "../simulator/errno.js";

/** The name of an errno, or its number. */
export function errnoName(errno: number): string {
  return ERRNO[errno - 1] ?? `${errno}`;
}

/** The number of an errno, by its name. */
export function errnoNumber(name: string): number {
  const number = ERRNO.indexOf(name) + 1;
  if (!number) throw new Error(`there is no errno ${name}`);
  return number;
}

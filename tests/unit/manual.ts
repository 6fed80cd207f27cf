/** How system calls can fail: the errnos that their manual pages list, see manual.sh. */

import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { imports } from "../abi.js";

const MANUAL = fileURLToPath(new URL("../../manual/", import.meta.url));

/** What Node.js has no number for; ERESTARTNOINTR is never seen outside of the kernel. */
const MORE: Record<string, number> = { ENOTBLK: 15, ELIBBAD: 80, EUSERS: 87, EKEYREJECTED: 129, ERESTARTNOINTR: 0 };

const NUMBERS: Record<string, number> = { ...constants.errno, ...MORE };

export interface Errno {
  number: number;
  /** Some have two names. */
  names: string[];
}

function errno(number: number): Errno {
  return { number, names: Object.keys(NUMBERS).filter((name) => NUMBERS[name] === number) };
}

function numberOf(name: string): number {
  const number = NUMBERS[name];
  if (number === undefined) throw new Error(`no number is known for the errno ${name}`);
  return number;
}

function page(name: string): string {
  const section = /\((\d)\)/.exec(name)?.[1];
  const path = `man${section}/${name.replace(/\((\d)\)/, ".$1")}`;
  const text = gunzipSync(readFileSync(`${MANUAL}${path}.gz`)).toString();
  const other = /^\.so man\d\/(\w+)\.(\d)$/m.exec(text); // A page of several calls has a name for each.
  return other ? page(`${other[1]}(${other[2]})`) : text;
}

/** Lists the errnos of a manual page such as `mount(2)`, by the section ERRORS. */
function errnosOf(name: string): string[] {
  const section = /^\.SH ERRORS\n([^]*?)^\.SH /m.exec(page(name))?.[1] ?? "";
  return [...section.matchAll(/^\.BR? (E[A-Z0-9]+)\b/gm)].map(([, errno]) => errno);
}

/** Lists how an import can fail: by the manual pages that its declaration names. */
export function errnos(import_: string): Errno[] {
  const declared = imports().find(({ name }) => name === import_);
  if (!declared) throw new Error(`${import_} is not declared`);
  const numbers = declared.pages.flatMap(errnosOf).map(numberOf).filter(Boolean);
  return [...new Set(numbers)].map(errno);
}

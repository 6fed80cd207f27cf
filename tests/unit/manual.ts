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

/** The second names of some. */
const ALIASES = ["ENOTSUP", "EWOULDBLOCK"];

function errno(number: number): Errno {
  return {
    number,
    names: Object.keys(NUMBERS).filter((name) => NUMBERS[name] === number && !ALIASES.includes(name)),
  };
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

/** The pages of the system calls that the host makes for WASI's. */
const WASI: Record<string, string[]> = {
  clock_time_get: ["clock_gettime(2)"],
  fd_close: ["close(2)"],
  fd_datasync: ["fsync(2)"],
  fd_fdstat_get: ["stat(2)"],
  fd_filestat_get: ["stat(2)"],
  fd_pread: ["read(2)"],
  fd_pwrite: ["write(2)"],
  fd_read: ["read(2)"],
  fd_seek: ["lseek(2)"],
  fd_sync: ["fsync(2)"],
  fd_write: ["write(2)"],
  path_create_directory: ["mkdir(2)"],
  path_filestat_get: ["stat(2)"],
  path_open: ["open(2)"],
  path_readlink: ["readlink(2)"],
  path_remove_directory: ["rmdir(2)"],
  path_symlink: ["symlink(2)"],
  path_unlink_file: ["unlink(2)"],
  random_get: ["getrandom(2)"],
};

/** The pages of each import: those that its declaration names. */
function pages(): Record<string, string[]> {
  return { ...Object.fromEntries(imports().map(({ name, pages }) => [name, pages])), ...WASI };
}

/** Lists how an import can fail. */
export function errnos(import_: string): Errno[] {
  const list = pages()[import_];
  if (!list) throw new Error(`${import_} is not declared`);
  return [...new Set(list.flatMap(errnosOf).map(numberOf).filter(Boolean))].map(errno);
}

/** How each import can fail that can, by the first name of each errno: what npm/errnos.ts has. */
export function table(): Record<string, string> {
  const rows = Object.keys(pages()).map((name) => [
    name,
    errnos(name)
      .map(({ names }) => names[0])
      .join(" "),
  ]);
  return Object.fromEntries(rows.filter(([, list]) => list).sort(([a], [b]) => (a! < b! ? -1 : 1)));
}

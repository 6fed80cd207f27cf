/** Programs in C that tests run in a life or in a machine. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { MUSL_GCC, PROJECT, built } from "./arch.js";
import { REPORT } from "./boot/devices.js";

/** Compiles `tests/NAME.c`, static; returns where the program is. */
export function program(name: string): string {
  const path = built("tests", name);
  mkdirSync(dirname(path), { recursive: true });
  execFileSync(MUSL_GCC, [
    "-static",
    "-O",
    "-Wall",
    "-Wextra",
    `-DREPORT="/dev/${REPORT}"`,
    "-I",
    join(PROJECT, "host"),
    "-o",
    path,
    join(PROJECT, `tests/${name}.c`),
  ]);
  return path;
}

/** Programs in C that tests run in a life or in a machine. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { PROJECT } from "./host/modules.js";

/** Compiles `tests/NAME.c`, static; returns where the program is. */
export function program(name: string): string {
  const path = join(PROJECT, "build/tests", name);
  execFileSync("musl-gcc", [
    "-static",
    "-O",
    "-Wall",
    "-Wextra",
    "-I",
    join(PROJECT, "host"),
    "-o",
    path,
    join(PROJECT, `tests/${name}.c`),
  ]);
  return path;
}

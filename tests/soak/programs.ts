/** Programs in C, static, for the lives of a soak. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { PROJECT } from "../host/modules.js";

/** Compiles `tests/NAME.c`; returns where the program is. */
export function program(name: string): string {
  const path = join(PROJECT, "build/tests", name);
  execFileSync("musl-gcc", ["-static", "-O", "-Wall", "-Wextra", "-o", path, join(PROJECT, `tests/${name}.c`)]);
  return path;
}

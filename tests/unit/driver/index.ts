/**
 * Stands in for Linux: the wasmtime CLI preloads this module under the name `linux`, so the module under test finds all
 * its imports here. The scenario comes on standard input, the trace goes to standard output.
 */

import { Console } from "as-wasi/assembly";
import { create } from "./files";
import { read } from "./scenario";
import { refuse } from "./trace";
import { end } from "./world";

export * from "./linux";

/** Reads the scenario, before main.wat calls `boot`, or check.wat `check`; `kept` is what that module exports under this name. */
export function begin(kept: usize): void {
  const text = Console.readAll();
  if (text === null) return refuse("can't read the scenario");
  create();
  read(text, kept);
}

/** What check.wat calls with what `check` has returned. */
export function checked(status: i32): void {
  end(`check returns ${status}`);
}

/** What main.wat calls should `boot` return, as PID 1 must not. */
export function returned(): void {
  end("boot returned");
}

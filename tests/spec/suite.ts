/** Where the specification's tests are, as wabt has converted them. */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { PROJECT } from "../arch.js";

const SUITE = join(PROJECT, "build/spec/suite");

/** The scripts' names: all but those about SIMD. */
export const SCRIPTS = readdirSync(SUITE)
  .filter((file) => file.endsWith(".json"))
  .map((file) => basename(file, ".json"));

export function scriptPath(name: string): string {
  return join(SUITE, `${name}.json`);
}

/**
 * Writes what the modules of all scripts use, so that hosts can be built that have no more: DIRECTORY/NAME/uses.h for
 * each of the sets of opcodes and imports that there are, and of which set each module is, DIRECTORY/index.json.
 * usage: uses.js PACK HOST SUITE DIRECTORY
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { all, readScript } from "./script.js";

const [pack, host, suite, directory] = process.argv.slice(2);

/** What the packer prints; nothing for a module that it refuses. */
function usesOf(module: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(pack, ["--uses", join(suite, module), host], (error, stdout) => resolve(error ? undefined : stdout));
  });
}

const modules = readdirSync(suite)
  .filter((file) => file.endsWith(".json"))
  .flatMap((file) => readScript(join(suite, file)))
  .filter(({ type }) => type === "module")
  .map(({ filename }) => filename!);

const index: Record<string, string> = {};
const uses = await all(modules.map((module) => () => usesOf(module)));
uses.forEach((text, i) => {
  if (!text) return;
  const name = createHash("sha256").update(text).digest("hex").slice(0, 12);
  mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, name, "uses.h"), text);
  index[modules[i]] = name;
});
writeFileSync(join(directory, "index.json"), JSON.stringify(index));

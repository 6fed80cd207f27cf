/**
 * The module of a policy, which is compiled once: it is kept with all that the compiler has seen, and what is kept counts for
 * as long as the compiler would see the same.
 */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { recall, remember } from "../base/cache.js";
import { Complaint } from "../base/complaint.js";
import type { Module } from "./compile.js";
import { readWhole } from "../base/files.js";
import { whereUsed } from "./imports.js";
import { type Architecture, pack } from "./pack.js";
import { type Seen, Sources, digest, isUnchanged } from "./sources.js";

/** What stands in front of a module that is kept, as a line of JSON. */
interface Label {
  seen: Seen;
  warnings: string[];
  /** Of the module: a file may have been damaged. */
  digest: string;
}

/** What compiles, besides the sources: that may be changed, too. */
const COMPILERS = ["assemblyscript/dist/asc.js", "assemblyscript/dist/assemblyscript.js", "binaryen"];

function seeCompiler(sources: Sources): void {
  const { resolve } = createRequire(import.meta.url);
  for (const name of COMPILERS) sources.readFile(resolve(name), "");
  const own = dirname(fileURLToPath(import.meta.url));
  for (const name of readdirSync(own)) sources.readFile(name, own);
}

function find(name: string, sources: Sources): Module | undefined {
  const file = recall(name);
  if (!file) return undefined;
  const end = file.indexOf("\n");
  const wasm = file.subarray(end + 1);
  try {
    const { seen, warnings, digest: expected } = JSON.parse(file.toString("utf8", 0, end)) as Label;
    if (digest(wasm) !== expected || !isUnchanged(seen)) return undefined;
    sources.seen = seen;
    return { wasm, warnings };
  } catch {
    return undefined; // It is damaged.
  }
}

function keep(name: string, { wasm, warnings }: Module, { seen }: Sources): void {
  const label: Label = { seen, warnings, digest: digest(wasm) };
  remember(name, Buffer.concat([Buffer.from(`${JSON.stringify(label)}\n`), wasm]));
}

async function make(path: string, sources: Sources): Promise<Module> {
  sources.readFile(path, "");
  if (path.endsWith(".wasm")) return { wasm: readWhole(path), warnings: [] };
  const name = join("modules", digest(`${process.cwd()}\n${resolve(path)}`)); // Warnings have paths as they are from here.
  const kept = find(name, sources);
  if (kept) return kept;
  seeCompiler(sources);
  const { compile } = await import("./compile.js"); // It takes half a second to load.
  const module = await compile(path, sources);
  keep(name, module, sources);
  return module;
}

/**
 * The module of a policy.
 * @param path a policy, or a module that was compiled already, by whatever compiler: `FILE.wasm`.
 * @param sources sees the files, also if this throws.
 * @throws Complaint, as `compile`.
 */
export async function moduleOf(path: string, sources = new Sources()): Promise<Module> {
  const own = new Sources(); // What else was seen makes no other module.
  try {
    return await make(path, own);
  } finally {
    sources.add(own);
  }
}

/** What a policy becomes: a module, and an /init of it. */
export interface Init extends Module {
  init: Uint8Array;
}

/**
 * Makes /init of a policy.
 * @param stack bytes of the interpreter's stack.
 * @param records whether it is to record its life.
 */
export async function initOf(
  path: string,
  arch: Architecture,
  stack: number,
  sources = new Sources(),
  records = false,
): Promise<Init> {
  const module = await moduleOf(path, sources);
  try {
    return { ...module, init: pack(module.wasm, arch, stack, records) };
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    throw new Complaint(`${path}: ${error.message}${whereUsed(error.message, Object.keys(sources.seen.files))}`);
  }
}

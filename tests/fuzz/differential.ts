/**
 * Compares random modules in the generic host with V8, as many as there is time for:
 *
 *     node differential.js SEED SECONDS
 *
 * Each seed makes 600 modules, always the same. Those that differ are kept in build/fuzz/failures.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PROJECT, built } from "../arch.js";
import { assemble } from "../host/modules.js";
import { all } from "../spec/script.js";
import { compare, type Verdict } from "./compare.js";
import { BUILD } from "./fuzzer.js";

const SMITH = join(BUILD, "smith/release/smith");
const HOST = built("spec/generic/generic");
const SUITE = join(PROJECT, "build/spec/suite");
const STACK = 512 * 1024; // bytes: what smith.rs lets a module recurse fits into it

const MODULES = 300; // of a seed, unless it is said: by wasm-smith; and as many by wasm-mutate

/** What modules import: of tests/spec/generic/uses.h, but for what a start function could be. */
const IMPORTS = assemble(`(module
  (import "a" "ef1" (func (result i32)))
  (import "a" "ef3" (func (result i32)))
  (import "spectest" "print_i32" (func (param i32)))
  (import "spectest" "print_i64" (func (param i64)))
  (import "spectest" "print_f32" (func (param f32)))
  (import "spectest" "print_f64" (func (param f64)))
  (import "spectest" "print_i32_f32" (func (param i32 f32))))`);

/** Modules to mutate, besides those that wasm-smith makes. */
function givenModules(): string[] {
  const suite = readdirSync(SUITE).filter((name) => name.endsWith(".wasm"));
  return [join(BUILD, "modules/opcodes.wasm"), ...suite.map((name) => join(SUITE, name))];
}

/** Writes the modules of a seed; returns their paths, without .wasm. */
function makeModules(seed: number, count: number, directory: string): string[] {
  const imports = join(directory, "imports");
  writeFileSync(imports, IMPORTS);
  execFileSync(SMITH, ["compare", String(seed), String(count), directory, imports, ...givenModules()], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const names = readdirSync(directory).filter((name) => name.endsWith(".wasm"));
  return names.sort().map((name) => join(directory, basename(name, ".wasm")));
}

export interface Summary {
  modules: number;
  values: number;
  traps: number;
  /** Modules that were not compared, by the reason. */
  left: Record<string, number>;
  /** What differs, by module. */
  differences: string[];
}

function summarize(seed: number, names: string[], verdicts: Verdict[]): Summary {
  const left: Record<string, number> = {};
  for (const verdict of verdicts) if (verdict.left) left[verdict.left] = (left[verdict.left] ?? 0) + 1;
  return {
    modules: verdicts.length,
    values: verdicts.reduce((sum, { values }) => sum + values, 0),
    traps: verdicts.reduce((sum, { traps }) => sum + traps, 0),
    left,
    differences: verdicts.flatMap(({ difference }, i) =>
      difference ? `seed ${seed}, ${names[i]}: ${difference}` : [],
    ),
  };
}

function keep(seed: number, path: string): void {
  mkdirSync(join(BUILD, "failures"), { recursive: true });
  for (const type of ["wasm", "json"])
    copyFileSync(`${path}.${type}`, join(BUILD, `failures/${seed}-${basename(path)}.${type}`));
}

/** Compares the module in the file `path`.wasm, which is asked what is in `path`.json. */
export function compareModule(path: string): Promise<Verdict> {
  return compare(path, HOST, STACK);
}

/** Compares the modules of a seed. */
export async function compareSeed(seed: number, count = MODULES): Promise<Summary> {
  const directory = mkdtempSync(join(BUILD, "compare-"));
  try {
    const paths = makeModules(seed, count, directory);
    const verdicts = await all(paths.map((path) => () => compareModule(path)));
    paths.filter((_, i) => verdicts[i].difference).forEach((path) => keep(seed, path));
    return summarize(
      seed,
      paths.map((path) => basename(path)),
      verdicts,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export function show({ modules, values, traps, left }: Summary): string {
  const reasons = Object.entries(left).map(([reason, count]) => `${count} ${reason}`);
  return `${modules} modules, ${values} values and ${traps} traps are those of V8's; not compared: ${reasons.join(", ")}`;
}

async function main(first: number, seconds: number): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  let differences = 0;
  for (let seed = first; Date.now() < end; seed++) {
    const summary = await compareSeed(seed);
    console.log(`seed ${seed}: ${show(summary)}`);
    summary.differences.forEach((difference) => console.log(difference));
    differences += summary.differences.length;
  }
  process.exitCode = differences ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) await main(Number(process.argv[2]), Number(process.argv[3]));

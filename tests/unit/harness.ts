/**
 * Runs the shipped module, byte for byte, under the wasmtime CLI, against the driver that stands in for Linux.
 *
 * A scenario is a text file: directives (see driver/scenario.ts), a line `---`, and the trace that is expected.
 */

import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { diff } from "./diff.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const DRIVER = ROOT + "tests/unit/driver/";
const SEPARATOR = "---\n";
const FUEL = 100_000_000; // What a scenario needs, many times over: so much ends an endless loop in a second.

export const SCENARIOS = ROOT + "tests/unit/scenarios/";
export const DRIVER_WASM = ROOT + "build/tests/unit/driver.wasm";
export const INIT_WASM = ROOT + "build/init.wasm";
export const WASMTIME = process.env.WASMTIME ?? "wasmtime";

export interface Run {
  trace: string;
  /** What went wrong other than the trace, or "". */
  problem: string;
}

export interface Scenario {
  directives: string;
  expected: string;
}

/** Says once, and how often, what stands on many lines. */
export function fold(output: string): string {
  return output.replace(
    /^(.+\n)\1+/gm,
    (all, line: string) => `${line.trimEnd()}   (${all.length / line.length} times)\n`,
  );
}

export function parse(file: string): Scenario {
  const [directives, expected = ""] = file.split(/^---\n/m);
  return { directives, expected };
}

export function print(scenario: Scenario): string {
  return scenario.directives + SEPARATOR + scenario.expected;
}

/** Which program runs the module: one calls `boot`, the other `check`. */
export function mainOf(directives: string): "main.wat" | "check.wat" {
  return /^\s*check$/m.test(directives) ? "check.wat" : "main.wat";
}

function problemOf(code: number | null, trace: string, errors: string): string {
  if (code !== 0 || errors) return `wasmtime exited with ${code}\n${errors}`;
  return /^-- .*\n$/m.test(trace) ? "" : "the trace has no end";
}

/** Runs a module against the directives of a scenario. */
export async function run(directives: string, init = INIT_WASM): Promise<Run> {
  const preloads = [`env=${DRIVER}table.wat`, `linux=${DRIVER_WASM}`, `init=${init}`, `peek=${DRIVER}peek.wat`];
  const options = [`-Wfuel=${FUEL}`, "-Oopt-level=0", ...preloads.map((preload) => `--preload=${preload}`)];
  const child = spawn(WASMTIME, ["run", ...options, `${DRIVER}${mainOf(directives)}`], { stdio: "pipe" });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  child.stdin.on("error", () => {}).end(directives);
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { trace: fold(output), problem: problemOf(code, output, errors) };
}

/** Tells how a scenario went other than expected, with a diff, or returns "". */
export async function verdict(scenario: Scenario, init = INIT_WASM): Promise<string> {
  const { trace, problem } = await run(scenario.directives, init);
  return [problem, diff(scenario.expected, trace)].filter(Boolean).join("\n");
}

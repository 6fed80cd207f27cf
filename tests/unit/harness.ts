/** Runs the shipped module, byte for byte, under the wasmtime CLI, against the simulated kernel: see npm/. */

import { readFileSync } from "node:fs";
import { after } from "node:test";
import { join } from "node:path";
import { diff } from "../../npm/testing/diff.js";
import { type Policy, prepare } from "../../npm/compiler/policy.js";
import { type Scenario, fold } from "../../npm/testing/scenario.js";
import { type Run, Wasmtime } from "../../npm/testing/wasmtime.js";
import { PROJECT } from "../arch.js";

export const SCENARIOS = join(PROJECT, "tests/unit/scenarios/");
export const INIT_WASM = join(PROJECT, "build/init.wasm");
const WASMTIME = process.env.WASMTIME ?? "wasmtime";

const engines = new Map<Policy, Wasmtime>();
after(() => engines.forEach((engine) => engine.dispose()));

const policies = new Map<string, Policy>();

export function policyOf(path: string): Policy {
  const policy = policies.get(path) ?? prepare(readFileSync(path));
  policies.set(path, policy);
  return policy;
}

function engineOf(policy: Policy): Wasmtime {
  const engine = engines.get(policy) ?? new Wasmtime(policy, WASMTIME);
  engines.set(policy, engine);
  return engine;
}

/** Runs a module against the directives of a scenario. */
export async function run(directives: string, init: string | Policy = INIT_WASM): Promise<Run> {
  const { trace, problem } = await engineOf(typeof init === "string" ? policyOf(init) : init).live(directives);
  return { trace: fold(trace), problem };
}

/** Tells how a scenario went other than expected, with a diff, or returns "". */
export async function verdict(scenario: Scenario, init = INIT_WASM): Promise<string> {
  const { trace, problem } = await run(scenario.directives, init);
  return [problem, diff(scenario.expected ?? "", trace)].filter(Boolean).join("\n");
}

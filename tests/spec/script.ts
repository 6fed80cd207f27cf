/** Runs a script of the specification's tests, as wabt has converted it from its .wast file. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { bits, isLike, type Value } from "./values.js";

interface Action {
  type: "invoke" | "get";
  /** The module's name in the script; without it, the last one. */
  module?: string;
  field: string;
  args?: Value[];
}

export interface Command {
  type: string;
  line: number;
  name?: string;
  filename?: string;
  module_type?: "binary" | "text";
  text?: string;
  action?: Action;
  expected?: Value[];
}

/** What became of a module: why it was refused, or what the host answered. */
export type Outcome = { refusal: string } | { answers: string[] };

/** Packs the module in the file `path`, and asks its host `lines`: see spec.c. */
export type Engine = (path: string, lines: string[]) => Promise<Outcome>;

/** A command that did not end as it should, by the line of the .wast file. */
export interface Failure {
  line: number;
  what: string;
}

export interface Result {
  /** Commands that were tried: modules, actions, assertions. */
  tried: number;
  /** Commands about modules that were refused. */
  untried: number;
  failures: Failure[];
}

/** An instance of a module, and what the script wants of it. */
interface Instance {
  line: number;
  path: string;
  wants: Command[];
}

/** What the hosts have, of the modules that scripts import: see generic/uses.h. */
const IMPORTS = [
  ...["print", "print_i32", "print_i64", "print_f32", "print_f64", "print_i32_f32", "print_f64_f64"].map(
    (name) => `spectest.${name}`,
  ),
  ...[0, 1, 2, 3, 4].map((n) => `a.ef${n}`),
];

/** The imports that no module of /init can have, as V8 reads them. */
export function missingImports(path: string): string[] {
  return WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(path)))
    .filter(({ kind, module, name }) => kind !== "function" || !IMPORTS.includes(`${module}.${name}`))
    .map(({ module, name }) => `${module}.${name}`);
}

/** Whether one of them is named as the reason. */
function isRefusedFor(missing: string[], outcome: Outcome): boolean {
  return "refusal" in outcome && missing.some((name) => outcome.refusal.includes(name));
}

function show(outcome: Outcome): string {
  return "refusal" in outcome ? `refused: ${outcome.refusal}` : outcome.answers[0] || "the host died";
}

/** Lines of spec.c's. */
function ask({ action }: Command): string {
  const name = Buffer.from(action!.field).toString("hex");
  const verb = action!.type === "get" ? "get" : "call";
  return [verb, name, ...(action!.args ?? []).map(bits)].join(" ");
}

/** What the engine and the packer say in other words. */
const OTHER_WORDS = [
  ["wasm operand stack overflow", "call stack exhausted"],
  ["a data segment is out of bounds", "out of bounds memory access"],
  ["an element segment is out of bounds", "out of bounds table access"],
];

function reasonOf(answer: string): string {
  const reason = answer.replace(/^trap (WASM module instantiate failed: )?(Exception: )?/, "");
  return OTHER_WORDS.find(([ours]) => ours === reason)?.[1] ?? reason;
}

function isAsExpected({ type, text, expected }: Command, answer: string): boolean {
  const [kind, ...values] = answer.split(" ");
  if (type === "action") return kind === "value";
  if (type === "assert_return")
    return kind === "value" && values.length === expected!.length && expected!.every((e, i) => isLike(e, values[i]));
  // The specification adds which element it is.
  return kind === "trap" && text!.replace(/ \d+$/, "") === reasonOf(answer);
}

function describe({ type, action, expected, text }: Command): string {
  const call = `${action!.field}(${(action!.args ?? []).map(bits).join(", ")})`;
  return `${type} ${call}: ${text ?? (expected ?? []).map(({ type, value }) => `${type} ${value}`).join(", ")}`;
}

async function runInstance(engine: Engine, { line, path, wants }: Instance): Promise<Result> {
  const missing = missingImports(path);
  const outcome = await engine(path, wants.map(ask));
  if (missing.length) {
    const what = `a module that imports ${missing.join(", ")}; but ${show(outcome)}`;
    return { tried: 1, untried: wants.length, failures: isRefusedFor(missing, outcome) ? [] : [{ line, what }] };
  }
  if ("refusal" in outcome || outcome.answers[0] !== "ready") {
    const what = `a module, and ${wants.length} assertions about it; but ${show(outcome)}`;
    return { tried: 1, untried: wants.length, failures: [{ line, what }] };
  }
  const answers = wants.map((_, i) => outcome.answers[i + 1] || "the host died");
  const failures = wants
    .map((command, i) => ({ line: command.line, what: `${describe(command)}; but ${answers[i]}`, i }))
    .filter(({ i }) => !isAsExpected(wants[i], answers[i]));
  return { tried: 1 + wants.length, untried: 0, failures };
}

/**
 * Whether a module ended as a script says that does not run. A segment out of bounds is found when it is packed, what a
 * start function does when it runs.
 */
function isRefused({ type, text }: Command, path: string, outcome: Outcome): boolean {
  if (type !== "assert_uninstantiable") return "refusal" in outcome;
  const missing = missingImports(path);
  if (missing.length) return isRefusedFor(missing, outcome);
  if (!("refusal" in outcome)) return !/^out of bounds/.test(text!) && reasonOf(outcome.answers[0]) === text;
  return reasonOf(outcome.refusal) === text;
}

async function runRefusal(engine: Engine, path: string, command: Command): Promise<Result> {
  const outcome = await engine(path, []);
  const what = `${command.type}: ${command.text}; but ${show(outcome)}`;
  const failures = isRefused(command, path, outcome) ? [] : [{ line: command.line, what }];
  return { tried: 1, untried: 0, failures };
}

function sum(results: Result[]): Result {
  return {
    tried: results.reduce((n, { tried }) => n + tried, 0),
    untried: results.reduce((n, { untried }) => n + untried, 0),
    failures: results.flatMap(({ failures }) => failures).sort((a, b) => a.line - b.line),
  };
}

/** Which modules are to be run; without it all, and those that are to be refused. */
export type Choice = (path: string) => boolean;

/** What is to be run of a script: nothing of it depends on another, as modules are not linked with each other. */
function plan(engine: Engine, directory: string, commands: Command[], choice?: Choice): (() => Promise<Result>)[] {
  const instances: Instance[] = [];
  const named = new Map<string, Instance>();
  const refusals: (() => Promise<Result>)[] = [];
  for (const command of commands) {
    const { type, line, name, filename, action } = command;
    const path = join(directory, filename ?? "");
    if (type === "module") {
      instances.push({ line, path, wants: [] });
      if (name) named.set(name, instances.at(-1)!);
    } else if (action) {
      const instance = action.module ? named.get(action.module) : instances.at(-1);
      instance!.wants.push(command);
    } else if (type !== "register" && command.module_type !== "text") {
      refusals.push(() => runRefusal(engine, path, command)); // of text that is malformed, wabt has no module to show
    }
  }
  const chosen = choice ? instances.filter(({ path }) => choice(path)) : instances;
  return [...chosen.map((instance) => () => runInstance(engine, instance)), ...(choice ? [] : refusals)];
}

/** Runs `tasks`, as many at once as there are processors. */
export async function all<T>(tasks: (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const left = tasks.entries();
  const worker = async () => {
    for (const [i, task] of left) results[i] = await task();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

/** Runs commands whose modules are in `directory`. */
export async function runCommands(
  engine: Engine,
  directory: string,
  commands: Command[],
  choice?: Choice,
): Promise<Result> {
  return sum(await all(plan(engine, directory, commands, choice)));
}

export function readScript(path: string): Command[] {
  return (JSON.parse(readFileSync(path, "utf8")) as { commands: Command[] }).commands;
}

/** Runs the script that wabt has made, `path`. */
export function runScript(engine: Engine, path: string, choice?: Choice): Promise<Result> {
  return runCommands(engine, dirname(path), readScript(path), choice);
}

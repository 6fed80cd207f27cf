/** wasinit test: lives each scenario of a policy, and compares its trace with the one that is expected. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import { Complaint } from "../base/complaint.js";
import { diff } from "./diff.js";
import { explained } from "./directives.js";
import { type Failure, reasonOf, sweep } from "./faults.js";
import { isDirectory, readWhole, writeWhole } from "../base/files.js";
import { Lives } from "./lives.js";
import { initOf } from "../compiler/module.js";
import { type Policy, prepare } from "../compiler/policy.js";
import { type Plain, loadPlainly } from "../replay/plain.js";
import { type Scenario, fold, parse, print } from "./scenario.js";
import { showFrame } from "../replay/stack.js";
import { type Call, ENDLESS, live } from "./simulator.js";
import { Sources } from "../compiler/sources.js";
import { Wasmtime } from "./wasmtime.js";

export interface TestOptions {
  update?: boolean;
  faults?: boolean;
  engine: "node" | "wasmtime";
}

/** How the lives went in which calls failed. */
export interface Faults {
  lives: number;
  failures: Failure[];
}

export interface Test {
  file: string;
  passed: boolean;
  /** Whether its trace was written. */
  updated: boolean;
  /** What is wrong with the scenario, or with the policy, a line each. */
  problem: string;
  /** How the trace is other than it should be. */
  diff: string;
  seconds: number;
  faults?: Faults;
}

/** What was tested, as `--json` prints it. */
export interface Tested {
  passed: number;
  failed: number;
  seconds: number;
  tests: Test[];
}

/** A life, in whichever engine. */
interface Lived {
  trace: string;
  problem: string;
  /** Those that may be made to fail. */
  calls: Call[];
}

interface Engine {
  live(directives: string): Promise<Lived>;
  sweep?(directives: string, calls: Call[]): Promise<Faults>;
  close(): void;
}

/** What tells where a policy traps, in its sources: the same life of what is compiled as it is written. */
function tracer({ wasm }: Policy, path: string): (directives: string) => Promise<string> {
  let plain: Promise<Plain> | undefined;
  return async (directives) => {
    const { policy, places } = await (plain ??= loadPlainly(path, wasm));
    return live(policy, directives, { where: (error) => places.of(error).map(showFrame).join("\n") }).problem;
  };
}

const TAIL = 8; // lines of a trace that has no end

/** A life that makes calls without end: what they are is shown, and not compared. */
function endless(problem: string, trace: string[]): Lived {
  const last = trace.slice(-TAIL).map((line) => `  ${line}\n`);
  return { trace: "", problem: problem + last.join(""), calls: [] };
}

function inNode(policy: Policy, path: string): Engine {
  const lives = new Lives(policy);
  const trap = tracer(policy, path);
  return {
    async live(directives) {
      const [outcome] = await lives.live({ directives, faults: [null] });
      const { trace, problem, calls } = outcome!;
      if (problem.startsWith(ENDLESS)) return endless(problem, trace);
      const traps = problem.startsWith("trap: ") && !path.endsWith(".wasm");
      const told = traps && (await trap(directives));
      return { trace: trace.map((line) => `${line}\n`).join(""), problem: told || problem, calls };
    },
    sweep: (directives, calls) => sweep(lives, directives, calls),
    close: () => lives.close(),
  };
}

const NO_WASMTIME =
  "there is no wasmtime: install it (https://wasmtime.dev), or say where it is by WASMTIME=<FILE>; or leave out --engine";

const NO_FAULTS = "--faults are lived by the engine node only: thousands of lives would take too long in another";

const NO_END = "for --faults say where it ends, by an `until`";

function inWasmtime(policy: Policy): Engine {
  const wasmtime = new Wasmtime(policy, process.env.WASMTIME ?? "wasmtime", NO_WASMTIME);
  return {
    live: async (directives) => ({ ...(await wasmtime.live(directives)), calls: [] }),
    close: () => wasmtime.dispose(),
  };
}

export interface ScenarioFile extends Scenario {
  file: string;
}

function listScenarios(directory: string, sources: Sources): string[] {
  const names = sources.list(directory, ".txt");
  if (!names.length)
    throw new Complaint(`there is no scenario ${join(directory, "*.txt")}; docs/scenarios.md tells of them`);
  return names.map((name) => join(directory, name));
}

/**
 * The scenarios in these files, and directories; if none are named, in tests/*.txt beside the policy.
 * @param sources sees the files, and which there are.
 */
export function readScenarios(policy: string, files: string[], sources = new Sources()): ScenarioFile[] {
  if (sources.readFile(policy, "") === null && !existsSync(policy))
    throw new Complaint(`there is no ${policy}; wasinit new makes a project with one`);
  const paths = files.length ? files : [join(dirname(policy), "tests")];
  const all = paths.flatMap((path) => (isDirectory(path) || !files.length ? listScenarios(path, sources) : [path]));
  return all.map((file) => {
    const text = sources.readFile(file, "") ?? readWhole(file).toString(); // which says why it can't be read
    return { file, ...parse(text) };
  });
}

/** Says of what file a line is, `3: can't understand ...`, and what it should be. */
function located(file: string, problem: string): string {
  return explained(problem)
    .replace(/^(\d+): /gm, `${relative("", file)}:$1: `)
    .trimEnd();
}

async function testOne(engine: Engine, scenario: ScenarioFile, options: TestOptions): Promise<Test> {
  const start = performance.now();
  const { file } = scenario;
  const life = await engine.live(scenario.directives);
  const trace = fold(life.trace);
  const test: Test = { file, passed: true, updated: false, problem: located(file, life.problem), diff: "", seconds: 0 };
  if (options.update && !life.problem && trace !== scenario.expected) {
    writeWhole(file, print({ ...scenario, expected: trace }));
    test.updated = true;
  } else if (scenario.expected === null && !life.problem) {
    test.problem = `${relative("", file)} has no trace yet: wasinit test --update writes it`;
  } else test.diff = life.trace && diff(scenario.expected ?? "", trace);
  if (options.update && life.problem) test.problem += "\nits trace is not written, because of that";
  test.passed = !test.problem && !test.diff;
  if (options.faults && engine.sweep && test.passed) {
    const reason = reasonOf({ trace: life.trace.trimEnd().split("\n"), problem: "" }, scenario.directives);
    if (reason) test.problem = `${relative("", file)} has no end, even if no call fails: ${reason}; ${NO_END}`;
    else test.faults = await engine.sweep(scenario.directives, life.calls);
    test.passed = !reason && !test.faults?.failures.length;
  }
  return { ...test, seconds: (performance.now() - start) / 1000 };
}

/**
 * The module of a policy, which must be one that can be built.
 * @param sources reads what it is made of.
 */
export async function load(path: string, sources?: Sources): Promise<{ policy: Policy; warnings: string[] }> {
  const { wasm, warnings } = await initOf(path, "x86_64", 16384, sources);
  return { policy: prepare(wasm), warnings };
}

/**
 * Tests a policy by its scenarios.
 * @param path its file.
 * @param report is told of each scenario as soon as it and those before it are done.
 */
export async function test(
  path: string,
  policy: Policy,
  scenarios: ScenarioFile[],
  options: TestOptions,
  report: (test: Test) => void,
): Promise<Tested> {
  const start = performance.now();
  if (options.faults && options.engine !== "node") throw new Complaint(NO_FAULTS);
  const engine = options.engine === "node" ? inNode(policy, path) : inWasmtime(policy);
  const tests: Test[] = [];
  try {
    const running = inParallel(scenarios, (scenario) => testOne(engine, scenario, options));
    for await (const test of running) {
      tests.push(test);
      report(test);
    }
  } finally {
    engine.close();
  }
  const passed = tests.filter(({ passed }) => passed).length;
  return { passed, failed: tests.length - passed, seconds: (performance.now() - start) / 1000, tests };
}

/** Does something with each item, a few at once, and gives the results in the items' order. */
async function* inParallel<T, U>(items: T[], work: (item: T) => Promise<U>): AsyncGenerator<U> {
  const pending: Promise<U>[] = [];
  for (const item of items) {
    const result = work(item);
    result.catch(() => {}); // It is told when its turn comes.
    pending.push(result);
    if (pending.length === availableParallelism()) yield await pending.shift()!;
  }
  for (const result of pending) yield await result;
}

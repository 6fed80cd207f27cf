/**
 * Lives lives under the wasmtime CLI, against the same simulated kernel. A policy that forks needs an instance more for each
 * child that is lived: all that there may be are made beforehand.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { asset } from "../base/assets.js";
import { Complaint } from "../base/complaint.js";
import { Temporary } from "../base/temporary.js";
import { KERNEL, type Policy, START_NAME } from "../compiler/policy.js";
import { entryOf } from "./scenario.js";

const FUEL = 100_000_000; // What a scenario needs, many times over: so much ends an endless loop in a second.

const [TABLE, FIRST] = [256, 128]; // slots: of all, and the first of those that start an instance
const MOST = TABLE - FIRST;

/** What the kernel calls to have the next instance go on. */
const ENV = `(module
  (table (export "table") ${TABLE} funcref)
  (global $next (mut i32) (i32.const ${FIRST}))
  (func (export "again")
    (global.set $next (i32.add (global.get $next) (i32.const 1)))
    (call_indirect (global.get $next))))`;
const NO_INSTANCE = /uninitialized element/;

/** Runs the n-th instance, as the host does. Of a module that exports `_start` wasmtime would make a new one each time. */
function starter({ kept, needsRoot, hasStart }: Policy, entry: string, n: number): string {
  const isCheck = entry === "check";
  return `(module
    (import "env" "table" (table ${TABLE} funcref))
    (import "peek${n}" "activate" (func $activate))
    (import "${KERNEL}" "begin" (func $begin (param i32 i32)))
    (import "${KERNEL}" "${isCheck ? "checked" : "returned"}" (func $end ${isCheck ? "(param i32)" : ""}))
    ${hasStart ? `(import "init${n}" "${START_NAME}" (func $start))` : ""}
    (import "init${n}" "${entry}" (func $entry ${isCheck ? "(result i32)" : ""}))
    (elem (i32.const ${FIRST + n}) $run)
    (func $run ${n ? "" : '(export "_start")'}
      (call $activate)
      (call $begin (i32.const ${kept}) (i32.const ${Number(needsRoot)}))
      ${hasStart ? "(call $start)" : ""}
      (call $entry)
      (call $end)))`;
}

function problemOf(code: number | null, trace: string, errors: string): string {
  if (code === 2) return errors; // The scenario makes no sense.
  if (code !== 0 || errors) return `wasmtime exited with ${code}\n${errors}`;
  return /^-- .*\n$/m.test(trace) ? "" : "the trace has no end\n";
}

export interface Run {
  trace: string;
  /** What went wrong other than the trace, or "". */
  problem: string;
}

/** A policy under wasmtime: `command` is the CLI, and `missing` is said if there is none. To be disposed of, as it has files. */
export class Wasmtime {
  private readonly files = new Temporary();
  private made = 0; // files of instances
  private readonly peek = readFileSync(asset("simulator/peek.wat"), "utf8");

  constructor(
    private readonly policy: Policy,
    private readonly command: string,
    private readonly missing = `there is no ${command}`,
  ) {
    this.files.write("init.wasm", policy.wasm);
    this.files.write("env.wat", ENV);
  }

  dispose(): void {
    this.files.dispose();
  }

  /** The options for so many instances. The last argument is the module that starts the first one. */
  private options(entry: string, count: number): string[] {
    for (; this.made < count; this.made++) {
      this.files.write(`peek${this.made}.wat`, this.peek.replace('"init"', `"init${this.made}"`));
      for (const each of ["boot", "check"])
        this.files.write(`${each}${this.made}.wat`, starter(this.policy, each, this.made));
    }
    const numbers = Array.from({ length: count }, (_, n) => n);
    const preloads = [
      `env=${this.files.path("env.wat")}`,
      `${KERNEL}=${asset("simulator/driver.wasm")}`,
      ...numbers.flatMap((n) => [
        `init${n}=${this.files.path("init.wasm")}`,
        `peek${n}=${this.files.path(`peek${n}.wat`)}`,
      ]),
      ...numbers.slice(1).map((n) => `start${n}=${this.files.path(`${entry}${n}.wat`)}`),
    ];
    return [...preloads.map((preload) => `--preload=${preload}`), this.files.path(`${entry}0.wat`)];
  }

  private async run(directives: string, instances: number): Promise<Run & { needsMore: boolean }> {
    const options = [`-Wfuel=${FUEL}`, "-Oopt-level=0", ...this.options(entryOf(directives), instances)];
    const child = spawn(this.command, ["run", ...options], { stdio: "pipe" });
    const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    child.stdin.on("error", () => {}).end(directives);
    const [code, trace, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]).catch((error) => {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new Complaint(code === "ENOENT" ? this.missing : `${this.command} can't be run: ${message}`);
    });
    return { trace, problem: problemOf(code, trace, errors), needsMore: NO_INSTANCE.test(errors) };
  }

  /** Lives a life. */
  async live(directives: string): Promise<Run> {
    if (entryOf(directives) === "check" && !this.policy.hasCheck)
      return { trace: "", problem: "the policy exports no `check`\n" };
    for (let instances = 1; ; instances = Math.min(4 * instances, MOST)) {
      const { trace, problem, needsMore } = await this.run(directives, instances);
      if (!needsMore || instances === MOST) return { trace, problem };
    }
  }
}

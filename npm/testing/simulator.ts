/**
 * Lives lives of a policy in this process, against the simulated kernel: what takes thousands of them takes seconds, and any
 * call can be made to fail from here.
 */
import { readFileSync } from "node:fs";
import { asset } from "../base/assets.js";
import { grouped } from "../base/terminal.js";
import { KERNEL, type Policy, START_NAME } from "../compiler/policy.js";
import { foldFrames } from "../replay/stack.js";
import { entryOf } from "./scenario.js";

const PAGE = 65_536; // bytes
const MOST_CALLS = 20_000; // A life has some hundred.

/** How the problem begins of a life that has made as many calls as there may be. */
export const ENDLESS = "it makes calls without end";

/** How a call fails, by its number from 0 on and its name: an errno, or 0 if it is the kernel's to answer; or `TRAP`. */
export type Fault = (call: number, name: string) => number;

/** The call traps, and `boot` is called again as the host does it: in a new instance, with what was kept. */
export const TRAP = -1;

export type Import = (...args: (number | bigint)[]) => number | bigint;

/** Sees all that passes between the module and the kernel. */
export interface Watch {
  /**
   * Is told of each instance's memory and of what it keeps, before its first instruction: that of a life which begins, of
   * one which is lived again up to a fork, or of one which goes on after a trap.
   */
  begin(memory: WebAssembly.Memory, kept: Uint8Array, goesOn: boolean): void;
  /** Returns what stands in for an import. */
  import(name: string, import_: Import): Import;
}

const NOBODY: Watch = { begin: () => {}, import: (_, import_) => import_ };

export interface Call {
  name: string;
  /** As the trace shows it, without the result; a call that leaves no line is but a name. */
  text: string;
}

export interface Life {
  directives: string;
  calls: Call[];
  trace: string[];
  /** The same, with what the scenario does not show. */
  all: string[];
  /** How many lines of the trace came before the first call that was made to fail. */
  before: number;
  /** What is wrong with the scenario, each line with its number; or where the policy has trapped. */
  problem: string;
}

export interface Options {
  fault?: Fault;
  /** Calls after which a life is one without an end. */
  most?: number;
  watch?: Watch;
  /** Tells where the policy has trapped, a line for each function. */
  where?: (error: Error) => string;
}

class Exit extends Error {}

/** What a call throws that traps. */
export class Trap extends Error {}

/** What is thrown to have a new instance go on: see npm/simulator/answers.ts. */
class Again extends Error {}

/** What the kernel exports besides the imports of the module. */
interface Kernel {
  begin(kept: number, needsRoot: number): void;
  isAnswered(): number;
  failWith(errno: number): void;
  canNotFail(): number;
  checked(status: number): void;
  returned(): void;
  isChild(): number;
  trapped(): void;
  restart(): void;
}

let modules: { kernel: WebAssembly.Module; peek: WebAssembly.Module } | undefined;

function load() {
  const read = (name: string) => new WebAssembly.Module(readFileSync(asset(`simulator/${name}`)));
  return (modules ??= { kernel: read("driver.wasm"), peek: read("peek.wasm") });
}

const compiled = new WeakMap<Policy, WebAssembly.Module>();

function moduleOf(policy: Policy): WebAssembly.Module {
  const module = compiled.get(policy) ?? new WebAssembly.Module(policy.wasm as BufferSource);
  compiled.set(policy, module);
  return module;
}

/** What of the kernel's exports is no call of a policy. */
const OWN = new Set(
  "begin isAnswered failWith canNotFail checked returned isChild isSubject trapped restart memory".split(" "),
);

/** The names of all calls that there are. */
export function callNames(): string[] {
  return WebAssembly.Module.exports(load().kernel).flatMap(({ name }) => (OWN.has(name) ? [] : [name]));
}

/** The part of WASI that the kernel itself needs: the scenario on standard input, the trace on standard output. */
class Streams {
  output = "";
  /** All of the trace, with what the scenario does not show. */
  all = "";
  /** What of that came since the last call. */
  latest = "";
  errors = "";
  private readonly input: Uint8Array;
  private at = 0;
  memory!: WebAssembly.Memory;

  constructor(directives: string) {
    this.input = Buffer.from(directives);
  }

  /** The first of a call's buffers, which is all that as-wasi passes. */
  private buffer(iovs: number): Uint8Array {
    const view = new DataView(this.memory.buffer);
    return new Uint8Array(this.memory.buffer, view.getUint32(iovs, true), view.getUint32(iovs + 4, true));
  }

  private put(address: number, value: number): number {
    new DataView(this.memory.buffer).setUint32(address, value, true);
    return 0;
  }

  write(text: string, isShown = true): void {
    if (isShown) this.output += text;
    this.all += text;
    this.latest += text;
  }

  readonly imports = {
    fd_read: (_fd: number, iovs: number, _count: number, got: number) => {
      const buffer = this.buffer(iovs);
      const bytes = this.input.subarray(this.at, this.at + buffer.length);
      buffer.set(bytes);
      this.at += bytes.length;
      return this.put(got, bytes.length);
    },
    fd_write: (fd: number, iovs: number, _count: number, written: number) => {
      const bytes = this.buffer(iovs);
      const text = Buffer.from(bytes).toString();
      if (fd === 2) this.errors += text;
      else this.write(text, fd === 1);
      return this.put(written, bytes.length);
    },
    proc_exit: (status: number) => {
      throw new Exit(`exit ${status}`);
    },
  };
}

/** What `kept` has, for the next instance. */
function keptOf(memory: WebAssembly.Memory, { kept }: Policy): Uint8Array {
  if (!kept) return new Uint8Array();
  return new Uint8Array(memory.buffer, kept, new DataView(memory.buffer).getUint32(kept - 4, true));
}

/** Where the policy was, without what is ours, and without where V8 has its code. */
function stackOf(error: Error): string {
  const lines = (error.stack ?? "").split("\n").filter((line) => line.includes("wasm://"));
  return lines.map((line) => line.replace(/ \(wasm:.*/, "")).join("\n");
}

/** AssemblyScript's runtime ends by `unreachable` when it gets no more memory, which says nothing of it. */
const NO_MEMORY = /^\s*at [^\n]*~lib\/rt\//;

class Simulation {
  readonly calls: Call[] = [];
  before = -1;
  problem = "";
  private readonly streams: Streams;
  private readonly table = new WebAssembly.Table({ initial: 256, element: "anyfunc" });
  private readonly kernel: Kernel;
  private readonly imports: WebAssembly.ModuleImports;
  private memory!: WebAssembly.Memory;

  constructor(
    private readonly policy: Policy,
    private readonly directives: string,
    private readonly options: Required<Options>,
  ) {
    this.streams = new Streams(directives);
    const again = () => {
      throw new Again();
    };
    const env = { table: this.table, again };
    const { exports } = new WebAssembly.Instance(load().kernel, { env, wasi_snapshot_preview1: this.streams.imports });
    this.streams.memory = exports.memory as WebAssembly.Memory;
    this.kernel = exports as unknown as Kernel;
    this.imports = Object.fromEntries(
      Object.entries(exports).flatMap(([name, value]) =>
        typeof value === "function" ? [[name, options.watch.import(name, this.answer(name, value as Import))]] : [],
      ),
    );
  }

  /** What stands in for an import: it is counted, and may be made to fail. */
  private answer(name: string, import_: Import): Import {
    return (...args) => {
      if (this.kernel.isAnswered()) return import_(...args);
      if (this.calls.length === this.options.most) {
        this.problem += `${ENDLESS}: ${grouped(this.options.most)} were made\n`;
        throw new Exit("-- makes calls without end");
      }
      const errno = this.options.fault(this.calls.length, name);
      this.streams.latest = "";
      const call = { name, text: name };
      this.calls.push(call);
      if (errno === TRAP) throw new Trap();
      if (errno && this.before < 0) this.before = this.streams.output.split("\n").length - 1;
      if (errno) this.kernel.failWith(errno);
      try {
        const result = import_(...args);
        if (errno && this.kernel.canNotFail()) throw new Error(`${name} can't fail`);
        return result;
      } finally {
        const line = new RegExp(`^(?:\\[pid \\d+\\] )?(${name}\\(.*)`, "m").exec(this.streams.latest)?.[1];
        if (line) call.text = line.replace(/ = [^=]*$/, "");
      }
    };
  }

  /** Runs an instance until it ends, in one way or another; `kept` is what the one before has left. */
  private runInstance(kept: Uint8Array | null, goesOn: boolean): void {
    const { exports } = new WebAssembly.Instance(moduleOf(this.policy), { [KERNEL]: this.imports });
    const call = (name: string) => (exports[name] as () => number)();
    this.memory = exports.memory as WebAssembly.Memory;
    const peek = new WebAssembly.Instance(load().peek, { env: { table: this.table }, init: exports });
    (peek.exports.activate as () => void)();
    if (kept) keptOf(this.memory, this.policy).set(kept);
    this.kernel.begin(this.policy.kept, Number(this.policy.needsRoot));
    this.options.watch.begin(this.memory, keptOf(this.memory, this.policy), goesOn);
    if (this.policy.hasStart) call(START_NAME);
    if (entryOf(this.directives) === "check") this.kernel.checked(call("check"));
    call("boot");
    this.kernel.returned();
  }

  /** Tells the kernel of a trap: a child ends by it. */
  private trap(error: Error): void {
    const where = foldFrames(this.options.where(error).split("\n")).join("\n");
    const pages = this.memory.buffer.byteLength / PAGE;
    const hasNoMemory = error.message === "unreachable" && NO_MEMORY.test(where);
    const why = hasNoMemory ? ` (the memory is used up: ${pages} pages of 64 kB)` : "";
    this.problem += `trap: ${error.message}${why}\n${where}\n`;
    this.kernel.trapped();
  }

  private runAll(): void {
    let kept: Uint8Array | null = null;
    for (let goesOn = false; ;) {
      try {
        try {
          this.runInstance(kept, goesOn);
        } catch (error) {
          if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) this.trap(error);
          else if (error instanceof Trap && this.kernel.isChild()) this.kernel.trapped();
          else throw error;
        }
      } catch (error) {
        goesOn = error instanceof Trap;
        if (goesOn) {
          kept = keptOf(this.memory, this.policy).slice();
          this.kernel.restart();
        } else if (!(error instanceof Again)) throw error;
      }
    }
  }

  live(): Life {
    if (entryOf(this.directives) === "check" && !this.policy.hasCheck) this.problem = "the policy exports no `check`\n";
    else {
      try {
        this.runAll();
      } catch (error) {
        if (!(error instanceof Exit)) throw error;
        if (!error.message.startsWith("exit")) this.streams.write(`${error.message}\n`);
      }
    }
    return {
      directives: this.directives,
      calls: this.calls,
      trace: this.streams.output.split("\n").slice(0, -1),
      all: this.streams.all.split("\n").slice(0, -1),
      before: this.before,
      problem: this.problem + this.streams.errors,
    };
  }
}

/** Lives a life; one that makes calls without end is ended. */
export function live(policy: Policy, directives: string, options: Options = {}): Life {
  const { fault = () => 0, most = MOST_CALLS, watch = NOBODY, where = stackOf } = options;
  return new Simulation(policy, directives, { fault, most, watch, where }).live();
}

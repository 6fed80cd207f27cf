/**
 * wasinit replay: lives again what a trace tells. Each import answers as it did, so that the policy, which reaches nothing
 * else, does as it did: to the same end, or to the first call that is another.
 */
import { createContext, runInContext } from "node:vm";
import { Complaint } from "../base/complaint.js";
import { readWhole } from "../base/files.js";
import { DECLARATIONS } from "./linux.js";
import { type Value, Memory } from "./memory.js";
import { moduleOf } from "../compiler/module.js";
import { KERNEL, type Policy, START_NAME } from "../compiler/policy.js";
import { loadPlainly } from "./plain.js";
import { showCall, showRecorded } from "./show.js";
import { digest } from "../compiler/sources.js";
import type { Frame, Places } from "./stack.js";
import { isSameTrap } from "./traps.js";
import { type Argument, type Call, type Entry, type Life, type Start, type Trace, quote, readTrace } from "./trace.js";

export interface ReplayOptions {
  /** The child whose life is lived, from its fork on; PID 1's unless said. */
  child?: number;
  /** Whether each call is to be told. */
  verbose?: boolean;
}

/**
 * How an instance ended: as it was recorded, by a `trap`, as its entry `returned`, as the `host` ended it, or as a call
 * `left`; the trace was `cut` there, or has `lost` lines; or the policy did something `different`.
 */
export type How = "trap" | "returned" | "host" | "left" | "cut" | "lost" | "different";

export interface Ending {
  how: How;
  /** In the host's words, or in ours. */
  reason: string;
  /** What it logged of a failed assertion. */
  said?: string;
  /** Where the policy was, the innermost function first. */
  stack: Frame[];
  /** The line of the trace that is not as the policy has it: its number, what it says, and what the policy does. */
  difference?: { number: number; trace: string; policy: string };
}

export interface Instance {
  /** How many calls are the same. */
  calls: number;
  ending: Ending;
}

/** What `--json` prints. */
export interface Replayed {
  policy: string;
  arch: string;
  /** Of the host that recorded. */
  wasinit: string;
  /** Whether the policy is, byte for byte, the one that was recorded. */
  isSameBuild: boolean;
  /** Whether all that is in the trace was lived again. */
  isSame: boolean;
  /** Lines of the file that are damaged. */
  damaged: number[];
  /** Boots in the file before the one that is lived. */
  earlier: number;
  /** The children that have traces, too. */
  children: number[];
  instances: Instance[];
  /** Each call, with `verbose`. */
  calls: string[];
}

/** For which the policy does nothing: what comes next in its life is not told. */
const BY_HOST = /it is in an endless loop|operand stack overflow|^the host has crashed/;

const RETURNED = /^its `\w+` returned$/;

/** Calls that write to addresses which they are given in memory: another build has other ones. */
const INDIRECT = new Set(["fd_read", "fd_pread", "args_get", "environ_get"]);

const MILLISECONDS = 20_000; // for an instance, and
const PER_CALL = 2; // more

/** Ends an instance from within a call. */
class Stop extends Error {
  constructor(readonly ending: Omit<Ending, "stack">) {
    super(ending.reason);
  }
}

interface Known {
  policy: Policy;
  module: WebAssembly.Module;
  places: Places;
  /** The checksum of what was packed, or would be. */
  checksum: string;
}

/** As the packer tells it to a host. */
export function checksumOf(module: Uint8Array): string {
  return digest(module).slice(0, 16);
}

async function load(path: string): Promise<Known> {
  const { wasm: recorded } = await moduleOf(path);
  const { policy, places } = await loadPlainly(path, recorded);
  return {
    policy,
    module: new WebAssembly.Module(policy.wasm as BufferSource),
    places,
    checksum: checksumOf(recorded),
  };
}

/** An instance of the policy, and what of the trace is its life. */
class Living {
  calls = 0;
  readonly shown: string[] = [];
  private at = 0;
  private memory!: Memory;
  /** Where the last call was made. */
  private last = new Error();
  /** Where another build has what the trace has at an address: of a call's arguments. */
  private moved = new Map<number, number>();
  private clock = "";
  private said = "";

  constructor(
    private readonly known: Known,
    private readonly life: Entry[],
    private readonly isSameBuild: boolean,
    private readonly isVerbose: boolean,
  ) {}

  private get next(): Entry | undefined {
    return this.life[this.at];
  }

  /** Why there is no call to be answered. */
  private stop(entry: Exclude<Entry, Call> | undefined, doing: string): Stop {
    if (!entry) return new Stop({ how: "cut", reason: `the trace ends, as it calls ${doing}` });
    if (entry.kind === "gap")
      return new Stop({ how: "lost", reason: `${entry.missing} lines of the trace are missing` });
    const reason = entry.kind === "end" ? entry.reason : "it begins anew";
    if (entry.kind === "end" && BY_HOST.test(reason)) return new Stop({ how: "host", reason });
    return this.differ(entry.number, `ends: ${reason}`, doing);
  }

  private differ(number: number, trace: string, policy: string): Stop {
    return new Stop({ how: "different", reason: "it does something else", difference: { number, trace, policy } });
  }

  private isSameArgument(recorded: Argument, value: Value, length: Value | undefined, isLinux: boolean): boolean {
    const address = Number(value) >>> 0;
    if (typeof recorded === "bigint") return recorded === BigInt(value);
    if ("address" in recorded) {
      this.moved.set(recorded.address, address);
      return !this.isSameBuild || recorded.address === address;
    }
    const bytes = isLinux ? this.memory.text(address) : this.memory.bytes(address, Number(length));
    return isSameText(recorded, address ? bytes : undefined);
  }

  private isSameCall(call: Call, name: string, args: Value[]): boolean {
    const declared = DECLARATIONS.get(name);
    this.moved.clear();
    if (call.name !== name || call.args.length !== args.length) return false;
    if (!args.every((value, i) => this.isSameArgument(call.args[i]!, value, args[i + 1], declared !== undefined)))
      return false;
    const list = declared?.params.findIndex(({ type }) => type.startsWith("StaticArray")) ?? -1;
    const texts = list < 0 ? [] : this.memory.texts(Number(args[list]));
    return call.list.every((text, i) => isSameText(text, texts[i]));
  }

  /** Does to memory what the call did. */
  private write({ name, writes }: Call): void {
    if (!this.isSameBuild && writes.length && INDIRECT.has(name))
      throw new Stop({ how: "lost", reason: `where ${name} has written is not where another build would have it` });
    for (const { address, bytes } of writes) {
      const base = Math.max(...[...this.moved.keys()].filter((known) => known <= address));
      const to = this.isSameBuild ? address : this.moved.get(base)! + address - base;
      if (!this.memory.write(to, bytes)) throw new Stop({ how: "different", reason: `${name} has written outside` });
    }
  }

  private tell(call: Call, args: Value[]): void {
    if (call.name === "clock_gettime" && call.result !== null && call.result >= 0n && args[0] === 1)
      this.clock = `[${(Number(call.result) / 1e9).toFixed(6).padStart(12)}] `;
    if (call.name === "syslog") this.hear(showCall(call.name, args, this.memory, call, true));
    if (this.isVerbose) this.shown.push(this.clock + showCall(call.name, args, this.memory, call, true));
  }

  /** An assertion that fails is two lines of the log: see lib/wasinit/abort.ts. */
  private hear(line: string): void {
    const [, said] = /init: abort: (.*)/.exec(line) ?? [];
    if (said !== undefined || !/init: at /.test(line)) this.said = said ?? "";
  }

  private answer(name: string, args: Value[]): Value {
    this.last = new Error();
    const { next: call } = this;
    if (call?.kind !== "call") throw this.stop(call, showCall(name, args, this.memory));
    if (!this.isSameCall(call, name, args))
      throw this.differ(call.number, showRecorded(call), showCall(name, args, this.memory, call));
    this.at++;
    this.calls++;
    this.write(call);
    this.tell(call, args);
    if (call.result === null)
      throw new Stop({ how: "left", reason: showRecorded(call).replace(/ does not return$/, "") });
    if (!call.isKnown)
      throw new Stop({ how: "lost", reason: `what ${name} has written is not known: it was too much` });
    const after = this.next;
    if (after?.kind === "end" && name === "proc_exit") throw new Stop({ how: "host", reason: after.reason });
    return /64$/.test(DECLARATIONS.get(name)?.result ?? "") ? call.result : Number(call.result);
  }

  private run(kept: Start["kept"]): void {
    const { policy, module } = this.known;
    const imports = WebAssembly.Module.imports(module).map(({ name }) => [
      name,
      (...args: Value[]) => this.answer(name, args),
    ]);
    const { exports } = new WebAssembly.Instance(module, { [KERNEL]: Object.fromEntries(imports) });
    const call = (name: string) => (exports[name] as () => void)();
    this.memory = new Memory(exports.memory as WebAssembly.Memory);
    if (policy.hasStart) call(START_NAME);
    if (kept && policy.kept) this.keep(policy.kept, kept);
    call("boot");
  }

  private keep(address: number, { size, writes }: NonNullable<Start["kept"]>): void {
    this.memory.write(address, new Uint8Array(size));
    for (const write of writes) this.memory.write(address + write.address, write.bytes);
  }

  private endOf(error: unknown): Ending {
    const stack = (of: Error) => this.known.places.of(of);
    const { next } = this;
    if (error instanceof Stop) return { ...error.ending, stack: stack(error) };
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      const how = next?.kind === "end" && BY_HOST.test(next.reason) ? "host" : "different";
      return { how, reason: "it goes on without a call, after this one", stack: stack(this.last) };
    }
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    const { message } = error;
    const isSame = next?.kind === "end" && isSameTrap(next.reason.replace(/^.*: /, ""), message);
    const said = this.said ? { said: this.said } : {};
    if (isSame || !next)
      return { how: "trap", reason: next?.kind === "end" ? next.reason : message, ...said, stack: stack(error) };
    return { ...this.stopAt(next, `traps: ${message}`), stack: stack(error) };
  }

  private stopAt(entry: Entry, doing: string): Omit<Ending, "stack"> {
    const stop =
      entry.kind === "call" ? this.differ(entry.number, showRecorded(entry), doing) : this.stop(entry, doing);
    return stop.ending;
  }

  live(): Instance {
    const [start, ...life] = this.life;
    const milliseconds = MILLISECONDS + PER_CALL * life.length;
    let ending: Ending;
    this.at = 1;
    try {
      const run = () => this.run(start?.kind === "start" ? start.kept : null);
      runInContext("run()", createContext({ run }), { timeout: milliseconds });
      const { next } = this;
      const returned = next?.kind === "end" && RETURNED.test(next.reason);
      ending =
        returned || !next
          ? { how: "returned", reason: "its `boot` returned", stack: [] }
          : { ...this.stopAt(next, "returns from `boot`"), stack: [] };
    } catch (error) {
      ending = this.endOf(error);
    }
    return { calls: this.calls, ending };
  }
}

function isSameText({ quoted, isCut }: { quoted: string; isCut: boolean }, bytes: Uint8Array | undefined): boolean {
  const own = bytes && quote(bytes);
  return isCut ? own?.startsWith(quoted) === true : own === quoted;
}

/** Where in the life of a process it forks a child: both have the same number for it. */
function forkOf(life: Life, pid: number, number: number | undefined): number {
  return life.findIndex(
    (entry) =>
      entry.kind === "call" && entry.name === "fork" && entry.result === BigInt(pid) && entry.number === number,
  );
}

/** The life of a child up to its fork is that of its parent. */
function lifeOf({ lives }: Pick<Trace, "lives">, pid: number): Life {
  const life = lives.get(pid) ?? [];
  if (!pid) return life;
  const number = life[0]?.number;
  const [parent] = [...lives.keys()].filter((of) => of !== pid && forkOf(lives.get(of)!, pid, number) >= 0);
  if (parent === undefined) throw new Complaint(`the trace has no child ${pid}, or not its fork`);
  const before = lifeOf({ lives }, parent);
  return [...before.slice(0, forkOf(before, pid, number)), ...life];
}

/** Each instance's part of a life, from its start on. */
function split(life: Life): Life[] {
  const starts = life.flatMap((entry, i) => (entry.kind === "start" ? [i] : []));
  return starts.map((from, i) => life.slice(from, starts[i + 1]));
}

/**
 * Lives again what a trace tells.
 * @param file the trace.
 * @param path the policy that was recorded, or another one; or a module, whose sources nobody knows.
 * @throws Complaint, if the trace, or the policy, can't be read.
 */
export async function replay(
  file: string,
  path: string,
  { child = 0, verbose = false }: ReplayOptions,
): Promise<Replayed> {
  const trace = readTrace(readWhole(file).toString("latin1"));
  const life = lifeOf(trace, child);
  const instances = split(life);
  const [first] = instances[0] ?? [];
  if (first?.kind !== "start") throw new Complaint("the trace has lost its beginning, and nothing begins anew in it");
  const known = await load(path);
  const isSameBuild = first.policy === known.checksum;
  const lived: Living[] = [];
  const results: Instance[] = [];
  for (const part of child ? instances.slice(-1) : instances) {
    const living = new Living(known, part, isSameBuild, verbose);
    lived.push(living);
    results.push(living.live());
    if (results.at(-1)?.ending.how === "different") break; // what came after it in the trace, did not in this life
  }
  return {
    policy: path,
    arch: first.arch,
    wasinit: first.wasinit,
    isSameBuild,
    isSame: results.every(({ ending }) => ending.how !== "different" && ending.how !== "lost"),
    damaged: trace.damaged,
    earlier: trace.earlier,
    children: [...trace.lives.keys()].filter((pid) => pid),
    instances: results,
    calls: lived.flatMap(({ shown }) => shown),
  };
}

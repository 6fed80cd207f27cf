/**
 * Runs the shipped module, byte for byte, in this process, against the same driver as under wasmtime: what takes
 * thousands of runs takes seconds, and any call can be made to fail from here.
 */

import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { imports } from "../abi.js";
import { DRIVER, DRIVER_WASM, INIT_WASM, mainOf } from "./harness.js";

const MOST_CALLS = 5000; // A life has some hundred.

/** How a call fails, by its number from 0 on and its name: an errno, or 0 if it is the driver's to answer; or `TRAP`. */
export type Fault = (call: number, name: string) => number;

/** The call traps, and `boot` is called again as the host does it: in a new instance, with what was kept. */
export const TRAP = -1;

export type Import = (...args: (number | bigint)[]) => number | bigint;

/** Sees all that passes between the module and the driver. */
export interface Watch {
  /** Is told of the module's memory and of what it keeps, before its first instruction and after each trap. */
  begin(memory: WebAssembly.Memory, kept: Uint8Array): void;
  /** Returns what stands in for an import. */
  import(name: string, import_: Import): Import;
}

const NOBODY: Watch = { begin: () => {}, import: (_, import_) => import_ };

export interface Call {
  name: string;
  /** As the trace shows it, without the result; a call that leaves no line is but a name. */
  text: string;
}

export interface Run {
  directives: string;
  calls: Call[];
  trace: string[];
  /** How many lines of the trace came before the first call that was made to fail. */
  before: number;
}

const STDOUT = 1; // The driver's complaints of a scenario that did not happen are none here.

class Exit extends Error {}

/** What a call throws that traps. */
export class Trap extends Error {}

function assemble(name: string): WebAssembly.Module {
  const module = binaryen.parseText(readFileSync(DRIVER + name, "utf8"));
  try {
    return new WebAssembly.Module(module.emitBinary() as BufferSource);
  } finally {
    module.dispose();
  }
}

const MAIN = { "main.wat": assemble("main.wat"), "check.wat": assemble("check.wat") };
const PEEK = assemble("peek.wat");
const LINUX = new WebAssembly.Module(readFileSync(DRIVER_WASM));
const INIT = new WebAssembly.Module(readFileSync(INIT_WASM));

/** The imports whose result is an i64. */
const LONG = new Set(
  imports()
    .filter(({ result }) => result.wasmType === "i64")
    .map(({ name }) => name),
);

/** What a module keeps: see assembly/life.ts. */
function keptOf({ memory, kept }: WebAssembly.Exports): Uint8Array {
  const [{ buffer }, { value: address }] = [memory as WebAssembly.Memory, kept as WebAssembly.Global];
  return new Uint8Array(buffer, address, new DataView(buffer).getUint32(address - 4, true));
}

/** The part of WASI that the driver needs: the scenario on standard input, the trace on standard output. */
class Streams {
  output = "";
  private readonly input: Uint8Array;
  private at = 0;
  memory!: WebAssembly.Memory;

  constructor(directives: string) {
    this.input = Buffer.from(directives);
  }

  /** The first of a call's buffers, which is all that as-wasi passes. */
  private buffer(iovs: number): Uint8Array {
    const [address, length] = new Uint32Array(this.memory.buffer, iovs, 2) as unknown as [number, number];
    return new Uint8Array(this.memory.buffer, address, length);
  }

  private put(address: number, value: number): number {
    new DataView(this.memory.buffer).setUint32(address, value, true);
    return 0;
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
      if (fd === STDOUT) this.output += Buffer.from(bytes).toString();
      return this.put(written, bytes.length);
    },
    proc_exit: (status: number) => {
      throw new Exit(`exit ${status}`);
    },
  };
}

/** Lives a life; one that makes calls without end is ended. */
export function run(directives: string, fault: Fault = () => 0, most = MOST_CALLS, watch = NOBODY): Run {
  const streams = new Streams(directives);
  const calls: Call[] = [];
  let before = -1;
  const table = new WebAssembly.Table({ initial: 256, element: "anyfunc" });
  const driver = new WebAssembly.Instance(LINUX, { env: { table }, wasi_snapshot_preview1: streams.imports }).exports;
  streams.memory = driver.memory as WebAssembly.Memory;

  const answer = (name: string, import_: Import, isLong: boolean): Import => {
    return (...args) => {
      if (calls.length === most) throw new Exit("calls without end");
      const errno = fault(calls.length, name);
      const from = streams.output.length;
      const call = { name, text: name };
      calls.push(call);
      if (errno === TRAP) throw new Trap();
      if (errno) {
        if (before < 0) before = streams.output.split("\n").length - 1;
        return isLong ? BigInt(-errno) : -errno;
      }
      try {
        return import_(...args);
      } finally {
        const line = streams.output
          .slice(from)
          .split("\n")
          .find((line) => line.startsWith(`${name}(`));
        if (line) call.text = line.replace(/ = [^=]*$/, "");
      }
    };
  };
  const linux = Object.fromEntries(
    Object.entries(driver).flatMap(([name, value]) =>
      typeof value === "function" ? [[name, watch.import(name, answer(name, value as Import, LONG.has(name)))]] : [],
    ),
  );
  const start = (begin: (init: WebAssembly.Exports) => void) => {
    const init = new WebAssembly.Instance(INIT, { linux }).exports;
    new WebAssembly.Instance(PEEK, { env: { table }, init });
    const ready = () => {
      begin(init);
      watch.begin(init.memory as WebAssembly.Memory, keptOf(init));
    };
    const main = new WebAssembly.Instance(MAIN[mainOf(directives)], { init, linux: { ...driver, begin: ready } });
    try {
      (main.exports._start as () => void)();
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      const kept = keptOf(init).slice();
      start((next) => keptOf(next).set(kept));
    }
  };
  try {
    start((init) => (driver.begin as (kept: number) => void)((init.kept as WebAssembly.Global).value));
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    if (!error.message.startsWith("exit")) streams.output += error.message + "\n";
  }
  return { directives, calls, trace: streams.output.split("\n").slice(0, -1), before };
}

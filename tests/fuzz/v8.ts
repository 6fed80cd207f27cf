/** V8, which answers as tests/spec/spec.c does. */
import { readFileSync } from "node:fs";
import { createContext, Script } from "node:vm";
import { checksum } from "../spec/checksum.js";
import type { Outcome } from "../spec/script.js";

export type Type = "i32" | "i64" | "f32" | "f64" | "externref" | "funcref";

/** A question to an instance; a name is in hexadecimal, as are the bits of an argument. See smith/asks.rs. */
export interface Ask {
  verb: "call" | "get" | "memory";
  name: string;
  args: string[];
  params: Type[];
  results: Type[];
}

const SECONDS = 1; // until a module that does not end is given up

const NULL = "ffffffff"; // the engine's
const OTHER = "0"; // a reference that is not null: which it is, is the engine's to say

const scratch = new DataView(new ArrayBuffer(8));

function toValue(type: Type, bits: string): number | bigint | null {
  scratch.setBigUint64(0, BigInt(`0x${bits}`), true);
  switch (type) {
    case "i32":
      return scratch.getInt32(0, true);
    case "i64":
      return scratch.getBigInt64(0, true);
    case "f32":
      return scratch.getFloat32(0, true);
    case "f64":
      return scratch.getFloat64(0, true);
    default:
      return null;
  }
}

function toBits(type: Type, value: unknown): string {
  scratch.setBigUint64(0, 0n, true);
  switch (type) {
    case "i32":
      scratch.setInt32(0, value as number, true);
      break;
    case "i64":
      scratch.setBigInt64(0, value as bigint, true);
      break;
    case "f32":
      scratch.setFloat32(0, value as number, true);
      break;
    case "f64":
      scratch.setFloat64(0, value as number, true);
      break;
    default:
      return value === null ? NULL : OTHER;
  }
  return scratch.getBigUint64(0, true).toString(16);
}

type Function_ = (...args: unknown[]) => unknown;

function values({ verb, args, params, results }: Ask, it: WebAssembly.ExportValue): string[] {
  if (verb === "memory") {
    const { buffer } = it as WebAssembly.Memory;
    return [buffer.byteLength, checksum(buffer)].map((number) => number.toString(16));
  }
  if (verb === "get") return [toBits(results[0], (it as WebAssembly.Global).value)];
  const result = (it as Function_)(...args.map((bits, i) => toValue(params[i], bits)));
  return results.length === 1
    ? [toBits(results[0], result)]
    : results.map((type, i) => toBits(type, (result as unknown[])[i]));
}

function answer(ask: Ask, exports: WebAssembly.Exports): string {
  const it = exports[Buffer.from(ask.name, "hex").toString()];
  if (it === undefined) return "none";
  try {
    return ["value", ...values(ask, it)].join(" ");
  } catch (error) {
    return `trap ${(error as Error).message}`;
  }
}

/** What hosts have, of tests/spec/generic/uses.h. */
const IMPORTS = {
  spectest: new Proxy({}, { get: () => () => {} }),
  a: Object.fromEntries([0, 1, 2, 3, 4].map((n) => [`ef${n}`, () => n])),
};

function run(module: WebAssembly.Module, asks: Ask[]): Outcome {
  try {
    const { exports } = new WebAssembly.Instance(module, IMPORTS);
    return { answers: ["ready", ...asks.map((ask) => answer(ask, exports))] };
  } catch (error) {
    const { message } = error as Error;
    return error instanceof WebAssembly.LinkError ? { refusal: message } : { answers: [`trap ${message}`] };
  }
}

function compile(path: string): WebAssembly.Module | string {
  try {
    return new WebAssembly.Module(readFileSync(path));
  } catch (error) {
    return (error as Error).message;
  }
}

const script = new Script("run()");

/** Asks an instance of the module in the file `path`; undefined for one that does not end. */
export function ask(path: string, asks: Ask[]): Outcome | undefined {
  const module = compile(path);
  if (typeof module === "string") return { refusal: module };
  try {
    const context = createContext({ run: () => run(module, asks) });
    return script.runInContext(context, { timeout: 1000 * SECONDS }) as Outcome;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  }
}

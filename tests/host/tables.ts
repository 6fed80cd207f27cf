/** The imports as the host has them: the rows of its tables, and the functions of C that they name; and as WASI has them. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../arch.js";

export type WasmType = "i32" | "i64";

export interface Row {
  module: string;
  name: string;
  /** The function of C. */
  symbol: string;
  /** As the engine checks it. */
  params: WasmType[];
  result: WasmType | null;
  /** As C has it, without the first parameter. */
  cParams: { name: string; type: string }[];
  cResult: string;
}

const IMPORTS = join(PROJECT, "host/imports");

const ROW = /^ {4}X\((\w+), (\w+), "\(([iI]*)\)([iI]?)"\)/gm;

/** What the names of an import's module begin with in C. */
const PREFIXES: Record<string, string> = { linux: "linux", wasi_snapshot_preview1: "wasi" };

function table(): string {
  return readFileSync(join(IMPORTS, "table.h"), "utf8");
}

function functions(): ReturnType<typeof functionsOf> {
  const files = readdirSync(IMPORTS).filter((name) => name.endsWith(".c"));
  return functionsOf(files.map((name) => readFileSync(join(IMPORTS, name), "utf8")).join("\n"));
}

function wasmType(letter: string): WasmType {
  return letter === "I" ? "i64" : "i32";
}

function functionsOf(source: string): Map<string, Pick<Row, "cParams" | "cResult">> {
  const functions = new Map<string, Pick<Row, "cParams" | "cResult">>();
  for (const [, result, name, params] of source.matchAll(/^(\w+)\n(\w+)\(wasm_exec_env_t env([^)]*)\)\n\{/gm)) {
    const list = [...params.matchAll(/,\s+(\w+) (\w+)/g)].map(([, type, param]) => ({ name: param, type }));
    functions.set(name, { cParams: list, cResult: result });
  }
  return functions;
}

/** Lists the rows of the table, in their order. */
export function rows(): Row[] {
  const defined = functions();
  return [...table().matchAll(ROW)].map(([, module, name, params, result]) => {
    const symbol = `${PREFIXES[module]}_${name}`;
    const c = defined.get(symbol);
    if (!c) throw new Error(`table.h has ${module}.${name}, and no file a function ${symbol}`);
    return { module, name, symbol, params: [...params].map(wasmType), result: result ? wasmType(result) : null, ...c };
  });
}

/** The sources of the host, in C. */
export function sources(): string[] {
  return readdirSync(join(PROJECT, "host"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".c"))
    .map((file) => readFileSync(join(PROJECT, "host", file), "utf8"));
}

/** How many rows there are, whatever they look like: `rows` must have understood all. */
export function countRows(): number {
  return table().match(/^ +\W*X\b/gm)?.length ?? 0;
}

/** AssemblyScript's declarations of WASI preview 1. */
export const SHIM = join(PROJECT, "node_modules/@assemblyscript/wasi-shim/assembly/bindings/wasi_snapshot_preview1.ts");

export interface Declaration {
  name: string;
  params: { name: string; tsType: string; wasmType: WasmType }[];
  result: WasmType | null;
}

/** Lists the functions of WASI preview 1, with the types' aliases looked up. */
export function shimDeclarations(): Declaration[] {
  const text = readFileSync(SHIM, "utf8").replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
  const aliases = new Map([...text.matchAll(/type (\w+) = (\w+);/g)].map(([, name, type]) => [name, type]));
  const wasm = (type: string): WasmType => {
    const alias = aliases.get(type);
    if (alias && alias !== type) return wasm(alias);
    return /^[iu]64$/.test(type) ? "i64" : "i32";
  };
  return [...text.matchAll(/declare function (\w+)\(([^)]*)\): (\w+)/g)].map(([, name, params, result]) => ({
    name,
    params: [...params.matchAll(/(\w+): *([\w<>]+)/g)].map(([, param, tsType]) => ({
      name: param,
      tsType,
      wasmType: wasm(tsType),
    })),
    result: result === "void" ? null : wasm(result),
  }));
}

/**
 * A policy's module as the simulated kernel runs it. Its code is what it was, byte for byte; but all its imports are of one
 * module, its memory is exported, and what the host calls first is, under one name: it may make calls, which are answered
 * only later than an engine would call it.
 */
import { type Section, Reader, join, name, number, split } from "../base/sections.js";

/** The module that stands in for Linux, and for WASI. */
export const KERNEL = "linux";
const WASI = "wasi_snapshot_preview1";

const [IMPORTS, EXPORTS, START] = [2, 7, 8];
/** The sections that stand before the exports. */
const BEFORE_EXPORTS = 6;
const [FUNCTION, MEMORY] = [0, 2];

/** Under which name a module exports what is called first. */
export const START_NAME = "wasinit start";

/** What the host calls first, if the module has no start function: see host/engine/packer/check.c. */
const STARTS = ["_initialize", "_start", "__wasm_call_ctors"];

export interface Policy {
  wasm: Uint8Array;
  hasCheck: boolean;
  /** Whether there is an export `START_NAME` to be called before the entry. */
  hasStart: boolean;
  /** Where it has what it exports as `kept`, or 0. */
  kept: number;
  /** Whether descriptor 3 is `/`. */
  needsRoot: boolean;
}

function importsOfKernel(bytes: Uint8Array): Uint8Array {
  const reader = new Reader(bytes);
  const count = reader.number();
  const parts: Uint8Array[] = [Uint8Array.from(number(count))];
  for (let i = 0; i < count; i++) {
    const module = Buffer.from(reader.vector()).toString();
    parts.push(Uint8Array.from(name(module === WASI ? KERNEL : module)));
    const from = reader.at;
    reader.vector();
    if (reader.number() !== FUNCTION) throw new Error("the module imports something other than a function");
    reader.number();
    parts.push(bytes.subarray(from, reader.at));
  }
  return Buffer.concat(parts);
}

interface Export {
  name: string;
  kind: number;
  index: number;
}

function exportsOf(bytes: Uint8Array): Export[] {
  const reader = new Reader(bytes);
  return Array.from({ length: reader.number() }, () => {
    const name = Buffer.from(reader.vector()).toString();
    return { name, kind: reader.number(), index: reader.number() };
  });
}

function exportSection(exports: Export[]): Section {
  const rows = exports.flatMap((row) => [...name(row.name), row.kind, ...number(row.index)]);
  return { id: EXPORTS, bytes: Uint8Array.from([...number(exports.length), ...rows]) };
}

/** Puts a section where it belongs among those with numbers; the others, 0, stay where they are. */
function insert(sections: Section[], section: Section): Section[] {
  const before = Math.max(...sections.map(({ id }, i) => (id > 0 && id <= BEFORE_EXPORTS ? i + 1 : 0)));
  return [...sections.slice(0, before), section, ...sections.slice(before)];
}

function rewrite(wasm: Uint8Array): Uint8Array {
  const sections = split(wasm);
  const find = (wanted: number) => sections.find(({ id }) => id === wanted)?.bytes;
  const [exported, start] = [find(EXPORTS), find(START)];
  const all = exported ? exportsOf(exported) : [];
  const exports = all.filter(({ name }) => !STARTS.includes(name));
  const first = start
    ? { kind: FUNCTION, index: new Reader(start).number() }
    : STARTS.map((wanted) => all.find(({ name }) => name === wanted)).find(Boolean);
  if (first) exports.push({ ...first, name: START_NAME });
  if (!exports.some(({ name }) => name === "memory")) exports.push({ name: "memory", kind: MEMORY, index: 0 });
  const rest = sections
    .filter(({ id }) => id !== EXPORTS && id !== START)
    .map(({ id, bytes }) => ({ id, bytes: id === IMPORTS ? importsOfKernel(bytes) : bytes }));
  return join(wasm, insert(rest, exportSection(exports)));
}

/** What is exported as `kept` before any code has run. */
function keptOf(module: WebAssembly.Module): number {
  const imports: WebAssembly.ModuleImports = {};
  for (const { name } of WebAssembly.Module.imports(module)) imports[name] = () => 0;
  const modules = new Set(WebAssembly.Module.imports(module).map(({ module }) => module));
  const { kept } = new WebAssembly.Instance(module, Object.fromEntries([...modules].map((name) => [name, imports])))
    .exports;
  return kept instanceof WebAssembly.Global ? Number(kept.value) : 0;
}

export function prepare(module: Uint8Array): Policy {
  const wasm = rewrite(module);
  const compiled = new WebAssembly.Module(wasm as BufferSource);
  const exported = new Set(WebAssembly.Module.exports(compiled).map(({ name }) => name));
  const imported = WebAssembly.Module.imports(compiled).map(({ name }) => name);
  return {
    wasm,
    hasCheck: exported.has("check"),
    hasStart: exported.has(START_NAME),
    kept: exported.has("kept") ? keptOf(compiled) : 0,
    needsRoot: imported.some((name) => /^(path_|fd_prestat_)/.test(name)),
  };
}

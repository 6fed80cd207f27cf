/** Reads a module as the packer has laid it out in /init (host/engine/packer/write.c), in the structures of the engine. */
import type { Layout } from "../compiler/pack.js";

const WASM_PAGE = 65536;
const PAGES_MAX = 1024; // that a host gives a module: MEMORY_MAX of host/engine/packed.h
const STRING_MAX = 65536;
const KINDS = ["function", "table", "memory", "global"];

/** It is not laid out so. */
export class Unreadable extends Error {}

/** What lies in memory from an address on. */
export interface Memory {
  bytes: Buffer;
  address: bigint;
}

export interface PackedFunction {
  name: string;
  /** Where in the segment its code is. */
  start: number;
  end: number;
}

export interface PackedModule {
  /** Bytes, of the interpreter. */
  stack: number;
  /** Bytes: at first, and at most. */
  memory: number;
  memoryMax: number;
  functions: PackedFunction[];
  imports: { module: string; name: string }[];
  exports: { kind: string; name: string }[];
  /** Where in the segment the addresses of the imports' functions are, which are the host's. */
  linked: number[];
}

export function readPacked({ bytes, address }: Memory, layout: Layout): PackedModule {
  const place = (name: string) => layout.get(name) ?? { offset: 0, size: 0 };
  const check = (isSo: boolean) => {
    if (!isSo) throw new Unreadable();
  };

  const number = (at: number, member: string): number => {
    const { offset, size } = place(member);
    check(at >= 0 && at + offset + size <= bytes.length && [1, 2, 4, 8].includes(size));
    return size === 8 ? Number(bytes.readBigUInt64LE(at + offset)) : bytes.readUIntLE(at + offset, size);
  };
  /** Where in the segment it is that an address leads to. */
  const follow = (at: number, member?: string): number => {
    const from = at + (member ? place(member).offset : 0);
    check(from >= 0 && from + 8 <= bytes.length);
    const to = bytes.readBigUInt64LE(from) - address;
    check(to >= 0 && to <= bytes.length);
    return Number(to);
  };
  const isNull = (at: number, member: string) => number(at, member) === 0;
  const string = (at: number, member: string): string => {
    const start = follow(at, member);
    const end = bytes.indexOf(0, start);
    check(end >= 0 && end - start < STRING_MAX);
    return bytes.toString("utf8", start, end);
  };
  /** Where the structures of an array are, each of which has bytes of its own. */
  const array = (at: number, member: string, structure: string, count: number): number[] => {
    const start = count ? follow(at, member) : 0;
    const { size } = place(structure);
    check(start + count * size <= bytes.length);
    return Array.from({ length: count }, (_, i) => start + i * size);
  };

  const module = follow(0, "packed_module");
  const imports = array(module, "module_imports", "import", number(module, "module_import_count"));
  const exports = array(module, "module_exports", "export", number(module, "module_export_count"));
  const [memory] = array(module, "module_memories", "memory", number(module, "module_memory_count"));
  const functionCount = number(module, "module_function_count");
  const functionList = functionCount ? follow(module, "module_functions") : 0;
  check(functionList + 8 * functionCount <= bytes.length && number(module, "module_module_type") === 0);

  const bytesOf = (pages: string) =>
    memory === undefined ? 0 : number(memory, pages) * number(memory, "memory_num_bytes_per_page");
  return {
    stack: number(0, "packed_stack_size"),
    memory: bytesOf("memory_init_page_count"),
    memoryMax: Math.min(bytesOf("memory_max_page_count"), PAGES_MAX * WASM_PAGE),
    functions: Array.from({ length: functionCount }, (_, i) => {
      const at = follow(functionList + 8 * i);
      const start = follow(at, "function_code");
      const end = start + number(at, "function_code_size");
      check(end <= bytes.length);
      return { name: isNull(at, "function_field_name") ? `#${i}` : string(at, "function_field_name"), start, end };
    }),
    imports: imports.map((at) => ({
      module: string(at, "import_module_name"),
      name: string(at, "import_field_name"),
    })),
    exports: exports.map((at) => ({
      kind: KINDS[number(at, "export_kind")] ?? "?",
      name: string(at, "export_name"),
    })),
    linked: imports.map((at) => at + place("import_func_ptr_linked").offset),
  };
}

/** Whether two are the same module, each at its address, and linked with its host; or where they differ first. */
export function compareModules(a: Memory, b: Memory, linked: number[]): number | undefined {
  const length = Math.min(a.bytes.length, b.bytes.length);
  const isLinked = new Set(linked);
  for (let at = 0; at < length; at += 8) {
    const [mine, other] = [a.bytes.subarray(at, at + 8), b.bytes.subarray(at, at + 8)];
    if (mine.equals(other) || isLinked.has(at)) continue;
    const isWhole = mine.length === 8 && other.length === 8;
    const place = isWhole ? mine.readBigInt64LE() - a.address : -1n;
    const isAddress =
      isWhole && place === other.readBigInt64LE() - b.address && place >= -BigInt(length) && place <= length;
    if (!isAddress) return at + mine.findIndex((byte, i) => byte !== other[i]);
  }
  return a.bytes.length === b.bytes.length ? undefined : length;
}

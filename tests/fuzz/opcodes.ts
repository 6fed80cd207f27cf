/** Writes a module that executes each instruction of WebAssembly 1.0 on numbers and memory: a seed for the fuzzer. */
import { writeFileSync } from "node:fs";

type Type = "i32" | "i64" | "f32" | "f64";

/** Instructions from a first opcode to a last one, and what each takes from the stack. */
const NUMERIC: [number, number, ...Type[]][] = [
  [0x45, 0x45, "i32"],
  [0x46, 0x4f, "i32", "i32"],
  [0x50, 0x50, "i64"],
  [0x51, 0x5a, "i64", "i64"],
  [0x5b, 0x60, "f32", "f32"],
  [0x61, 0x66, "f64", "f64"],
  [0x67, 0x69, "i32"],
  [0x6a, 0x78, "i32", "i32"],
  [0x79, 0x7b, "i64"],
  [0x7c, 0x8a, "i64", "i64"],
  [0x8b, 0x91, "f32"],
  [0x92, 0x98, "f32", "f32"],
  [0x99, 0x9f, "f64"],
  [0xa0, 0xa6, "f64", "f64"],
  [0xa7, 0xa7, "i64"],
  [0xa8, 0xa9, "f32"],
  [0xaa, 0xab, "f64"],
  [0xac, 0xad, "i32"],
  [0xae, 0xaf, "f32"],
  [0xb0, 0xb1, "f64"],
  [0xb2, 0xb3, "i32"],
  [0xb4, 0xb5, "i64"],
  [0xb6, 0xb6, "f64"],
  [0xb7, 0xb8, "i32"],
  [0xb9, 0xba, "i64"],
  [0xbb, 0xbc, "f32"],
  [0xbd, 0xbd, "f64"],
  [0xbe, 0xbe, "i32"],
  [0xbf, 0xbf, "i64"],
  [0xc0, 0xc1, "i32"],
  [0xc2, 0xc4, "i64"],
];

/** The same after the prefix 0xfc: conversions that saturate. */
const SATURATING: [number, number, Type][] = [
  [0, 1, "f32"],
  [2, 3, "f64"],
  [4, 5, "f32"],
  [6, 7, "f64"],
];

const LOADS = [0x28, 0x35];
const STORES: [number, Type][] = [
  [0x36, "i32"],
  [0x37, "i64"],
  [0x38, "f32"],
  [0x39, "f64"],
  [0x3a, "i32"],
  [0x3b, "i32"],
  [0x3c, "i64"],
  [0x3d, "i64"],
  [0x3e, "i64"],
];

/** The constant 7, pushed. */
const SEVEN: Record<Type, number[]> = {
  i32: [0x41, 7],
  i64: [0x42, 7],
  f32: [0x43, ...new Uint8Array(Float32Array.of(7).buffer)],
  f64: [0x44, ...new Uint8Array(Float64Array.of(7).buffer)],
};
const DROP = 0x1a;
const END = 0x0b;
const UNALIGNED = [0, 1]; // alignment, offset

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

const body = [
  ...NUMERIC.flatMap(([first, last, ...types]) =>
    range(first, last).flatMap((opcode) => [...types.flatMap((type) => SEVEN[type]), opcode, DROP]),
  ),
  ...SATURATING.flatMap(([first, last, type]) =>
    range(first, last).flatMap((opcode) => [...SEVEN[type], 0xfc, opcode, DROP]),
  ),
  ...range(LOADS[0], LOADS[1]).flatMap((opcode) => [...SEVEN.i32, opcode, ...UNALIGNED, DROP]),
  ...STORES.flatMap(([opcode, type]) => [...SEVEN.i32, ...SEVEN[type], opcode, ...UNALIGNED]),
  ...[0x3f, 0, DROP], // memory.size
  ...[...SEVEN.i32, 0x40, 0, DROP], // memory.grow
  END,
];

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >> 7)];
}

function section(id: number, ...content: number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

const code = [0, ...body]; // no locals
writeFileSync(
  process.argv[2],
  Uint8Array.from([
    ...Buffer.from("\0asm\x01\0\0\0"),
    ...section(1, 1, 0x60, 0, 0), // a type: no parameters, no results
    ...section(3, 1, 0), // a function
    ...section(5, 1, 1, 1, 16), // memory: 1 page, 16 at most
    ...section(7, 1, 4, ...Buffer.from("boot"), 0, 0),
    ...section(10, 1, ...leb(code.length), ...code),
  ]),
);

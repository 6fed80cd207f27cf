/** Traps, by the words of two engines. */

/** What V8 says of a trap, and what the host's engine, wasm-micro-runtime, says of the same. */
const TRAPS: [RegExp, string[]][] = [
  [/^unreachable$/, ["unreachable"]],
  [/^memory access out of bounds$/, ["out of bounds memory access"]],
  [/^(divide|remainder) by zero$/, ["integer divide by zero"]],
  [/^divide result unrepresentable$/, ["integer overflow"]],
  [/^float unrepresentable in integer range$/, ["integer overflow", "invalid conversion to integer"]],
  [/^table (index is|access) out of bounds$/, ["undefined element", "out of bounds table access"]],
  [/^element segment out of bounds$/, ["out of bounds table access"]],
  [/^null function or function signature mismatch/, ["uninitialized element", "indirect call type mismatch"]],
  [/^Maximum call stack size exceeded$/, ["wasm operand stack overflow"]],
  [/^WebAssembly.Instance\(\): data segment is out of bounds/, ["a data segment is out of bounds"]],
  [/^WebAssembly.Instance\(\): table index is out of bounds/, ["an element segment is out of bounds"]],
];

export function isSameTrap(host: string, v8: string): boolean {
  return TRAPS.some(([said, words]) => said.test(v8) && words.includes(host));
}

/** Values in the scripts that wabt makes, and their bits. */

export interface Value {
  type: "i32" | "i64" | "f32" | "f64" | "externref" | "funcref";
  /** The bits as a decimal number, a class of NaNs, or `null`. A trap's expected values have none. */
  value: string;
}

const NULL = "ffffffff"; // the engine's

/** NaNs of a class: those bits of them that are told, and what they are. */
const NANS: Record<string, [mask: bigint, bits: bigint]> = {
  "f32 nan:canonical": [0x7fffffffn, 0x7fc00000n],
  "f32 nan:arithmetic": [0x7fc00000n, 0x7fc00000n],
  "f64 nan:canonical": [0x7fffffffffffffffn, 0x7ff8000000000000n],
  "f64 nan:arithmetic": [0x7ff8000000000000n, 0x7ff8000000000000n],
};

/** The bits in hexadecimal, as spec.c reads and prints them. */
export function bits({ value }: Value): string {
  return value === "null" ? NULL : BigInt(value).toString(16);
}

/** Whether bits are of the value that is expected, or of its class. */
export function isLike(expected: Value, got: string): boolean {
  const nan = NANS[`${expected.type} ${expected.value}`];
  return nan ? (BigInt(`0x${got}`) & nan[0]) === nan[1] : got === bits(expected);
}

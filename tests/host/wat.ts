/** Pieces of modules in WebAssembly's text format. */

/** Bytes of a data segment. */
export function bytes(data: Uint8Array): string {
  return [...data].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
}

export function u32(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** An AssemblyScript string at `address`: its length in bytes stands in front of it. */
export function text(address: number, value: string): string {
  const utf16 = Buffer.from(value, "utf16le");
  return `(data (i32.const ${address - 4}) "${bytes(u32(utf16.length))}${bytes(utf16)}")`;
}

export const RB_POWER_OFF = 0x4321fedc;

/** How a module declares `kept`: a StaticArray of 16 bytes at 1028. */
export const KEPT = `
  (global (export "kept") i32 (i32.const 1028))
  (data (i32.const 1024) "${bytes(u32(16))}")`;

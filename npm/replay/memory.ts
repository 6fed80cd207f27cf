/** A policy's memory, and what the host makes of strings in it. */

/** What an import is called with, or returns. */
export type Value = number | bigint;

/**
 * The bytes that a string is for Linux: UTF-8, but that a lone U+DC80 to U+DCFF is the byte 0x80 to 0xff, and any other half
 * of a surrogate pair U+FFFD.
 */
function encode(text: string): Buffer {
  const pieces = Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code & 0xff]) : Buffer.from(character);
  });
  return Buffer.concat(pieces);
}

export class Memory {
  constructor(private readonly memory: WebAssembly.Memory) {}

  /** Bytes as they are now; fewer if there are not so many. */
  bytes(address: number, length: number): Buffer {
    const { buffer } = this.memory;
    if (address > buffer.byteLength) return Buffer.alloc(0);
    return Buffer.from(buffer, address, Math.min(length, buffer.byteLength - address));
  }

  u32(address: number): number {
    const bytes = this.bytes(address, 4);
    return bytes.length === 4 ? bytes.readUInt32LE() : 0;
  }

  /** An object of AssemblyScript, in front of which stands its size. */
  object(address: number): Buffer {
    return this.bytes(address, address >= 4 ? this.u32(address - 4) : 0);
  }

  /** A string of AssemblyScript, as Linux gets it. */
  text(address: number): Buffer {
    return encode(this.object(address).toString("utf16le"));
  }

  /** A StaticArray of strings, or of nothing. */
  texts(address: number): Buffer[] {
    const addresses = address ? this.object(address) : Buffer.alloc(0);
    return Array.from({ length: addresses.length >> 2 }, (_, i) => this.text(addresses.readUInt32LE(4 * i)));
  }

  /** Puts bytes there; false: it is not there. */
  write(address: number, bytes: Uint8Array): boolean {
    const place = this.bytes(address, bytes.length);
    place.set(bytes.subarray(0, place.length));
    return place.length === bytes.length;
  }
}

/** Modules of WebAssembly as a list of sections, and the numbers in them. */

export interface Section {
  id: number;
  bytes: Uint8Array;
}

const HEADER = 8; // bytes: the magic number and the version

/** Reads what a section is made of. */
export class Reader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** An unsigned number, in LEB128. */
  number(): number {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  take(length: number): Uint8Array {
    return this.bytes.subarray(this.at, (this.at += length));
  }

  /** Bytes behind their number: a name, or a section's content. */
  vector(): Uint8Array {
    return this.take(this.number());
  }
}

export function number(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...number(Math.floor(value / 128))];
}

export function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...number(bytes.length), ...bytes];
}

export function split(wasm: Uint8Array): Section[] {
  const reader = new Reader(wasm);
  reader.take(HEADER);
  const sections: Section[] = [];
  while (!reader.isAtEnd) sections.push({ id: reader.number(), bytes: reader.vector() });
  return sections;
}

export function join(wasm: Uint8Array, sections: Section[]): Uint8Array {
  const parts = sections.flatMap(({ id, bytes }) => [Uint8Array.from([id, ...number(bytes.length)]), bytes]);
  return Buffer.concat([wasm.subarray(0, HEADER), ...parts]);
}

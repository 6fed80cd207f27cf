/** A file of gzip(1) (RFC 1952), as `gzip -9n` writes it. */
import { deflate } from "./deflate.js";

/** Magic, method, no name and no time; the highest level, of Unix. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3);

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function addToCrc(crc: number, bytes: Uint8Array): number {
  crc = ~crc;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[i]!) & 255]!;
  return ~crc;
}

export function* gzip(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  const source = pieces[Symbol.iterator]();
  let piece: Uint8Array = new Uint8Array();
  let crc = 0;
  let size = 0;

  const read = (into: Uint8Array): number => {
    let filled = 0;
    while (filled < into.length) {
      if (!piece.length) {
        const next = source.next();
        if (next.done) break;
        piece = next.value;
      }
      const part = piece.subarray(0, into.length - filled);
      into.set(part, filled);
      filled += part.length;
      piece = piece.subarray(part.length);
    }
    crc = addToCrc(crc, into.subarray(0, filled));
    size += filled;
    return filled;
  };

  yield HEADER;
  yield* deflate(read);
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setInt32(0, crc, true);
  trailer.setUint32(4, size % 2 ** 32, true);
  yield new Uint8Array(trailer.buffer);
}

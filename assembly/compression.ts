/** What a compressed file begins with, in the formats that Linux knows. */

// lib/decompress.c, `compressed_formats`: so many bytes are all that the kernel looks at.
export const GZIP: u16 = 0x8b1f;
export const XZ: u16 = 0x37fd;
export const ZSTD: u16 = 0xb528;
const formats = memory.data<u16>([GZIP, XZ, ZSTD, 0x9e1f, 0x5a42, 0x005d, 0x4c89, 0x2102]);
const FORMATS: usize = 8;

/** Whether a file is compressed that begins with these two bytes. */
export function isCompressed(magic: u16): bool {
  for (let i: usize = 0; i < FORMATS; i++) {
    if (load<u16>(formats + 2 * i) == magic) return true;
  }
  return false;
}

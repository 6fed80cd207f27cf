/** Kernel images with no more in them than tells their length. */

function put(bytes: u8[], offset: i32, value: u32, size: i32): void {
  for (let i = 0; i < size; i++) bytes[offset + i] = <u8>(value >> (8 * i));
}

function zeros(size: i32): u8[] {
  return new Array<u8>(size).fill(0);
}

/** For x86: 4 sectors of set-up code after the boot sector, then the kernel, in paragraphs of 16 bytes. */
export function bzImage(size: i32): u8[] {
  const bytes = zeros(size);
  put(bytes, 0x1f1, 4, 1);
  put(bytes, 0x1f4, (size - 5 * 512) / 16, 4);
  put(bytes, 0x202, 0x53726448, 4); // "HdrS"
  return bytes;
}

/** For arm64 and riscv: a PE file with two sections, the later one first. */
export function peImage(size: i32): u8[] {
  const bytes = zeros(size);
  put(bytes, 0, 0x5a4d, 2); // "MZ"
  put(bytes, 0x3c, 0x80, 4);
  put(bytes, 0x80, 0x4550, 4); // "PE\0\0"
  put(bytes, 0x80 + 6, 2, 2); // sections
  put(bytes, 0x80 + 20, 112, 2); // bytes of the optional header
  const section = 0x80 + 24 + 112;
  put(bytes, section + 16, size - 1536, 4);
  put(bytes, section + 20, 1536, 4);
  put(bytes, section + 40 + 16, 512, 4);
  put(bytes, section + 40 + 20, 1024, 4);
  return bytes;
}

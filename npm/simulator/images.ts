/** Kernel images with no more in them than tells their length, and archives for an initramfs. */

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

const MULTIPLE = 512; // bytes: cpio(1) fills the last block

function pad(bytes: u8[], to: i32): void {
  while (bytes.length % to) bytes.push(0);
}

function putText(bytes: u8[], text: string): void {
  for (let i = 0; i < text.length; i++) bytes.push(<u8>text.charCodeAt(i));
}

/** A file of cpio's format newc: a header of 13 numbers, among them those of bytes of the content and of the name. */
function putFile(bytes: u8[], name: string, content: string): void {
  putText(bytes, "070701");
  for (let i = 0; i < 13; i++) {
    const number = i == 6 ? content.length : i == 11 ? name.length + 1 : 0;
    putText(bytes, number.toString(16).toUpperCase().padStart(8, "0"));
  }
  putText(bytes, name);
  bytes.push(0);
  pad(bytes, 4);
  putText(bytes, content);
  pad(bytes, 4);
}

/** Each file is some bytes longer than the one before. */
export function cpio(files: i32): u8[] {
  const bytes: u8[] = [];
  for (let i = 1; i <= files; i++) putFile(bytes, `file${i}`, "x".repeat(11 * i));
  putFile(bytes, "TRAILER!!!", "");
  pad(bytes, MULTIPLE);
  return bytes;
}

/**
 * What a kernel image tells of itself: how long it is, and how long a command line it takes. kexec_file_load(2) takes an
 * image that was cut short, and the machine jumps into it and never comes back; it takes a command line that the new
 * kernel cuts without a word. So both are checked first.
 */

import { isCompressed } from "./compression";
import { SIZE } from "./page";

const BOOT_SECTOR: u32 = 512; // bytes
const PARAGRAPH: u32 = 16; // bytes

// Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header"
const SETUP_SECTS: usize = 0x1f1;
const SYSSIZE: usize = 0x1f4;
const HEADER: usize = 0x202;
const HDRS: u32 = 0x53726448; // "HdrS"
const CMDLINE_SIZE: usize = 0x238;
const ELFCOREHDR: u32 = 30; // bytes that bzImage64_load keeps for a word of its own, whether or not it adds it

// Documentation/arch/arm64/booting.rst and Documentation/arch/riscv/boot-image-header.rst
const MAGIC: usize = 0x38;
const CODE1: usize = 4;
const B: u32 = 10; // the upper 7 bits of the instruction `b`, forward
const ARM64: u32 = 0x644d5241; // "ARM\x64"
const RISCV: u32 = 0x05435352; // "RSC\x05"

// COMMAND_LINE_SIZE of arch/*/include/uapi/asm/setup.h
const ARM64_CMDLINE: u32 = 2048; // bytes
const RISCV_CMDLINE: u32 = 1024; // bytes

// Microsoft PE Format, "COFF File Header" and "Section Table": what an image with an EFI stub begins with. On arm64 and
// riscv nothing else tells the file's whole length, as the image_size of their own header counts memory.
const MZ: u16 = 0x5a4d;
const PE_OFFSET: usize = 0x3c;
const PE_MAGIC: u32 = 0x4550; // "PE\0\0"
const PE_SECTIONS: usize = 6;
const PE_OPTIONAL_SIZE: usize = 20;
const PE_HEADER_SIZE: u32 = 24; // bytes, with the signature
const PE_SECTION_SIZE: u32 = 40; // bytes
const PE_RAW_SIZE: usize = 16;
const PE_RAW_OFFSET: usize = 20;

// drivers/firmware/efi/libstub/zboot-header.S: an EFI program that has the compressed image in it
const ZBOOT: u64 = 0x676d697a00005a4d; // "MZ\0\0zimg"

// elf(5): the only image that riscv takes before Linux 6.16
const ELF: u64 = 0x00010102464c457f; // "\x7fELF", of 64 bits, little endian, version 1
const E_MACHINE: usize = 18;
const EM_RISCV: u16 = 243;
const E_SHOFF: usize = 40;
const E_SHNUM: usize = 60;
const SHDR_SIZE: u32 = 64; // bytes

function x86Length(head: usize): i64 {
  const sectors: u32 = load<u8>(head + SETUP_SECTS);
  const setup: i64 = (sectors ? sectors : 4) + 1;
  return setup * BOOT_SECTOR + <i64>load<u32>(head + SYSSIZE) * PARAGRAPH;
}

function peLength(head: usize, size: u32): i64 {
  const offset = load<u32>(head + PE_OFFSET);
  const pe = head + offset;
  if (offset > size - PE_HEADER_SIZE || load<u32>(pe) != PE_MAGIC) return 0;
  let length: i64 = 0;
  let section = pe + PE_HEADER_SIZE + load<u16>(pe, PE_OPTIONAL_SIZE);
  const last = head + size - PE_SECTION_SIZE;
  for (let n = load<u16>(pe, PE_SECTIONS); n > 0 && section <= last; n--) {
    const end = <i64>load<u32>(section, PE_RAW_OFFSET) + load<u32>(section, PE_RAW_SIZE);
    if (end > length) length = end;
    section += PE_SECTION_SIZE;
  }
  return length;
}

/**
 * The section headers are the end of what ld and strip write. The kernel refuses an ELF that lacks one, or a segment, but
 * says no more of it than of any other file.
 */
function elfLength(head: usize): i64 {
  return load<i64>(head + E_SHOFF) + <i64>(<u32>load<u16>(head + E_SHNUM) * SHDR_SIZE);
}

/** Without an EFI stub all that is known is the jump over most of the code, to where the kernel begins: the file has that. */
function arm64Length(head: usize): i64 {
  const code = load<u32>(head + CODE1);
  return code >> 25 == B ? (code & 0x1ffffff) << 2 : 0;
}

/**
 * Tells the length of a kernel image.
 * @param head the address of its first `size` bytes; what the file is too short for is 0.
 * @param size bytes, 1024 at least.
 * @returns bytes, or 0 when the image has no header that tells: then the kernel has to judge.
 */
export function imageLength(head: usize, size: u32): i64 {
  if (load<u32>(head + HEADER) == HDRS) return x86Length(head);
  if (load<u64>(head) == ELF) return elfLength(head);
  if (load<u16>(head) == MZ) return peLength(head, size);
  if (load<u32>(head + MAGIC) == ARM64) return arm64Length(head);
  return 0;
}

/**
 * The most bytes of a command line, the 0 at its end among them, that a kernel takes whole. Where its image does not tell,
 * or tells of none, it is `SIZE` or more: then the kernel has to judge.
 */
export function imageCmdlineSize(head: usize): u32 {
  const magic = load<u32>(head + MAGIC);
  if (load<u32>(head + HEADER) == HDRS) return load<u32>(head + CMDLINE_SIZE) - ELFCOREHDR;
  if (magic == ARM64) return ARM64_CMDLINE;
  const isElf = load<u64>(head) == ELF && load<u16>(head + E_MACHINE) == EM_RISCV;
  return magic == RISCV || isElf ? RISCV_CMDLINE : SIZE;
}

/** Whether an image is compressed, and does not unpack itself as one for x86 does. */
export function isImageCompressed(head: usize): bool {
  return isCompressed(load<u16>(head)) || load<u64>(head) == ZBOOT;
}

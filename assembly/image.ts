/**
 * How long a kernel image says it is. kexec_file_load(2) takes an image that was cut short, and the machine jumps into
 * it and never comes back; so the length is checked first.
 */

const BOOT_SECTOR: u32 = 512; // bytes
const PARAGRAPH: u32 = 16; // bytes

// Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header"
const SETUP_SECTS: usize = 0x1f1;
const SYSSIZE: usize = 0x1f4;
const HEADER: usize = 0x202;
const HDRS: u32 = 0x53726448; // "HdrS"
const CMDLINE_SIZE: usize = 0x238;

// Microsoft PE Format, "COFF File Header" and "Section Table": what an image with an EFI stub begins with. On arm64 and
// riscv nothing else tells the file's length, as the image_size of their own header counts memory.
const MZ: u16 = 0x5a4d;
const PE_OFFSET: usize = 0x3c;
const PE_MAGIC: u32 = 0x4550; // "PE\0\0"
const PE_SECTIONS: usize = 6;
const PE_OPTIONAL_SIZE: usize = 20;
const PE_HEADER_SIZE: u32 = 24; // bytes, with the signature
const PE_SECTION_SIZE: u32 = 40; // bytes
const PE_RAW_SIZE: usize = 16;
const PE_RAW_OFFSET: usize = 20;

function x86Length(head: usize): i64 {
  const sectors: u32 = load<u8>(head + SETUP_SECTS);
  const setup: i64 = (sectors ? sectors : 4) + 1;
  return setup * BOOT_SECTOR + <i64>load<u32>(head + SYSSIZE) * PARAGRAPH;
}

function peLength(head: usize, size: u32): i64 {
  const pe = load<u32>(head + PE_OFFSET);
  if (pe > size - PE_HEADER_SIZE || load<u32>(head + pe) != PE_MAGIC) return 0;
  let length: i64 = 0;
  let section = pe + PE_HEADER_SIZE + load<u16>(head + pe + PE_OPTIONAL_SIZE);
  for (let n = load<u16>(head + pe + PE_SECTIONS); n > 0 && section <= size - PE_SECTION_SIZE; n--) {
    const end = <i64>load<u32>(head + section + PE_RAW_OFFSET) + load<u32>(head + section + PE_RAW_SIZE);
    if (end > length) length = end;
    section += PE_SECTION_SIZE;
  }
  return length;
}

/**
 * Tells the length of a kernel image.
 * @param head the address of its first `size` bytes; what the file is too short for is 0.
 * @param size bytes, 1024 at least.
 * @returns bytes, or 0 when the image has no header that tells: then the kernel has to judge.
 */
export function imageLength(head: usize, size: u32): i64 {
  if (load<u32>(head + HEADER) == HDRS) return x86Length(head);
  if (load<u16>(head) == MZ) return peLength(head, size);
  return 0;
}

/** The most bytes of a command line, the 0 at its end among them, that a kernel for x86 takes; 0: its image does not tell. */
export function imageCmdlineSize(head: usize): u32 {
  return load<u32>(head + HEADER) == HDRS ? load<u32>(head + CMDLINE_SIZE) : 0;
}

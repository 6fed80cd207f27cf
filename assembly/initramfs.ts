/**
 * What an initramfs looks like. kexec_file_load(2) takes any file for one, and a kernel that finds no root in it panics;
 * so what can be told without unpacking it is told first.
 *
 * Documentation/driver-api/early-userspace/buffer-format.rst: cpio archives of the format newc, each as it is or
 * compressed, one after another, with zeros between them.
 */

import { GZIP, XZ, ZSTD, isCompressed } from "./compression";
import { SEEK_END, SEEK_SET } from "./linux";
import { error } from "./log";
import { page, readPage } from "./page";

// init/initramfs.c, `parse_header`: "0707", and "01" or with checksums "02"; then numbers of 8 hexadecimal digits.
const NEWC: u32 = 0x37303730;
const PLAIN: u16 = 0x3130;
const SUMMED: u16 = 0x3230;
const FILE_SIZE: usize = 54;
const NAME_SIZE: usize = 94;
const NAME: usize = 110;
const HEADER_SIZE: i64 = 112; // bytes, two of the name among them
const TRAILER: u64 = 0x2152454c49415254; // "TRAILER!", the name with which an archive ends

const XZ_END: u32 = 0x5a59; // "YZ": The .xz File Format, 2.1.2.4, "Footer Magic Bytes"
const BOOTCONFIG: u32 = 0x0a474946; // Documentation/admin-guide/bootconfig.rst: the end of "#BOOTCONFIG\n"

/** How far the archives that are not compressed were read. */
enum Read {
  Failed,
  Nothing,
  Part,
  All,
}

/** Where the file goes on behind them. */
let at: i64 = 0;

function isNewc(): bool {
  const kind = load<u16>(page + 4);
  return load<u32>(page) == NEWC && (kind == PLAIN || kind == SUMMED);
}

/** Reads 8 hexadecimal digits; returns the number plus `more`, made a multiple of 4, to which all is padded. */
function padded(offset: usize, more: u32): u32 {
  let value: u32 = 0;
  for (let i: usize = 0; i < 8; i++) {
    const digit: u32 = load<u8>(page + offset + i);
    value = (value << 4) | ((digit > 0x39 ? digit + 9 : digit) & 15);
  }
  return (value + more) & ~3;
}

/** Bytes of the zeros with which the first `length` bytes of the page begin. */
function countZeros(length: u32): u32 {
  let count: u32 = 0;
  while (count < length && load<u8>(page + count) == 0) count++;
  return count;
}

/** Goes from archive to archive, and in each from file to file; what comes behind them is in the page then. */
function readPlain(path: string, fd: i32): Read {
  let read = Read.Nothing;
  at = 0;
  while (true) {
    const length = readPage(path, fd, at, SEEK_SET);
    if (length < 0) return Read.Failed;
    if (isNewc()) {
      read = load<u64>(page + NAME) == TRAILER ? Read.All : Read.Part;
      at += <i64>padded(NAME_SIZE, 1) + HEADER_SIZE + padded(FILE_SIZE, 3);
    } else {
      const zeros = countZeros(length);
      if (zeros == 0 || read == Read.Part) return read;
      at += zeros;
    }
  }
}

/** Goes from block to block to the end of a frame that begins here: RFC 8878, 3.1.1. Returns whether the file has it. */
function hasZstdEnd(path: string, fd: i32): bool {
  const flags: u32 = load<u8>(page + 4);
  const single = (flags >> 5) & 1;
  const dictionary: u32 = (1 << (flags & 3)) >> 1; // bytes of its ID
  const content: u32 = (1 << (flags >> 6)) & (-2 | single); // bytes of the field with the content's size
  let block: u32 = 0;
  at += 6 - single + dictionary + content;
  while ((block & 1) == 0) {
    if (readPage(path, fd, at, SEEK_SET) <= 0) return false;
    block = load<u32>(page);
    const isRepeated = (block & 6) == 2; // one byte, as often as its size says
    at += 3 + (isRepeated ? 1 : (block >> 3) & 0x1fffff);
  }
  const checksum = flags & 4; // bytes
  return readPage(path, fd, at + checksum - 1, SEEK_SET) > 0;
}

/** Whether a compressed archive seems to be whole, by what can be told without decompressing it. */
function hasEnd(path: string, fd: i32, magic: u16): bool {
  if (magic == ZSTD) return hasZstdEnd(path, fd);
  if (readPage(path, fd, -4, SEEK_END) < 0) return false;
  const end = load<u32>(page);
  if (end == 0 || end == BOOTCONFIG) return true;
  if (magic == GZIP) return (end & 3) == 0; // RFC 1952, ISIZE: how long it is decompressed; cpio pads all to 4.
  return magic != XZ || end >> 16 == XZ_END;
}

/** Whether a file is an initramfs, and whole, as far as can be told; the log says why it is not. */
export function isInitramfs(path: string, fd: i32): bool {
  const read = readPlain(path, fd);
  const magic = load<u16>(page);
  if (read == Read.Failed) return false;
  if (read == Read.Nothing && !isCompressed(magic)) {
    error(at + magic == 0 ? "%s is empty" : "%s is no initramfs: no cpio of format newc, no known compression", path);
    return false;
  }
  if (read != Read.Part && hasEnd(path, fd, magic)) return true;
  error("%s is cut short or damaged", path);
  return false;
}

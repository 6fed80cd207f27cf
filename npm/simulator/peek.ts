/** The memory of the module under test, through functions that peek.wat puts into the table. */

import { noteByte } from "./answers";

const LOAD8 = 1;
const LOAD16 = 2;
const LOAD32 = 3;
const STORE8 = 4;
const SIZE = 5;

/** Whether so many bytes are in memory there. */
export function isMemory(address: usize, length: u64): bool {
  return <u64>address + length <= <u64>call_indirect<u32>(SIZE);
}

export function peek8(address: usize): u8 {
  return <u8>call_indirect<i32>(LOAD8, address);
}

export function peek16(address: usize): u16 {
  return <u16>call_indirect<i32>(LOAD16, address);
}

export function peek32(address: usize): u32 {
  return call_indirect<u32>(LOAD32, address);
}

export function peek64(address: usize): u64 {
  return (<u64>peek32(address)) | ((<u64>peek32(address + 4)) << 32);
}

/** Stores bytes that an answer of before has. */
export function putBytes(address: usize, bytes: u8[]): void {
  for (let i = 0; i < bytes.length; i++) call_indirect<void>(STORE8, address + i, <i32>bytes[i]);
}

export function poke8(address: usize, value: u8): void {
  call_indirect<void>(STORE8, address, <i32>value);
  noteByte(address, value);
}

export function pokeBytes(address: usize, bytes: u8[]): void {
  for (let i = 0; i < bytes.length; i++) poke8(address + i, bytes[i]);
}

export function poke16(address: usize, value: u16): void {
  poke8(address, <u8>value);
  poke8(address + 1, <u8>(value >> 8));
}

export function poke32(address: usize, value: u32): void {
  for (let i = 0; i < 4; i++) poke8(address + i, <u8>(value >> (8 * i)));
}

export function poke64(address: usize, value: u64): void {
  for (let i = 0; i < 8; i++) poke8(address + i, <u8>(value >> (8 * i)));
}

/** Whether a unit of UTF-16 stands for one byte that is no ASCII, see assembly/linux.ts. */
function isRaw(unit: i32): bool {
  return unit >> 7 == 0xdc80 >> 7;
}

/** Reads bytes of UTF-8 that are units of UTF-16, from `address` on and before `end`. */
function peekRaw(address: usize, end: usize): string {
  const bytes: u8[] = [];
  for (; address < end; address += 2) {
    const unit = call_indirect<i32>(LOAD16, address);
    if (!isRaw(unit)) break;
    bytes.push(<u8>unit);
  }
  return String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length);
}

const EFAULT = 14;
const EINVAL = 22;
const ENAMETOOLONG = 36;
const E2BIG = 7;
const ARGUMENTS_MAX = 32; // of a program, behind its path
const TEXT_MAX: u32 = 3 * 4096; // bytes of UTF-8, with a 0 behind them, for which the host has room

/** The -errno of a string that the call was given which is being answered, or 0: see failures.ts. */
export let badString: i32 = 0;

/** The next call is answered. */
export function forgetString(): void {
  badString = 0;
}

/** What stands for a string that can't be read. */
const UNREADABLE = "...";

/** Whether an AssemblyScript object is in memory there: its length in bytes is 4 bytes before it. */
function isObject(address: usize): bool {
  return isMemory(address - 4, 4) && isMemory(address, peek32(address - 4));
}

function refuseString(errno: i32): void {
  if (!badString) badString = -errno;
}

/** Reads an AssemblyScript string as the host does: one that it refuses fails the call. */
export function peekString(address: usize): string {
  const isLong = isObject(address) && peek32(address - 4) / 2 >= TEXT_MAX; // A unit is a byte, or more.
  const text = isLong ? UNREADABLE : peekText(address);
  if (isLong || <u32>String.UTF8.byteLength(text) >= TEXT_MAX) refuseString(ENAMETOOLONG);
  else if (text.includes("\0")) refuseString(EINVAL);
  return text;
}

/** The same of one that is cut where it can't go on. */
export function peekText(address: usize): string {
  if (isObject(address)) return decode(address);
  refuseString(EFAULT);
  return UNREADABLE;
}

/** Reads UTF-16. */
function decode(address: usize): string {
  const end = address + peek32(address - 4);
  let text = "";
  while (address < end) {
    const unit = call_indirect<i32>(LOAD16, address);
    const raw = peekRaw(address, end);
    text += raw == "" ? String.fromCharCode(unit) : raw;
    address += raw == "" ? 2 : 2 * String.UTF8.byteLength(raw);
  }
  return text;
}

/** Reads the strings of a StaticArray<string>. */
export function peekStrings(address: usize): string[] {
  const strings: string[] = [];
  const isThere = isObject(address);
  const end = isThere ? address + peek32(address - 4) : address;
  if (!isThere) refuseString(EFAULT);
  else if (end - address > 4 * ARGUMENTS_MAX) refuseString(E2BIG);
  for (; end - address >= 4; address += 4) strings.push(peekString(peek32(address)));
  return strings;
}

/** Reads bytes up to a 0, `size` at most. */
export function peekName(address: usize, size: u32): string {
  let length: u32 = 0;
  while (length < size && peek8(address + length)) length++;
  return peekBytes(address, length);
}

export function bytesAt(address: usize, length: u32): u8[] {
  const bytes = new Array<u8>(length);
  for (let i: u32 = 0; i < length; i++) bytes[i] = peek8(address + i);
  return bytes;
}

/** Reads so many bytes, as characters. */
export function peekBytes(address: usize, length: u32): string {
  let text = "";
  for (let i: u32 = 0; i < length; i++) text += String.fromCharCode(peek8(address + i));
  return text;
}

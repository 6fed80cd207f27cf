/** Text as the kernel has it: bytes, of no particular encoding. */

const ASCII: u32 = 0x80;
const RAW: u32 = 0xdc00; // What `linux.ts` takes for a byte that is no ASCII, so that any name can be passed on as it is.

/** Whether the bytes at `at` begin with `text`, which is ASCII. */
export function begins(at: usize, text: string): bool {
  for (let i = 0; i < text.length; i++) {
    if (<i32>load<u8>(at + i) != text.charCodeAt(i)) return false;
  }
  return true;
}

/** Puts a byte into a string that has a place of its own, for so many units as there is room for. */
// @ts-expect-error: AssemblyScript has decorators of functions, TypeScript has not.
@inline
export function put(text: string, unit: u32, byte: u32): void {
  store<u16>(changetype<usize>(text) + 2 * unit, byte < ASCII ? byte : RAW | byte);
}

/** Sets the length of such a string, in units. */
export function setLength(text: string, units: u32): void {
  store<u32>(changetype<usize>(text) - 4, 2 * units);
}

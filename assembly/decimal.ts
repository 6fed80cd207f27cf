const HEADER: usize = 20; // bytes in front of an AssemblyScript string; the last four are its length
const MOST: usize = 44; // UTF-16 units of a string made here
const DIGITS: usize = 10; // of a u32

const block = memory.data(128, 4);
const start: usize = block + HEADER;

function put(at: usize, text: string): usize {
  const size = (<usize>text.length) << 1;
  assert(at + size <= start + 2 * MOST);
  memory.copy(at, changetype<usize>(text), size);
  return at + size;
}

function putNumber(at: usize, value: u32): usize {
  const end = at + 2 * DIGITS;
  let first = end;
  do {
    first -= 2;
    store<u16>(first, <u16>(0x30 + (value % 10)));
    value /= 10;
  } while (value);
  memory.copy(at, first, end - first);
  return at + end - first;
}

/**
 * Writes a number in decimal, between two other texts, without taking memory for it.
 * @param before what stands before it; with `after` 34 characters at most.
 * @returns a string that the next call overwrites.
 */
export function decimal(value: u32, before: string = "", after: string = ""): string {
  const end = put(putNumber(put(start, before), value), after);
  store<u32>(start - 4, <u32>(end - start));
  return changetype<string>(start);
}

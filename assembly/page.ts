import { lseek, read } from "./linux";
import { failed } from "./log";

/*
 * Below the static data, which begins at `memoryBase` of asconfig.json, is room for buffers: between strings they would
 * have each boot, which needs none of them, touch more pages of the machine.
 */

/** Bytes of a page. */
export const SIZE: u32 = 4096;

/** The address of what was read last of a file. */
export const page: usize = SIZE;

/** That of more, up to `memoryBase`. */
export const spare: usize = page + SIZE;

/**
 * Reads a page of a file and fills with 0 what the file is too short for.
 * @param offset where it begins, from the start of the file (`whence` is `SEEK_SET`) or its end (`SEEK_END`).
 * @returns bytes or -errno, logged.
 */
export function readPage(path: string, fd: i32, offset: i64, whence: i32): i32 {
  const moved = lseek(fd, offset, whence);
  if (failed("can't read %s: %m", path, moved)) return <i32>moved;
  let length: u32 = 0;
  while (length < SIZE) {
    const got = read(fd, page + length, SIZE - length);
    if (failed("can't read %s: %m", path, got)) return got;
    if (got == 0) break;
    length += got;
  }
  memory.fill(page + length, 0, SIZE - length);
  return length;
}

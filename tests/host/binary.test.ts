/** What the program headers of /init say, as the kernel reads them (elf(5)). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SHIPPED } from "./modules.js";

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_GNU_STACK = 0x6474e551;

const PF_X = 1;
const PF_W = 2;

interface Segment {
  type: number;
  flags: number;
}

/** Lists the segments of an ELF file of 64 bits, little-endian. */
function segmentsOf(file: Buffer): Segment[] {
  assert.equal(file.toString("latin1", 0, 6), "\x7fELF\x02\x01");
  const [offset, size, count] = [Number(file.readBigUInt64LE(0x20)), file.readUInt16LE(0x36), file.readUInt16LE(0x38)];
  return Array.from({ length: count }, (_, n) => ({
    type: file.readUInt32LE(offset + n * size),
    flags: file.readUInt32LE(offset + n * size + 4),
  }));
}

const segments = segmentsOf(readFileSync(SHIPPED));
const ofType = (...types: number[]) => segments.filter(({ type }) => types.includes(type));

test("/init is static: it needs neither a loader nor a library", () => {
  assert.deepEqual(ofType(PT_INTERP, PT_DYNAMIC), []);
});

test("/init has no segment that is both writable and executable", () => {
  const loaded = ofType(PT_LOAD);
  assert.ok(loaded.some(({ flags }) => flags & PF_X) && loaded.some(({ flags }) => flags & PF_W), "it has both kinds");
  assert.deepEqual(
    loaded.filter(({ flags }) => flags & PF_W && flags & PF_X),
    [],
  );
});

// Without such a header the kernel makes the stack executable.
test("/init has a stack that is not executable", () => {
  assert.deepEqual(
    ofType(PT_GNU_STACK).map(({ flags }) => flags & PF_X),
    [0],
  );
});

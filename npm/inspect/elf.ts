/** As much of an ELF file of 64 bits (elf(5)) as /init has. */
import { Complaint } from "../base/complaint.js";
import type { Architecture } from "../compiler/pack.js";

const MAGIC = "\x7fELF\x02\x01"; // of 64 bits, little-endian
const MACHINES: Record<number, Architecture> = { 62: "x86_64", 183: "aarch64", 243: "riscv64" };
const STATIC = 2; // a program that is linked to an address

const LOAD = 1;
const NOTE = 4;
const WRITABLE_OR_EXECUTABLE = 3;

const BUILD_ID = Buffer.from("\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0", "latin1"); // what is in front of it
const BUILD_ID_SIZE = 20;

export interface Segment {
  /** The place of its header in the file, and of its bytes. */
  header: number;
  offset: number;
  size: number;
  address: bigint;
  isLoaded: boolean;
  isNote: boolean;
  isReadOnly: boolean;
}

export interface Elf {
  bytes: Buffer;
  arch: Architecture;
  segments: Segment[];
  hasSections: boolean;
}

function segmentAt(bytes: Buffer, header: number): Segment {
  const type = bytes.readUInt32LE(header);
  return {
    header,
    offset: Number(bytes.readBigUInt64LE(header + 8)),
    size: Number(bytes.readBigUInt64LE(header + 32)),
    address: bytes.readBigUInt64LE(header + 16),
    isLoaded: type === LOAD,
    isNote: type === NOTE,
    isReadOnly: (bytes.readUInt32LE(header + 4) & WRITABLE_OR_EXECUTABLE) === 0,
  };
}

/** Reads a program's headers. `path` is for what is said of it. */
export function readElf(path: string, bytes: Buffer): Elf {
  if (bytes.toString("latin1", 0, 4) !== MAGIC.slice(0, 4))
    throw new Complaint(`${path} is no ELF file, as an /init is`);
  if (bytes.length < 64) throw new Complaint(`${path} is cut short`);
  const arch = MACHINES[bytes.readUInt16LE(18)];
  if (bytes.toString("latin1", 0, 6) !== MAGIC || !arch || bytes.readUInt16LE(16) !== STATIC)
    throw new Complaint(
      `${path} is a program, but no /init of wasinit: it is for another machine, or linked in another way`,
    );
  const [start, count] = [Number(bytes.readBigUInt64LE(32)), bytes.readUInt16LE(56)];
  if (start + 56 * count > bytes.length) throw new Complaint(`${path} is cut short`);
  const segments = Array.from({ length: count }, (_, i) => segmentAt(bytes, start + 56 * i));
  const end = Math.max(0, ...segments.map(({ offset, size }) => offset + size));
  if (end > bytes.length) throw new Complaint(`${path} is cut short: it has ${bytes.length} bytes of ${end}`);
  return { bytes, arch, segments, hasSections: bytes.readUInt16LE(60) > 0 };
}

/** Where in the file its build id is, if it has one as ld(1) makes it. */
export function findBuildId({ bytes, segments }: Elf): { start: number; end: number } | undefined {
  for (const { offset, size, isNote } of segments) {
    const at = isNote ? bytes.subarray(offset, offset + size).indexOf(BUILD_ID) : -1;
    const start = offset + at + BUILD_ID.length;
    if (at >= 0 && start + BUILD_ID_SIZE <= offset + size) return { start, end: start + BUILD_ID_SIZE };
  }
  return undefined;
}

/** What is said of a /kernel: whole, cut short or hostile, compressed, refused; and how long a command line it gets. */

import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, test } from "node:test";
import { run } from "./v8.js";

const SIZE = 20480; // bytes of each image here
const PAGE = 4096; // bytes, of which all is told

/** A field of a header: where it is, how many bytes it has, what is in it. */
type Field = [offset: number, size: number, value: number | bigint];

function image(fields: Field[], size = SIZE): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [offset, width, value] of fields) {
    const little = Buffer.alloc(8);
    little.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
    little.copy(bytes, offset, 0, width);
  }
  return bytes;
}

// Documentation/arch/x86/boot.rst
const X86: Field[] = [
  [0x1f1, 1, 4], // setup_sects
  [0x1f4, 4, (SIZE - 5 * 512) / 16], // syssize
  [0x202, 4, 0x53726448], // "HdrS"
  [0x238, 4, 2047], // cmdline_size
];

// The header of an EFI stub behind that of the image, with two sections; of them the later one is the file's end.
function stub(machine: number): Field[] {
  const [pe, optional] = [0x40, 112];
  const sections = pe + 24 + optional;
  return [
    [0, 2, 0x5a4d], // "MZ"
    [0x3c, 4, pe],
    [pe, 4, 0x4550], // "PE\0\0"
    [pe + 4, 2, machine],
    [pe + 6, 2, 2],
    [pe + 20, 2, optional],
    [sections + 16, 4, 8192],
    [sections + 20, 4, 4096],
    [sections + 40 + 16, 4, SIZE - 12288],
    [sections + 40 + 20, 4, 12288],
  ];
}

// Documentation/arch/arm64/booting.rst, Documentation/arch/riscv/boot-image-header.rst: the magic, image_size with bss
const ARM64: Field[] = [
  [0x38, 4, 0x644d5241],
  [0x10, 8, 2 * SIZE],
];
const RISCV: Field[] = [
  [0x38, 4, 0x05435352],
  [0x10, 8, 2 * SIZE],
];
const JUMP: Field = [4, 4, 0x14000000 + (SIZE - 8) / 4]; // code1: to the last instruction

// elf(5), with the section headers at the end as ld writes them
function elf(machine: number, sections = 30): Field[] {
  return [
    [0, 4, 0x464c457f], // "\x7fELF"
    [4, 1, 2], // 64 bits
    [5, 1, 1], // little endian
    [6, 1, 1], // version
    [18, 2, machine],
    [32, 8, 64], // e_phoff
    [40, 8, SIZE - 64 * sections], // e_shoff
    [54, 2, 56], // e_phentsize
    [56, 2, 2], // e_phnum
    [58, 2, 64], // e_shentsize
    [60, 2, sections], // e_shnum
    [64 + 8, 8, 4096], // p_offset
    [64 + 32, 8, 8192], // p_filesz
    [64 + 40, 8, 3 * SIZE], // p_memsz
  ];
}

// drivers/firmware/efi/libstub/zboot-header.S
const ZBOOT: Field[] = [...stub(0xaa64), [4, 4, 0x676d697a]]; // "zimg"

const X86_64 = 62;
const AARCH64 = 183;
const RISC_V = 243;

interface Kind {
  fields: Field[];
  /** Bytes that a file of this kind has at least, as far as its header tells. */
  least: number;
  /** Bytes of the longest command line, without the 0. */
  longest: number;
}

const KINDS: Record<string, Kind> = {
  "a bzImage": { fields: X86, least: SIZE, longest: 2047 - 30 - 1 },
  "arm64's Image with an EFI stub": { fields: [...ARM64, ...stub(0xaa64)], least: SIZE, longest: 2047 },
  "arm64's Image without": { fields: [...ARM64, JUMP], least: SIZE - 8, longest: 2047 },
  "arm64's Image without, with the jump in its first word": { fields: ARM64, least: 0, longest: 2047 },
  "riscv's Image with an EFI stub": { fields: [...RISCV, ...stub(0x5064)], least: SIZE, longest: 1023 },
  "riscv's Image without": { fields: RISCV, least: 0, longest: 1023 },
  "riscv's vmlinux": { fields: elf(RISC_V), least: SIZE, longest: 1023 },
  "riscv's vmlinux without section headers": {
    fields: [...elf(RISC_V), [40, 8, 0], [60, 2, 0]],
    least: 0,
    longest: 1023,
  },
  "arm64's vmlinux": { fields: elf(AARCH64), least: SIZE, longest: 4095 },
  "x86's vmlinux": { fields: elf(X86_64), least: SIZE, longest: 4095 },
  "an ELF of 32 bits": { fields: [...elf(RISC_V), [4, 1, 1]], least: 0, longest: 4095 },
  "an ELF of big endian": { fields: [...elf(RISC_V), [5, 1, 2]], least: 0, longest: 4095 },
  "arm64's compressed EFI program": { fields: ZBOOT, least: SIZE, longest: 4095 },
};

interface Answer {
  /** With which kexec_file_load(2) fails, 0 if it does not. */
  errno?: number;
  /** Bytes of the command line. */
  cmdline?: number;
}

/** What the log says against a kernel, or "". */
function verdict(kernel: Buffer, { errno = 0, cmdline = 20 }: Answer = {}): string {
  const { trace } = run(
    `
    stage /etc/boot exits 0
    file /kernel is bytes ${kernel.subarray(0, PAGE).toString("hex")}
    add to /kernel is ${Math.max(kernel.length - PAGE, 0)} bytes of x
    file /kernel.cmdline is ${cmdline} bytes of x
    follow the child`,
    (_, name) => (name === "kexec_file_load" ? errno : 0),
  );
  const against = trace.flatMap((line) => /^log <3>init: (.*)/.exec(line)?.[1] ?? []).join("; ");
  assert.equal(trace.at(-2), `_exit(${against ? 1 : 0})`, trace.join("\n"));
  return against;
}

const CUT = /^\/kernel is cut short: its header tells of (\d+) bytes more$/;

describe("a kernel is taken if it is whole, and refused if it is cut short", () => {
  for (const [name, { fields, least }] of Object.entries(KINDS)) {
    const whole = image(fields);
    test(name, () => {
      assert.equal(verdict(whole), "");
      for (const length of [least, least - 1, least >> 1, PAGE + 1, PAGE, 1024].filter((length) => length > 0)) {
        const missing = least - length;
        assert.equal(CUT.exec(verdict(whole.subarray(0, length)))?.[1], missing > 0 ? String(missing) : undefined);
      }
    });
  }

  test("that has something behind its end, as a signature", () => {
    for (const [name, { fields }] of Object.entries(KINDS)) assert.equal(verdict(image(fields, SIZE + 8)), "", name);
  });
});

/** Numbers from 0 up to `below`, the same in each run: a linear congruential generator. */
function dice(seed: bigint): (below: number) => number {
  return (below) => {
    seed = BigInt.asUintN(64, seed * 6364136223846793005n + 1442695040888963407n);
    return Number((seed >> 33n) % BigInt(below));
  };
}

/** Of a hostile header: it is taken for cut short, or the kernel has to judge. */
function judge(kernel: Buffer, what: string): void {
  const against = verdict(kernel);
  if (against) assert.ok(Number(CUT.exec(against)?.[1]) > 0, `${what}: ${against}`);
}

const EXTREMES = [0n, 1n, 4000n, 4095n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 1n << 62n, 1n << 63n, -1n, -4096n];

describe("a hostile header neither traps the logic nor is told nonsense of", () => {
  for (const [name, { fields }] of Object.entries(KINDS)) {
    test(`${name}: each field, at its extremes`, () => {
      for (const [offset, size] of fields) {
        for (const value of EXTREMES) judge(image([...fields, [offset, size, value]]), `${value} at ${offset}`);
      }
    });

    test(`${name}: any bytes`, () => {
      const roll = dice(BigInt(name.length));
      const whole = image(fields);
      const bytes = fields.flatMap(([offset, size]) => Array.from({ length: size }, (_, n) => offset + n));
      for (let n = 0; n < 100; n++) {
        const bad = Buffer.from(whole);
        for (let patches = 1 + roll(4); patches > 0; patches--) bad[bytes[roll(bytes.length)]!] = roll(256);
        judge(bad, `n = ${n}`);
      }
    });
  }
});

describe("a command line is as long as the new kernel takes it whole", () => {
  for (const [name, { fields, longest }] of Object.entries(KINDS)) {
    test(`${name}: ${longest} bytes`, () => {
      const kernel = image(fields);
      assert.equal(verdict(kernel, { cmdline: longest }), "");
      assert.equal(verdict(kernel, { cmdline: longest + 1 }), `/kernel.cmdline is longer than ${longest} bytes`);
    });
  }
});

const { EADDRNOTAVAIL, EBUSY, EINVAL, ENOEXEC, ENOMEM, EPERM } = constants.errno;

// lib/decompress.c, `compressed_formats`
const COMPRESSED: Record<string, Buffer> = {
  ...Object.fromEntries(
    Object.entries({
      gzip: "1f8b0800",
      bzip2: "425a6839",
      lzma: "5d000080",
      xz: "fd377a58",
      lzo: "894c5a4f",
      lz4: "02214c18",
      zstd: "28b52ffd",
    }).map(([name, magic]) => [name, Buffer.from(magic.padEnd(2048, "5a"), "hex")]),
  ),
  "a program for EFI": image(ZBOOT),
};

describe("a compressed kernel", () => {
  for (const [name, kernel] of Object.entries(COMPRESSED)) {
    test(`of ${name}: the log says what to do, unless the running kernel takes it`, () => {
      assert.equal(verdict(kernel), "");
      assert.equal(verdict(kernel, { errno: EINVAL }), "/kernel is compressed, unpack it first: EINVAL");
      assert.equal(verdict(kernel, { errno: ENOEXEC }), "/kernel is compressed, unpack it first: ENOEXEC");
      assert.equal(verdict(kernel, { errno: EPERM }), "can't load /kernel: EPERM");
    });
  }
});

const NO_KERNEL = "/kernel is no kernel that this one can start";
const REFUSALS: [errno: number, says: string][] = [
  [ENOEXEC, `${NO_KERNEL}: ENOEXEC`],
  [EINVAL, `${NO_KERNEL}, or too big for the memory: EINVAL`],
  [EADDRNOTAVAIL, `${NO_KERNEL}, or too big for the memory: EADDRNOTAVAIL`],
  [ENOMEM, "can't load /kernel: ENOMEM"],
  [EBUSY, "can't load /kernel: EBUSY"],
  [EPERM, "can't load /kernel: EPERM"],
];

describe("what the kernel refuses is told in words that fit", () => {
  for (const [errno, says] of REFUSALS) {
    test(says, () => {
      for (const name of ["a bzImage", "arm64's Image without", "riscv's vmlinux"]) {
        assert.equal(verdict(image(KINDS[name]!.fields), { errno }), says, name);
      }
      assert.equal(verdict(Buffer.from("<html><title>404 Not Found</title></html>"), { errno }), says);
    });
  }
});

/** What the programs make that people make an initramfs with is taken for one; what is cut short is found out. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { run } from "./v8.js";

const work = mkdtempSync(join(tmpdir(), "wasinit-"));
after(() => rmSync(work, { recursive: true }));

const ZEROS = 400_000; // bytes: more than zstd puts into a block

function makeRoot(name: string, zeros: number): string {
  const root = join(work, name);
  mkdirSync(join(root, "etc"), { recursive: true });
  writeFileSync(join(root, "etc/boot"), "#!/bin/sh\nexec runsvdir -P /run/service\n");
  writeFileSync(join(root, "etc/words"), Array.from({ length: 500 }, (_, n) => `word ${(n * n) % 977}\n`).join(""));
  writeFileSync(join(root, "zeros"), Buffer.alloc(zeros));
  return root;
}

const ROOTS = { small: makeRoot("small", 10), large: makeRoot("large", ZEROS) };
const NAMES = "etc\netc/boot\netc/words\nzeros\n";

type Root = keyof typeof ROOTS;

function pack(archiver: string, root: Root): Buffer {
  const [command, ...args] = archiver.split(" ");
  return execFileSync(command, args, { cwd: ROOTS[root], input: NAMES, maxBuffer: 1 << 24, stdio: "pipe" });
}

function compress(filter: string, input: Buffer): Buffer {
  const [command, ...args] = filter.split(" ");
  return execFileSync(command, args, { input, maxBuffer: 1 << 24, stdio: "pipe" });
}

/** What the log says against an initramfs of these bytes, cut to `length`, or "". */
function verdict(bytes: Buffer, length = bytes.length): string {
  const { trace } = run(`
    stage /etc/boot exits 0
    file /kernel is a bzImage of 20480 bytes
    file /kernel.initramfs is bytes ${bytes.toString("hex")} cut to ${length}
    follow the child`);
  const against = trace.flatMap((line) => /^log <3>init: (.*)/.exec(line)?.[1] ?? []).join("; ");
  assert.equal(trace.at(-2), `_exit(${against ? 1 : 0})`, trace.join("\n"));
  return against;
}

/** Each of the last lengths, and some of the others, that begin with what makes the format. */
function cuts(length: number, step: number): number[] {
  const some = Array.from({ length: Math.floor(length / step) }, (_, n) => 8 + n * step);
  const last = Array.from({ length: 12 }, (_, n) => length - 1 - n);
  return [...some, ...last].filter((cut) => cut >= 8 && cut < length);
}

function missing(command: string): string | false {
  const name = command.split(" ")[0];
  return spawnSync("sh", ["-c", `command -v ${name}`]).status === 0 ? false : `there is no ${name}`;
}

const CPIO = "cpio -o -H newc --quiet";
const ARCHIVERS = [CPIO, "busybox cpio -o -H newc", "toybox cpio -o -H newc", "bsdcpio -o -H newc --quiet"];
const NO_CPIO = missing(CPIO);
const EARLY = NO_CPIO ? Buffer.alloc(0) : pack(CPIO, "small");

describe("an initramfs is taken", { skip: NO_CPIO }, () => {
  for (const archiver of ARCHIVERS) {
    test(`of ${archiver}`, { skip: missing(archiver) }, () => assert.equal(verdict(pack(archiver, "small")), ""));
    test(`of ${archiver}, of gzip`, { skip: missing(archiver) }, () =>
      assert.equal(verdict(compress("gzip -9n", pack(archiver, "small"))), ""),
    );
  }

  test("with checksums", () => assert.equal(verdict(pack("cpio -o -H crc --quiet", "small")), ""));

  test("that is empty, as the log advises", () => {
    assert.equal(verdict(execFileSync("cpio", ["-o", "-H", "newc"], { input: "", stdio: "pipe" })), "");
  });

  const filters = [
    "gzip -1",
    "busybox gzip",
    "xz -C crc32",
    "xz -T 4 --block-size 4KiB",
    "bzip2",
    "lzma",
    "lzop",
    "lz4 -l",
  ];
  for (const filter of [...filters, ...["zstd -1", "zstd -19 --ultra", "zstd --no-check", "zstd -T2 --long=27"]]) {
    for (const root of ["small", "large"] as const) {
      test(`of ${filter}, ${root}`, { skip: missing(filter) }, () => {
        const archive = compress(filter, pack(CPIO, root));
        assert.equal(verdict(archive), "");
        assert.equal(verdict(Buffer.concat([EARLY, archive])), "", "behind an early one");
        assert.equal(verdict(Buffer.concat([EARLY, Buffer.alloc(1000), archive])), "", "with zeros between");
      });
    }
  }

  for (const filter of ["gzip -n", "xz -C crc32", "zstd"]) {
    test(`of ${filter}, with another one of cpio behind`, { skip: missing(filter) }, () =>
      assert.equal(verdict(Buffer.concat([compress(filter, EARLY), EARLY])), ""),
    );
    test(`of ${filter}, with zeros behind`, { skip: missing(filter) }, () =>
      assert.equal(verdict(Buffer.concat([compress(filter, EARLY), Buffer.alloc(512)])), ""),
    );
  }
});

const CUT = "/kernel.initramfs is cut short or damaged";

describe("an initramfs that is cut short is found out", { skip: NO_CPIO }, () => {
  test("of cpio: wherever it lacks more than its padding", () => {
    const whole = EARLY.indexOf("TRAILER!!!") + "TRAILER!!!".length;
    const taken = cuts(whole, 20).filter((cut) => verdict(EARLY, cut) !== CUT && cut < whole - "!!".length);
    assert.deepEqual(taken, []);
  });

  for (const [filter, root] of [
    ["zstd", "small"],
    ["zstd -19 --check", "large"],
    ["xz -C crc32", "small"],
    ["xz -C crc32", "large"],
  ] as const) {
    test(`of ${filter}, ${root}: everywhere but behind four zeros`, { skip: missing(filter) }, () => {
      const archive = compress(filter, pack(CPIO, root));
      const all = cuts(archive.length, 15).filter((cut) => archive.readUInt32LE(cut - 4) !== 0);
      assert.deepEqual(
        all.filter((cut) => verdict(archive, cut) !== CUT),
        [],
      );
    });
  }

  test("of gzip: three times of four", () => {
    const archive = compress("gzip -9n", EARLY);
    const all = cuts(archive.length, 3);
    const taken = all.filter((cut) => verdict(archive, cut) !== CUT);
    assert.ok(taken.length < 0.35 * all.length, `${taken.length} of ${all.length} are not`);
  });
});

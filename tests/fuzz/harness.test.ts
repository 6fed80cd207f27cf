/** The fuzzers can fail: in hosts with a bug they find it, and they are not built if they could do harm. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PROJECT } from "../arch.js";
import { BUILD, SCRIPTS, fuzzUntilFailure, skip } from "./fuzzer.js";

interface Plant {
  what: string;
  file: string;
  /** What is written there, and what in its place. */
  from: string;
  to: string;
  found: RegExp;
}

/** By the names that tests/fuzz/CMakeLists.txt has for them. */
const PLANTS: Record<string, Plant> = {
  write: {
    what: "a byte behind the memory that an import may read or write",
    file: "vm.c",
    from: "bytes && length <= rest ?",
    to: "bytes && length <= rest + 1 ?",
    found: /AddressSanitizer: heap-buffer-overflow[^]*\n(READ|WRITE) of size/,
  },
  read: {
    what: "a string whose length is believed",
    file: "vm.c",
    from: "*size <= rest - sizeof(*size) ?",
    to: "*size ?",
    found: /AddressSanitizer: heap-buffer-overflow[^]*\nREAD of size/,
  },
  buffer: {
    what: "a byte too many in the host's own buffer",
    file: "imports/linux.c",
    from: "if (strings->next < strings->end)",
    to: "if (strings->next <= strings->end + 1)",
    found: /AddressSanitizer: global-buffer-overflow[^]*\nWRITE of size/,
  },
  overflow: {
    what: "a signed overflow",
    file: "imports/linux.c",
    from: ".tv_sec = timeout / 1000,",
    to: ".tv_sec = timeout * 1000,",
    found: /runtime error: signed integer overflow/,
  },
};

/** Writes the host's sources, with the bug, to where CMakeLists.txt takes them from. */
function plant(name: string, { file, from, to }: Plant): void {
  const directory = join(BUILD, "planted", name);
  rmSync(directory, { recursive: true, force: true });
  cpSync(join(PROJECT, "host"), directory, { recursive: true });
  const source = readFileSync(join(directory, file), "utf8");
  assert.equal(source.split(from).length, 2, `${file} has this once: ${from}`);
  writeFileSync(join(directory, file), source.replace(from, to));
}

describe("the fuzzers can fail", { skip }, () => {
  for (const [name, bug] of Object.entries(PLANTS))
    test(`a planted bug is found: ${bug.what}`, () => {
      plant(name, bug);
      execFileSync("make", ["-C", join(BUILD, "build"), `planted-${name}`], { stdio: ["ignore", "ignore", "pipe"] });
      const { failed, output } = fuzzUntilFailure(`planted-${name}`, 60);
      assert.ok(failed, `it was not found\n${output.slice(-2000)}`);
      assert.match(output, bug.found);
    });

  test("a fuzzer has in /proc the number that it has, where LeakSanitizer looks for it", () => {
    const args = ["sh", "-c", "echo $$; exec readlink /proc/self"];
    const { stdout } = spawnSync(join(SCRIPTS, "run.sh"), args, { encoding: "utf8" });
    assert.match(stdout, /^(\d+)\n\1\n$/);
  });
});

test("a system call that is not of kernel.c is named, and nothing is linked", () => {
  const object = join(BUILD, "log.o");
  execFileSync("clang", ["-D_GNU_SOURCE", "-c", join(PROJECT, "host/log.c"), "-o", object]);
  const { status, stderr } = spawnSync(join(SCRIPTS, "closed.sh"), [object], { encoding: "utf8" });
  assert.equal(stderr, "not of kernel.c, and not harmless: write\n");
  assert.equal(status, 1);
});

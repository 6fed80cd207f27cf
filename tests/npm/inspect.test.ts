/** wasinit inspect: what it tells of an /init, that a changed byte is found out, and what it refuses. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import binaryen from "binaryen";
import { ARCH, PROJECT, built } from "../arch.js";
import { VERSION, folder, part, wasinit } from "./installed.js";

const ARCHITECTURES = ["x86_64", "aarch64", "riscv64"];

const POLICY = `import { powerOff, run } from "wasinit";

export function boot(): void {
  powerOff(run("/bin/true"));
}
`;

const MODULE = `(module
  (import "linux" "reboot" (func $reboot (param i32) (result i32)))
  (import "linux" "sync" (func $sync (result i32)))
  (memory (export "memory") 3 7)
  (data (i32.const 1000) "text")
  (global (export "number") i32 (i32.const 7))
  (func $boot (export "boot") (drop (call $sync)) (drop (call $reboot (i32.const 1))))
  (func $other (export "other") (result i32) (i32.add (memory.grow (i32.const 1)) (i32.const NUMBER))))`;

function assemble(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  binaryen.setDebugInfo(true);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

function file(name: string, content: Uint8Array | string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

function succeed(...args: string[]): string {
  const { status, stdout, stderr } = wasinit(args);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  return stdout;
}

interface Told {
  [what: string]: unknown;
  buildId: string;
  module: Record<string, unknown>;
  comparison?: { with: string; same: string; where?: string };
}

/** What it tells, and its exit status. */
function inspected(...args: string[]): { told: Told; status: number | null; stderr: string } {
  const { status, stdout, stderr } = wasinit(["inspect", "--json", ...args]);
  assert.ok(stdout, stderr);
  return { told: JSON.parse(stdout) as Told, status, stderr };
}

/** Where the build id is, behind the head of its note. */
function placeOfId(bytes: Buffer): number {
  const head = Buffer.from("\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0", "latin1");
  assert.equal(bytes.indexOf(head), bytes.lastIndexOf(head));
  return bytes.indexOf(head) + head.length;
}

function idOf(bytes: Buffer): string {
  const place = placeOfId(bytes);
  return createHash("sha256")
    .update(Buffer.from(bytes).fill(0, place, place + 20))
    .digest("hex")
    .slice(0, 40);
}

/** A copy that is changed, with the build id that then belongs to it. */
function forged(bytes: Buffer, change: (bytes: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  change(copy);
  copy.write(idOf(copy), placeOfId(copy), "hex");
  return copy;
}

const initOf = (arch: string) => readFileSync(join(folder, `init-${arch}`));

before(async () => {
  file("my-init.ts", POLICY);
  file("module.wasm", assemble(MODULE.replace("NUMBER", "7")));
  file("other.wasm", assemble(MODULE.replace("NUMBER", "8")));
  for (const arch of ARCHITECTURES) succeed("build", "my-init.ts", "--arch", arch, "--out", `init-${arch}`);
  const { pack } = await part<{ pack(wasm: Uint8Array, arch: string, stack: number): Uint8Array }>("compiler/pack.js");
  file("of-module", pack(readFileSync(join(folder, "module.wasm")), "x86_64", 32768));
  copyFileSync(built("init"), join(folder, "shipped"));
});

describe("wasinit inspect tells", () => {
  for (const arch of ARCHITECTURES)
    test(`of an /init for ${arch} that it is what its policy packs to`, () => {
      const { told, status } = inspected(`init-${arch}`, "--policy", "my-init.ts");
      assert.equal(status, 0);
      const bytes = initOf(arch);
      const { init, arch: machine, version, buildId, intact, host, comparison } = told;
      assert.deepEqual(
        { init, machine, version, size: told.bytes, buildId, intact, host, comparison },
        {
          ...{ init: `init-${arch}`, machine: arch, version: VERSION, size: bytes.length, buildId: idOf(bytes) },
          ...{ intact: true, host: "generic", comparison: { with: "my-init.ts", same: "all" } },
        },
      );
    });

  test("what its module is", () => {
    const { told } = inspected("of-module");
    const { bytes, ...module } = told.module;
    assert.ok(typeof bytes === "number" && bytes > 100 && bytes < 4000, String(bytes));
    assert.deepEqual(module, {
      functions: 2,
      stack: 32768,
      memory: 3 * 65536,
      memoryMax: 7 * 65536,
      exports: ["memory", "number", "boot", "other"],
      imports: ["linux.reboot", "linux.sync"],
    });
    assert.deepEqual(told.can, ["end the machine"]);
  });

  test("the same as build does of what it can do", () => {
    const { can, cannot, imports } = JSON.parse(succeed("build", "my-init.ts", "--json", "-o", "again")) as Told;
    const { told } = inspected("init-x86_64");
    assert.deepEqual({ can: told.can, cannot: told.cannot, imports: told.module.imports }, { can, cannot, imports });
  });

  test("the build id that readelf(1) finds", () => {
    const { told } = inspected("init-aarch64");
    const notes = execFileSync("readelf", ["-n", join(folder, "init-aarch64")], { encoding: "utf8" });
    assert.match(notes, new RegExp(`GNU .*NT_GNU_BUILD_ID.*\\n\\s*Build ID: ${told.buildId}\\n`));
  });

  test("of what make has built that the module is the same, and the host another", () => {
    const { told, status } = inspected("shipped", "--module", join(PROJECT, "build/init.wasm"));
    assert.deepEqual([told.arch, told.host, told.intact], [ARCH, "another", true]);
    assert.equal(told.comparison?.same, "module");
    assert.match(told.comparison?.where ?? "", /^byte \d+ of the file, which is the host's$/);
    assert.equal(status, 1);
  });

  for (const arch of ARCHITECTURES)
    test(`of one for ${arch} that is built with --record that its host records, and what its policy packs to with that`, () => {
      succeed("build", "my-init.ts", "--record", "--arch", arch, "--out", `recorder-${arch}`);
      const { told, status } = inspected(`recorder-${arch}`, "--policy", "my-init.ts");
      assert.deepEqual([told.host, told.comparison], ["recorder", { with: "my-init.ts", same: "all" }]);
      assert.equal(status, 0);
      assert.match(succeed("inspect", `recorder-${arch}`), /^Host: that of this package which records its life$/m);
    });

  test("all of that in words", () => {
    const lines = succeed("inspect", "of-module", "--module", "module.wasm").split("\n");
    for (const [line, expected] of [
      /^of-module: [\d,]+ bytes, for x86_64, of wasinit \d+\.\d+\.\d+$/,
      /^Build id: [0-9a-f]{40}$/,
      /^Host: that of this package$/,
      /^Module: 2 functions in [\d,]+ bytes; 192 kB of memory, at most 448 kB; 32,768 bytes of stack$/,
      /^Exports: memory, number, boot, other$/,
      /^Imports: linux\.reboot, linux\.sync$/,
      /^It can end the machine$/,
      /^It can't mount and unmount, /,
      /^It is what module\.wasm packs to, byte for byte\.$/,
      /^$/,
    ].entries())
      assert.match(lines[line], expected);
  });
});

describe("what is not the same is found out", () => {
  test("each byte that is changed", async () => {
    interface Parts {
      inspect(path: string, options: object): Promise<{ intact: boolean; version: string }>;
    }
    const { inspect } = await part<Parts>("inspect/inspect.js");
    const { Complaint } = await part<{ Complaint: new () => Error }>("base/complaint.js");
    const bytes = initOf("x86_64");
    const path = join(folder, "changed");
    const places = [
      ...Array(400).keys(),
      ...Array.from({ length: 150 }, (_, n) => Math.floor((n * bytes.length) / 150)),
    ];
    for (const place of places) {
      const changed = Buffer.from(bytes);
      changed[place] ^= 1 << (place % 8);
      writeFileSync(path, changed);
      try {
        assert.equal((await inspect(path, {})).intact, false, `at ${place}`);
      } catch (error) {
        assert.ok(error instanceof Complaint, String(error));
      }
    }
  });

  test("and the command says it", () => {
    const bytes = initOf("x86_64");
    bytes[bytes.length - 100]! ^= 1;
    const { status, stdout } = wasinit(["inspect", file("changed", bytes)]);
    assert.match(stdout, /^Build id: [0-9a-f]{40}, which is not that of these bytes: they have changed$/m);
    assert.equal(status, 1);
  });

  for (const [what, change, expected] of [
    ["the host", (bytes: Buffer) => (bytes[0x3000] ^= 1), /^byte 12288 of the file, which is the host's$/],
    ["the code", (bytes: Buffer) => bytes.write("\x08", bytes.lastIndexOf("\x41\x07"), "latin1"), /^the code of /],
    [
      "the memory",
      (bytes: Buffer) => bytes.write("next", bytes.lastIndexOf("text")),
      /^what its module is beside imports and code, at byte \d+ of that$/,
    ],
    [
      "an import",
      (bytes: Buffer) => bytes.write("cync", bytes.lastIndexOf("sync")),
      /^its imports: it has linux\.cync$/,
    ],
  ] as const)
    test(`a change of ${what} whose build id is right`, () => {
      file("forged", forged(readFileSync(join(folder, "of-module")), change));
      const { told, status } = inspected("forged", "--module", "module.wasm");
      assert.equal(told.intact, true);
      assert.match(told.comparison?.where ?? "", expected);
      assert.equal(status, 1);
      assert.equal(told.host, what === "the host" ? "another" : "generic");
    });

  test("another module, another policy", () => {
    const other = inspected("of-module", "--module", "other.wasm");
    assert.deepEqual(other.told.comparison, { with: "other.wasm", same: "nothing", where: "the code of other" });
    assert.equal(other.status, 1);
    const lacks = inspected("of-module", "--policy", "my-init.ts").told.comparison;
    assert.match(lacks?.where ?? "", /^its imports: it lacks linux\./);
    const { stdout } = wasinit(["inspect", "init-x86_64", "--module", "module.wasm"]);
    assert.match(stdout, /^It is not what module\.wasm packs to: what differs first is its imports: it has linux\./m);
  });

  test("an /init without a build id", () => {
    const bytes = initOf("x86_64");
    bytes.write("gnu", placeOfId(bytes) - 4);
    const { status, stdout } = wasinit(["inspect", file("without", bytes)]);
    assert.match(stdout, /^Build id: none, so that nothing tells whether a byte has changed$/m);
    assert.equal(status, 1);
  });
});

describe("what is no /init is refused", () => {
  const bad: [what: string, make: () => Uint8Array | string | undefined, message: RegExp][] = [
    ["a file that is not there", () => undefined, /can't be read: no such file or directory \(ENOENT\)/],
    ["an empty file", () => "", /is no ELF file, as an \/init is/],
    ["a text", () => POLICY, /is no ELF file, as an \/init is/],
    ["the head of an ELF file", () => initOf("x86_64").subarray(0, 50), /is cut short/],
    ["a program of this computer", () => readFileSync("/bin/true"), /is a program, but no \/init of wasinit/],
    [
      "a host without a module",
      () => readFileSync(join(folder, "node_modules/wasinit/hosts/riscv64")),
      /is a host without a module: wasinit build makes an \/init of one/,
    ],
    [
      "a host that is stripped",
      () => initOf("x86_64").fill(0, 0x40 + 2 * 56, 0x40 + 3 * 56),
      /is a host without a module/,
    ],
    ["an /init that is cut short", () => initOf("riscv64").subarray(0, -1), /is cut short: it has \d+ bytes of \d+/],
    [
      "a module that leads out of /init",
      () => {
        const bytes = initOf("x86_64");
        return bytes.fill(0xee, Number(bytes.readBigUInt64LE(0x40 + 2 * 56 + 8)), undefined);
      },
      /has a module that can't be read: another wasinit has packed it, or it is damaged/,
    ],
  ];
  for (const [what, make, message] of bad)
    test(what, () => {
      const content = make();
      const { status, stdout, stderr } = wasinit(["inspect", content === undefined ? "nowhere" : file("bad", content)]);
      assert.match(stderr, new RegExp(`^wasinit: (bad|nowhere) ${message.source}[^\\n]*\\n$`));
      assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
    });

  test("a directory", () => {
    mkdirSync(join(folder, "directory"));
    const { status, stderr } = wasinit(["inspect", "directory"]);
    assert.equal(stderr, "wasinit: directory can't be read: illegal operation on a directory (EISDIR)\n");
    assert.equal(status, 1);
  });

  test("an /init of another version, of which the rest is told", () => {
    const text = `wasinit ${VERSION}\n\0`;
    const change = (bytes: Buffer) => bytes.write(text.replace(/\d+/, "9"), bytes.indexOf(text));
    file("newer", forged(initOf("x86_64"), change));
    const { status, stdout, stderr } = wasinit(["inspect", "newer"]);
    const newer = VERSION.replace(/\d+/, "9");
    assert.match(
      stdout,
      new RegExp(`^newer: [\\d,]+ bytes, for x86_64, of wasinit ${newer}\nBuild id: [0-9a-f]{40}\n$`),
    );
    assert.equal(stderr, `wasinit: newer is of wasinit ${newer}, this is ${VERSION}: no more can be told of it\n`);
    assert.equal(status, 1);
  });

  test("a call that is none: exit status 2", () => {
    const { status, stderr } = wasinit(["inspect", "init-x86_64", "--policy", "my-init.ts", "--module", "module.wasm"]);
    assert.match(stderr, /^error: option '--policy <FILE>' cannot be used with option '--module <FILE>'/);
    assert.equal(status, 2);
  });

  test("a policy that has errors, a module that is none", () => {
    file("wrong.ts", "export function boot(): void { nothing(); }\n");
    const policy = wasinit(["inspect", "init-x86_64", "--policy", "wrong.ts"]);
    assert.match(policy.stderr, /^wasinit: wrong\.ts can't be compiled:[^]*Cannot find name 'nothing'/);
    const module = wasinit(["inspect", "init-x86_64", "--module", "my-init.ts"]);
    assert.match(module.stderr, /^wasinit: the module is refused: /);
    assert.deepEqual([policy.status, module.status], [1, 1]);
  });
});

/** wasinit image: the bytes of initramfs.sh, a manifest, other systems, and what it refuses. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { before, beforeEach, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { PROJECT, built } from "../arch.js";
import { type Call, COMMAND, folder, part, wasinit } from "./installed.js";

const IS_ROOT = process.getuid?.() === 0;
const NEEDS_ROOT = "this user is not root, who alone can give files away and make device nodes";
const AS_NOBODY = IS_ROOT ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
/** From GNU cpio 2.14 on, --reproducible makes two links of each directory, however many the file system counts. */
const COUNTS_LINKS = !spawnSync("cpio", ["--help"], { encoding: "utf8" }).stdout.includes("--ignore-dirnlink");

const work = join(folder, "work");
const root = join(work, "root");
const out = join(work, "out.cpio.gz");
const init = join(work, "the-init");

interface Header {
  name: string;
  mode: number;
  /** Where it begins. */
  at: number;
}

/** The headers of an archive, each with its name. */
function* headersOf(archive: Buffer): Generator<Header> {
  const field = (at: number, index: number) =>
    parseInt(archive.toString("latin1", at + 6 + 8 * index, at + 14 + 8 * index), 16);
  const align = (size: number) => (size + 3) & ~3;
  for (let at = 0; ;) {
    assert.equal(archive.toString("latin1", at, at + 6), "070701");
    const name = archive.toString("latin1", at + 110, at + 109 + field(at, 11));
    if (name === "TRAILER!!!") return;
    yield { name, mode: field(at, 1), at };
    at = align(align(at + 110 + field(at, 11)) + field(at, 6));
  }
}

/** The same archive, as a newer cpio would have it. */
function withTwoLinks(archive: Buffer): Buffer {
  const copy = Buffer.from(archive);
  for (const { mode, at } of headersOf(archive)) if ((mode & 0o170000) === 0o40000) copy.write("00000002", at + 38);
  return copy;
}

/** What initramfs.sh makes of the root. */
function byScript(env: NodeJS.ProcessEnv = {}): { bytes: Buffer; warnings: string } {
  const to = join(work, "script.gz");
  const options = { encoding: "utf8", env: { PATH: process.env.PATH, ...env } } as const;
  const { status, stderr } = spawnSync(join(PROJECT, "initramfs.sh"), [root, to, init], options);
  assert.equal(status, 0, stderr);
  const bytes = readFileSync(to);
  rmSync(to);
  const warnings = stderr.replaceAll(to, out).replaceAll("initramfs.sh", "wasinit");
  if (!COUNTS_LINKS) return { bytes, warnings };
  return { bytes: execFileSync("gzip", ["-9n"], { input: withTwoLinks(gunzipSync(bytes)) }), warnings };
}

function pack(args: string[] = [], call?: Call) {
  return wasinit(["image", "--root", root, "--init", init, "--out", out, ...args], call);
}

/** Packs with success; returns the bytes. */
function packed(args: string[] = [], call?: Call): Buffer {
  const { status, stderr } = pack(args, call);
  assert.equal(status, 0, stderr);
  return readFileSync(out);
}

/** What is in an image, as `mode owner group name`, a device with its numbers, a link with its target. */
function contents(archive: Buffer): string[] {
  const options = { input: archive, encoding: "utf8", stdio: "pipe" } as const;
  const lines = execFileSync("cpio", ["-itv", "--numeric-uid-gid", "--quiet"], options).trim().split("\n");
  const parts = /^(\S+) +\d+ (\d+) +(\d+) +(?:\d+|(\d+), +(\d+)) \S+ +\S+ +\S+ (.*)$/;
  return lines.map((line) => {
    const [, mode, owner, group, major, minor, name] = parts.exec(line) ?? [];
    return name ? [mode, owner, group, name].join(" ") + (major ? ` ${major}:${minor}` : "") : line;
  });
}

/** Asserts that it fails with this message alone, and that what was there is all that is there. */
function refuses(message: RegExp, args: string[], call?: Call): void {
  const was = readdirSync(work);
  const { status, stdout, stderr } = pack(args, call);
  assert.match(stderr, message);
  assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
  assert.deepEqual(readdirSync(work), was);
}

function put(path: string, text: string | Buffer = "", mode = 0o644): void {
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), mode);
}

function manifest(...lines: string[]): string[] {
  writeFileSync(join(work, "manifest"), lines.map((line) => `${line}\n`).join(""));
  return ["--manifest", join(work, "manifest")];
}

function makeSocket(path: string): void {
  const program = "require('net').createServer().listen(process.argv[1], () => process.exit())";
  execFileSync(process.execPath, ["-e", program, path]);
}

before(() => {
  chmodSync(folder, 0o755); // for a user who is not root
  mkdirSync(work);
  chmodSync(work, 0o777);
  copyFileSync(built("init"), init);
});

beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  rmSync(out, { force: true });
  mkdirSync(join(root, "etc"), { recursive: true });
  chmodSync(root, 0o755);
  put("etc/boot", "#!/bin/sh\n", 0o755);
  put("etc/secret", "text\n", 0o640);
  put("su", "", 0o4755);
  symlinkSync("/etc/boot", join(root, "link"));
});

/** Adds what there are kinds of files, and of names. */
function addEverything(): void {
  for (const name of ["-x", " *", "two\nlines", "\u00e4\u4e16", ".hidden"]) put(name, name);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x6e, 0xff, 0xfe])]), "not UTF-8");
  mkdirSync(join(root, "deep/er/est"), { recursive: true });
  chmodSync(join(root, "deep/er"), 0o2775);
  put("deep/file", "of several names");
  for (const name of ["a", "deep/er/b", "z"]) linkSync(join(root, "deep/file"), join(root, name));
  put("empty");
  linkSync(join(root, "empty"), join(root, "deep/empty"));
  for (let size = 1; size < 9; size++) put(`deep/of-${size}`, "x".repeat(size));
  put("large", Buffer.from(Array.from({ length: 3_000_000 }, (_, n) => (n * n) % 251)));
  execFileSync("mkfifo", ["-m", "620", join(root, "fifo")]);
  linkSync(join(root, "fifo"), join(root, "deep/fifo"));
  linkSync(join(root, "link"), join(root, "deep/link"));
  makeSocket(join(root, "socket"));
  if (!IS_ROOT) return;
  mkdirSync(join(root, "dev"));
  for (const [name, ...numbers] of [
    ["sda", "b", "8", "0"],
    ["null", "c", "1", "3"],
    ["high", "b", "259", "70000"],
  ])
    execFileSync("mknod", ["-m", "660", join(root, "dev", name!), ...numbers]);
  chownSync(join(root, "deep/file"), 1000, 8);
  chownSync(join(root, "deep"), 65534, 65534);
  execFileSync("chown", ["-h", "7:8", join(root, "link")]);
}

describe("wasinit image makes the bytes of initramfs.sh", () => {
  const cases: [what: string, args: string[], env: NodeJS.ProcessEnv, prepare?: () => void][] = [
    ["of a small root", [], {}],
    ["of every kind of file", [], {}, addEverything],
    ["whose owner is another", ["--owner", "7:4294967294"], { OWNER: "7:4294967294" }, addEverything],
    [
      "with the init elsewhere",
      ["--at", "/sbin/wasinit"],
      { AT: "/sbin/wasinit" },
      () => {
        put("init", "#!/bin/sh\nexec /sbin/wasinit\n", 0o750);
        mkdirSync(join(root, "usr/sbin"), { recursive: true });
        symlinkSync("usr/sbin", join(root, "sbin"));
        symlinkSync("/nowhere", join(root, "usr/sbin/wasinit"));
      },
    ],
    [
      "whose init takes a name of a file that has others",
      ["--at", "/z"],
      { AT: "/z" },
      () => {
        put("init", "", 0o755);
        put("z", "z");
        linkSync(join(root, "z"), join(root, "a"));
      },
    ],
    ["and warns of the same: no init", ["--at", "/etc/wasinit"], { AT: "/etc/wasinit" }],
    ["and warns of the same: another init", [], {}, () => put("init", "another", 0o755)],
    ["and warns of the same: nothing to boot", [], {}, () => chmodSync(join(root, "etc/boot"), 0o644)],
    ["of a time", [], { SOURCE_DATE_EPOCH: "1700000000" }],
  ];
  for (const [what, args, env, prepare] of cases)
    test(what, () => {
      prepare?.();
      const owner = IS_ROOT || env.OWNER ? {} : { OWNER: "0:0" };
      const { bytes, warnings } = byScript({ ...env, ...owner });
      const date = env.SOURCE_DATE_EPOCH ? { env: { SOURCE_DATE_EPOCH: env.SOURCE_DATE_EPOCH } } : {};
      const { status, stderr } = pack([...args, ...(owner.OWNER ? ["--owner", "0:0"] : [])], date);
      assert.equal(status, 0, stderr);
      assert.ok(readFileSync(out).equals(bytes), "they differ");
      const asSettings = (text: string) => text.replace(/--at (?=PATH|\/)/g, "AT=").replace("AT=PATH", "AT=<PATH>");
      assert.equal(asSettings(stderr), warnings);
    });

  test("of a user who is not root", () => {
    chmodSync(join(root, "etc/secret"), 0o644);
    const { status, stderr } = pack([], { behind: AS_NOBODY });
    assert.equal(status, 0, stderr);
    assert.match(
      stderr,
      /^wasinit: warning: everything is root's in .*: only root can keep .*; --owner 0:0 says .*\n$/,
    );
    assert.ok(readFileSync(out).equals(byScript({ OWNER: "0:0" }).bytes));
  });
});

describe("the image", () => {
  test("is named, measured and counted", () => {
    assert.match(pack().stdout, /^.*out\.cpio\.gz: [\d,]+ bytes, gzip; 7 names\n$/);
    const { stdout } = pack(["--json"]);
    const bytes = statSync(out).size;
    assert.deepEqual(JSON.parse(stdout), { image: out, bytes, compress: "gzip", names: 7, warnings: [] });
  });

  test("is the same in a loop, and whatever the times of the root", () => {
    const first = packed();
    utimesSync(join(root, "su"), 1, 1);
    assert.ok(packed().equals(first));
  });

  test("leaves the root as it is", () => {
    addEverything();
    const look = () => execFileSync("find", [root, "-printf", "%P %m %T@ %u %s\n"]);
    const was = look();
    packed();
    assert.ok(look().equals(was));
  });

  test("is init and initramfs.cpio.gz of this folder unless they are named", () => {
    copyFileSync(init, join(work, "init"));
    const { status, stdout } = wasinit(["image", "--root", root], { cwd: work });
    assert.equal(status, 0);
    assert.match(stdout, /^initramfs\.cpio\.gz: /);
    assert.ok(readFileSync(join(work, "initramfs.cpio.gz")).equals(packed()));
    for (const name of ["init", "initramfs.cpio.gz"]) rmSync(join(work, name));
  });

  test("is compressed as its name says, or the option, and the same within", () => {
    addEverything();
    const archive = gunzipSync(packed());
    for (const [name, args, filter] of [
      ["a.cpio", [], ["cat"]],
      ["a.zst", [], ["zstd", "-dc"]],
      ["a", ["--compress", "zstd"], ["zstd", "-dc"]],
      ["b", [], ["gzip", "-dc"]],
    ] as const) {
      const { status, stderr } = pack(["--out", join(work, name), ...args]);
      assert.equal(status, 0, stderr);
      const packed = readFileSync(join(work, name));
      rmSync(join(work, name));
      assert.ok(execFileSync(filter[0], filter.slice(1), { input: packed, maxBuffer: 1 << 30 }).equals(archive), name);
    }
  });
});

describe("the compression", () => {
  let random = 1;
  const next = (below: number) => (random = (random * 48271) % 0x7fffffff) % below;
  const WINDOW = 65536;
  const text = readFileSync(process.execPath).subarray(0, 4_000_000);

  /** Texts that are hard in different ways. */
  const KINDS: Record<string, (size: number) => Uint8Array> = {
    "what can't be compressed": (size) => Uint8Array.from({ length: size }, () => next(256)),
    "few symbols": (size) => Uint8Array.from({ length: size }, () => next(3)),
    "a period": (size) => Uint8Array.from({ length: size }, (_, i) => i % 5),
    "symbols that are ever rarer": (size) => Uint8Array.from({ length: size }, () => 255 * (next(1000) / 1000) ** 8),
    "a program": (size) => text.subarray(next(text.length - size)).subarray(0, size),
    "matches of all lengths and distances": (size) => {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size;) {
        if (at < 10 || next(3) === 0) bytes[at++] = next(256);
        else
          for (let far = 1 + next(Math.min(at, 40_000)), left = 3 + next(300); left; left--, at++)
            bytes[at] = bytes[at - far]!;
      }
      return bytes;
    },
  };

  for (const [kind, make] of Object.entries(KINDS))
    test(`of ${kind} has the bytes of gzip -9n`, async () => {
      const { gzip } = await part<{ gzip(pieces: Iterable<Uint8Array>): Iterable<Uint8Array> }>("image/gzip/gzip.js");
      const sizes = [0, 1, 2, 3, 300, WINDOW - 262, WINDOW - 261, WINDOW, WINDOW + 1, 98_042, 300_000];
      for (const size of [...sizes, next(WINDOW), WINDOW - next(600), 3 * WINDOW + next(600)]) {
        const bytes = make(size);
        const pieces = [bytes.subarray(0, size / 3), bytes.subarray(size / 3, size / 2), bytes.subarray(size / 2)];
        const expected = execFileSync("gzip", ["-9n"], { input: bytes, maxBuffer: 1 << 30 });
        assert.ok(Buffer.concat([...gzip(pieces)]).equals(expected), `${size} bytes`);
      }
    });
});

describe("a manifest", () => {
  test("adds what a root can't have, and says owners and modes", () => {
    mkdirSync(join(root, "var/mail"), { recursive: true });
    writeFileSync(join(work, "a file"), "elsewhere\n");
    writeFileSync(join(work, "motd"), "elsewhere\n");
    const list = manifest(
      "# what is not in the root",
      "",
      "dir /dev 0755 0 0",
      "nod /dev/console\t600 0 5 c 5 1\r",
      "nod /dev/sda 0660 0 6 b 8 0",
      "slink /bin usr/bin 0777 0 0",
      "pipe /fifo 0622 1 2",
      "sock /socket 0755 3 4",
      "# what is",
      "dir /var/mail 02775 0 8",
      "file /etc/secret - 0600 0 42",
      "file /etc/motd motd 0644 0 0 /etc/issue /motd",
      "file /etc/${HERE} ${HERE}/motd 0644 0 0".replace("/etc/${HERE}", "/etc/other"),
    );
    const archive = gunzipSync(packed([...list, "--owner", "9:9"], { env: { HERE: work } }));
    assert.deepEqual(contents(archive), [
      "drwxr-xr-x 9 9 .",
      "lrwxrwxrwx 0 0 bin -> usr/bin",
      "drwxr-xr-x 0 0 dev",
      "crw------- 0 5 dev/console 5:1",
      "brw-rw---- 0 6 dev/sda 8:0",
      "drwxr-xr-x 9 9 etc",
      "-rwxr-xr-x 9 9 etc/boot",
      "-rw-r--r-- 0 0 etc/other",
      "-rw------- 0 42 etc/secret",
      "prw--w--w- 1 2 fifo",
      "-rwxr-xr-x 9 9 init",
      "lrwxrwxrwx 9 9 link -> /etc/boot",
      "-rw-r--r-- 0 0 etc/motd",
      "-rw-r--r-- 0 0 etc/issue",
      "-rw-r--r-- 0 0 motd",
      "srwxr-xr-x 3 4 socket",
      "-rwsr-xr-x 9 9 su",
      "drwxr-xr-x 9 9 var",
      "drwxrwsr-x 0 8 var/mail",
    ]);
    assert.equal(archive.toString("latin1").split("elsewhere\n").length, 3);
  });

  test("of docs/command.md is taken", () => {
    const page = readFileSync(join(PROJECT, "docs/command.md"), "utf8");
    const [, lines] = /^### The manifest\n[^]*?^```\n([^]*?)^```$/m.exec(page)!;
    for (const name of ["run", "usr/bin", "var/mail", "lists"]) mkdirSync(join(root, name), { recursive: true });
    put("etc/shadow");
    writeFileSync(join(work, "motd"), "Hello\n");
    mkdirSync(join(work, "lists"), { recursive: true });
    writeFileSync(join(work, "lists/manifest"), lines!);
    const names = contents(gunzipSync(packed(["--manifest", join(work, "lists/manifest"), "--owner", "0:0"])));
    for (const name of ["crw------- 0 0 dev/console 5:1", "-rw-r----- 0 42 etc/shadow", "-rw-r--r-- 0 0 etc/issue"])
      assert.ok(names.includes(name), name);
    rmSync(join(work, "lists"), { recursive: true });
  });

  test("makes the same devices for a user who is not root", (context) => {
    if (!IS_ROOT) return context.skip(NEEDS_ROOT);
    mkdirSync(join(root, "dev"));
    chmodSync(join(root, "etc/secret"), 0o644);
    execFileSync("mknod", ["-m", "666", join(root, "dev/null"), "c", "1", "3"]);
    const list = manifest("nod /dev/null 0666 0 0 c 1 3");
    assert.ok(packed([...list, "--owner", "0:0"], { behind: AS_NOBODY }).equals(packed(["--owner", "0:0"])));
  });

  test("keeps the other names of what the root has", () => {
    linkSync(join(root, "etc/secret"), join(root, "also"));
    const lines = contents(gunzipSync(packed(manifest("file /also - 0444 5 5"))));
    assert.deepEqual(
      lines.filter((line) => /also|secret/.test(line)),
      ["-r--r--r-- 5 5 also", "-r--r--r-- 5 5 etc/secret"],
    );
  });

  for (const [line, message] of [
    ["node /dev/null 0666 0 0 c 1 3", "node is none of file, dir, nod, slink, pipe, sock"],
    ["constructor /x 0 0 0", "constructor is none of file, dir, nod, slink, pipe, sock"],
    ["dir /x 0755 0", "the line should be: dir <name> <mode> <uid> <gid>"],
    ["dir /x 0755 0 0 0", "the line should be: dir <name> <mode> <uid> <gid>"],
    ["file /x -", "the line should be: file <name> <location> <mode> <uid> <gid> [<other names>...]"],
    ["dir x 0755 0 0", "a name is an absolute path, without . and ..: x"],
    ["dir /x/../y 0755 0 0", "a name is an absolute path, without . and ..: /x/../y"],
    ["dir /x/ 0755 0 0", "a name is an absolute path, without . and ..: /x/"],
    ["dir /\u00e4 9755 0 0", "a mode is octal, such as 0755: 9755"],
    ["dir /x 100755 0 0", "a mode is octal, such as 0755: 100755"],
    ["dir /x 0755 root 0", "a user is a number, of at most 4294967294: root"],
    ["dir /x 0755 0 4294967295", "a group is a number, of at most 4294967294: 4294967295"],
    ["nod /x 0755 0 0 u 1 3", "a device is b, of blocks, or c, of characters: u"],
    ["nod /x 0755 0 0 c 4096 3", "a major is a number, of at most 4095: 4096"],
    ["nod /x 0755 0 0 c 1 1048576", "a minor is a number, of at most 1048575: 1048576"],
    ["file /\u00e4 - 0644 0 0", "the root has no file /\u00e4, which - stands for"],
    ["file /x ${NOWHERE} 0644 0 0", "the environment has no NOWHERE"],
    ["file /x root 0644 0 0", "/.*/root is no file"],
    ["file /x nowhere 0644 0 0", "/.*/nowhere can't be read: no such file or directory (ENOENT)"],
    ["dir /y 0755 0 0", "/y is there twice"],
  ] as const)
    test(`is refused with its line: ${line}`, () => {
      const list = manifest("dir /y 0755 0 0", line);
      const words = message
        .replace(/[()[\]?$^+]/g, "\\$&")
        .replace(/\.{3}|\. and \.\./g, (dots) => dots.replaceAll(".", "\\."));
      refuses(new RegExp(`^wasinit: ${list[1]}:2: ${words}\n$`), list);
    });

  test("is refused if the kernel would not find a directory, or there is no manifest", () => {
    refuses(
      /^wasinit: \/dev\/null is to be in \/dev, which neither .*root nor the manifest has\n$/,
      manifest("nod /dev/null 666 0 0 c 1 3"),
    );
    refuses(
      /^wasinit: \/etc\/boot is to be in \/etc, which is no directory\n$/,
      manifest("slink /etc usr/etc 777 0 0"),
    );
    refuses(
      /^wasinit: \/init is the init's place, and the manifest has another there: --at names one\n$/,
      manifest("slink /init x 777 0 0"),
    );
    refuses(/^wasinit: .*nowhere can't be read: no such file or directory \(ENOENT\)\n$/, [
      "--manifest",
      join(work, "nowhere"),
    ]);
  });
});

describe("--portable", () => {
  test("finds by how files begin what Windows can't tell", () => {
    addEverything();
    put("program", readFileSync(init), 0o600);
    put("script", "#!/bin/sh\n", 0o600);
    put("short", "#", 0o777);
    chmodSync(join(root, "deep"), 0o700);
    const names = [
      ".",
      "etc",
      "etc/boot",
      "etc/secret",
      "su",
      "deep",
      "program",
      "script",
      "short",
      "link -> /etc/boot",
    ];
    const lines = contents(gunzipSync(packed(["--portable"])));
    assert.deepEqual(
      lines.filter((line) => names.includes(line.replace(/^\S+ \d+ \d+ /, ""))),
      [
        "drwxr-xr-x 0 0 .",
        "drwxr-xr-x 0 0 deep",
        "drwxr-xr-x 0 0 etc",
        "-rwxr-xr-x 0 0 etc/boot",
        "-rw-r--r-- 0 0 etc/secret",
        "lrwxrwxrwx 0 0 link -> /etc/boot",
        "-rwxr-xr-x 0 0 program",
        "-rwxr-xr-x 0 0 script",
        "-rw-r--r-- 0 0 short",
        "-rw-r--r-- 0 0 su",
      ],
    );
  });

  test("gives the same bytes whatever owners and modes are", () => {
    const first = packed(["--portable"]);
    for (const name of ["etc/boot", "etc/secret", "su"]) chmodSync(join(root, name), 0o604);
    assert.ok(packed(["--portable"], { behind: AS_NOBODY }).equals(first));
  });
});

describe("what is wrong is said, and nothing is left", () => {
  test("calls that are none: exit status 2", () => {
    for (const [args, message] of [
      [["image"], /^error: required option '-r, --root <DIR>' not specified/],
      [["image", "--root", root, "--owner", "root"], /^error: .*'root' is invalid\. It is not UID:GID, two numbers\./],
      [["image", "--root", root, "--owner", "0:4294967295"], /It is not UID:GID/],
      [["image", "--root", root, "--compress", "xz"], /Allowed choices are gzip, zstd, none\./],
    ] as const) {
      const { status, stderr } = wasinit([...args]);
      assert.match(stderr, message);
      assert.equal(status, 2);
    }
  });

  test("paths", () => {
    refuses(/^wasinit: --root .*nowhere is no directory\n$/, ["--root", join(work, "nowhere")]);
    refuses(/^wasinit: there is no .*nowhere: wasinit build makes it, or --init names another\n$/, [
      "--init",
      join(work, "nowhere"),
    ]);
    refuses(/^wasinit: .*root is no file\n$/, ["--init", root]);
    refuses(/^wasinit: .*secret is no program that a kernel could start: wasinit build makes one of a policy\n$/, [
      "--init",
      join(root, "etc/secret"),
    ]);
    refuses(/^wasinit: .*x can't be written: there is no directory .*nowhere\n$/, ["--out", join(work, "nowhere/x")]);
    refuses(/^wasinit: .*work can't be written: it is a directory\n$/, ["--out", work]);
    assert.deepEqual(readdirSync(join(root, "etc")), ["boot", "secret"]);
  });

  test("a place of what is read", () => {
    const refusesTo = (out: string, input: string, args: string[] = []) => {
      const message = `^wasinit: --out ${out} would change ${input}, which stays as it is: name another place\n$`;
      refuses(new RegExp(message), ["--out", out, ...args]);
    };
    refusesTo(join(root, "etc/x.gz"), root);
    symlinkSync("root", join(work, "to-root"));
    refusesTo(join(work, "to-root/x.gz"), root);
    rmSync(join(work, "to-root"));
    assert.deepEqual(readdirSync(join(root, "etc")), ["boot", "secret"]);

    refusesTo(init, init);
    writeFileSync(join(work, "motd"), "text\n");
    const lines = manifest("file /etc/motd motd 0644 0 0");
    refusesTo(join(work, "manifest"), join(work, "manifest"), lines);
    refusesTo(join(work, "motd"), join(work, "motd"), lines);
    assert.equal(readFileSync(join(work, "motd"), "utf8"), "text\n");
  });

  test("an --at that is no place in the root, above all one on this machine", () => {
    symlinkSync(work, join(root, "out"));
    symlinkSync("../..", join(root, "etc/up"));
    symlinkSync("round", join(root, "round"));
    for (const at of ["/no/init", "/out/init", "/../init", "/etc/up/init", "/su/init", "/round/init"])
      refuses(/^wasinit: --at \S+: \S+ is no directory in .*root, or a link out of it\n$/, ["--at", at]);
    for (const at of ["sbin/init", "/", "/etc/", "/etc/.", "/etc/.."])
      refuses(/^wasinit: --at \S+ is not the absolute path of a file\n$/, ["--at", at]);
    refuses(/^wasinit: --at \/etc is a directory in .*root\n$/, ["--at", "/etc"]);
  });

  test("a SOURCE_DATE_EPOCH that is none", () => {
    for (const SOURCE_DATE_EPOCH of ["today", "-1", "4294967296", "1.5"])
      refuses(/^wasinit: SOURCE_DATE_EPOCH=\S+ is no time in seconds that an image can have\n$/, [], {
        env: { SOURCE_DATE_EPOCH },
      });
  });

  test("a file of 4 GiB", () => {
    put("huge");
    truncateSync(join(root, "huge"), 2 ** 32);
    refuses(/^wasinit: \/huge in .*root has 4 GiB or more, which no initramfs can hold\n$/, []);
  });

  test("files and directories that can't be read", (context) => {
    if (!IS_ROOT) return context.skip("there is no other user");
    put("etc/line\nfeed", "", 0o600);
    chmodSync(join(root, "etc/secret"), 0o644);
    const nobody = { behind: AS_NOBODY };
    refuses(
      /^wasinit: \/etc\/line\nfeed in .*root can't be read: permission denied \(EACCES\)\n$/,
      ["--owner", "0:0"],
      nobody,
    );
    mkdirSync(join(root, "closed"), { mode: 0o700 });
    refuses(/^wasinit: \/closed in .*root can't be read: permission denied \(EACCES\)\n$/, ["--owner", "0:0"], nobody);
  });

  test("a device node, of a user who is not root", (context) => {
    if (!IS_ROOT) return context.skip(NEEDS_ROOT);
    execFileSync("mknod", [join(root, "etc/a node"), "b", "259", "70000"]);
    const message =
      /^wasinit: \/etc\/a node in .*root is a device node, .*; a manifest can say it: nod \/etc\/a node 0600 0 0 b 259 70000\n$/;
    for (const args of [[], ["--owner", "0:0"]]) refuses(message, args, { behind: AS_NOBODY });
  });

  test("an image that can't be written", (context) => {
    if (!IS_ROOT) return context.skip("there is no other user");
    mkdirSync(join(work, "closed"), { mode: 0o755 });
    chmodSync(join(root, "etc/secret"), 0o644);
    const to = ["--out", join(work, "closed/x.gz"), "--owner", "0:0"];
    refuses(/^wasinit: .*x\.gz can't be written: permission denied \(EACCES\)\n$/, to, { behind: AS_NOBODY });
    rmSync(join(work, "closed"), { recursive: true });
  });

  test("a disk that is full", (context) => {
    if (!IS_ROOT) return context.skip("only root can mount one");
    put("large", Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * n * n) % 251)));
    const script = `mount -t tmpfs -o size=64k tmpfs "$1" && shift && "$@"; status=$?; ls -A ${work}/small >&2; exit $status`;
    mkdirSync(join(work, "small"));
    const behind = ["unshare", "--mount", "sh", "-c", script, "sh", join(work, "small")];
    const to = ["--out", join(work, "small/x.cpio")];
    refuses(/^wasinit: .*x\.cpio can't be written: no space left on device \(ENOSPC\)\n$/, to, { behind });
    rmSync(join(work, "small"), { recursive: true });
  });

  test("a root that changes meanwhile", async () => {
    type Image = Map<string, unknown>;
    const { readRoot } = await part<{ readRoot(root: string, portable: boolean): Image }>("image/root.js");
    const { archive } = await part<{ archive(image: Image, date: number): Iterable<Uint8Array> }>("image/cpio.js");
    const path = join(root, "etc/secret");
    for (const change of [
      () => writeFileSync(path, "longer than it was\n"),
      () => truncateSync(path, 1),
      () => utimesSync(path, 1, 1),
      () => rmSync(path),
    ]) {
      put("etc/secret", "text\n");
      const image = readRoot(root, false);
      change();
      assert.throws(
        () => [...archive(image, 0)],
        /^Error: \/etc\/secret in .*root (has changed while|can't be read: no such file)/,
      );
    }
  });

  test("Ctrl-C, while it is compressed", { timeout: 60_000 }, async () => {
    writeFileSync(out, "the old one");
    put("large", Buffer.from(Array.from({ length: 30_000_000 }, (_, n) => (n * n) % 509)));
    const was = readdirSync(work);
    const child = spawn(process.execPath, [COMMAND, "image", "-r", root, "--init", init, "-o", out], {
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    const size = () =>
      Math.max(
        0,
        ...readdirSync(work)
          .filter((name) => name.endsWith(".tmp"))
          .map((name) => statSync(join(work, name)).size),
      );
    while (size() === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGINT");
    assert.equal(await ended, 130);
    assert.deepEqual(readdirSync(work), was);
    assert.equal(readFileSync(out, "utf8"), "the old one");
  });
});

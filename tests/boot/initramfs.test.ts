import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { REPOSITORY } from "./qemu.js";

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];

describe("initramfs.sh", () => {
  let work: string;
  let root: string;
  let init: string;
  let script: string;

  /** Runs the script; what is not said is what a test leaves alone. */
  function pack({ from = root, out = join(work, "out.gz"), before = [] as string[], env = {} } = {}) {
    const options = { encoding: "utf8", env: { PATH: process.env.PATH, ...env } } as const;
    const { status, stderr } = spawnSync("env", [...before, script, from, out, init], options);
    return { status, stderr, out };
  }

  /** What is in the image, as `mode owner group name`; a link's name has its target. */
  function contents(out: string): string[] {
    const options = { input: execFileSync("gzip", ["-dc", out]), encoding: "utf8", stdio: "pipe" } as const;
    const lines = execFileSync("cpio", ["-itv", "--numeric-uid-gid", "--quiet"], options).trim().split("\n");
    return lines.map((line) => line.replace(/^(\S+) +\d+ (\d+) +(\d+) +\d+ (\S+ +\S+ +\S+) (.*)$/, "$1 $2 $3 $5"));
  }

  before(() => {
    work = mkdtempSync(join(tmpdir(), "wasinit-"));
    chmodSync(work, 0o777); // For a user who is not root.
    init = join(work, "the-init");
    script = join(work, "initramfs.sh");
    writeFileSync(init, "this is /init\n");
    copyFileSync(join(REPOSITORY, "initramfs.sh"), script);
    chmodSync(script, 0o755);
  });

  beforeEach(() => {
    root = join(work, "root");
    rmSync(root, { recursive: true, force: true });
    mkdirSync(join(root, "etc"), { recursive: true });
    writeFileSync(join(root, "etc/boot"), "#!/bin/sh\n");
    chmodSync(join(root, "etc/boot"), 0o755);
    writeFileSync(join(root, "etc/a secret"), "text\n");
    chmodSync(join(root, "etc/a secret"), 0o640);
    writeFileSync(join(root, "su"), "");
    chmodSync(join(root, "su"), 0o4755);
    symlinkSync("/etc/boot", join(root, "link"));
  });

  after(() => rmSync(work, { recursive: true }));

  const EXPECTED = [
    "drwxr-xr-x 0 0 .",
    "drwxr-xr-x 0 0 etc",
    "-rw-r----- 0 0 etc/a secret",
    "-rwxr-xr-x 0 0 etc/boot",
    "-rwxr-xr-x 0 0 init",
    "lrwxrwxrwx 0 0 link -> /etc/boot",
    "-rwsr-xr-x 0 0 su",
  ];

  test("packs ROOT and /init, sorted, with modes and links, owned by root", () => {
    const { status, stderr, out } = pack();
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.deepEqual(contents(out), EXPECTED);
    const archive = execFileSync("gzip", ["-dc", out]).toString("latin1");
    assert.match(archive, /this is \/init\n/);
  });

  test("packs the same without being root", (t) => {
    if (process.getuid?.() != 0) return t.skip("this user is not root, so the test before this one has shown it");
    execFileSync("chown", ["-R", "65534:65534", root]);
    chmodSync(join(root, "su"), 0o4755); // chown(2) takes the bit away
    const { status, stderr, out } = pack({ before: ["setpriv", ...NOBODY], out: join(work, "nobody.gz") });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.deepEqual(contents(out), EXPECTED);
    assert.deepEqual(readFileSync(out), readFileSync(pack().out));
  });

  test("gives the same bytes, whatever ROOT's times, its own mode, and a link to it", () => {
    const first = readFileSync(pack().out);
    const copy = join(work, "copy");
    execFileSync("cp", ["-R", "--preserve=mode,links", root, copy]);
    chmodSync(copy, 0o700);
    assert.deepEqual(readFileSync(pack({ from: copy }).out), first);
    symlinkSync("copy", join(work, "link-to-copy"));
    assert.deepEqual(readFileSync(pack({ from: join(work, "link-to-copy") }).out), first);
    assert.notDeepEqual(readFileSync(pack({ env: { SOURCE_DATE_EPOCH: "1700000000" } }).out), first);
  });

  test("leaves ROOT as it is", () => {
    const look = () => execFileSync("find", [root, "-printf", "%P %m %T@ %u %s\n"], { encoding: "utf8" });
    const was = look();
    assert.equal(pack().status, 0);
    assert.equal(look(), was);
  });

  test("puts its own /init in the place of one that ROOT has", () => {
    symlinkSync("su", join(root, "init"));
    const { status, out } = pack();
    assert.equal(status, 0);
    assert.deepEqual(contents(out), EXPECTED);
  });

  test("warns of a ROOT with no etc/boot that can run", () => {
    chmodSync(join(root, "etc/boot"), 0o644);
    const { status, stderr } = pack();
    assert.equal(status, 0);
    assert.match(stderr, /warning: .*root has no executable etc\/boot/);
  });

  test("says what is wrong, and leaves nothing behind", () => {
    const wrong = (changes: object, message: RegExp) => {
      const { status, stderr } = pack(changes);
      assert.equal(status, 1);
      assert.match(stderr, message);
    };
    wrong({ from: join(work, "nowhere") }, /ROOT=.*nowhere is no directory/);
    wrong({ from: "" }, /usage: .*make initramfs ROOT=<DIR> OUT=<FILE>/);
    wrong({ out: join(work, "nowhere/out.gz") }, /there is no directory .*nowhere/);
    wrong({ out: work }, /is a directory/);
    wrong({ out: join(work, "bad.gz"), env: { COMPRESS: "false" } }, /bad\.gz can't be compressed/);
    assert.doesNotMatch(execFileSync("ls", [work], { encoding: "utf8" }), /bad\.gz/);
  });
});

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { ARCH, PROJECT } from "../arch.js";
import { life } from "./life.js";

const IS_ROOT = process.getuid?.() == 0;
const NEEDS_ROOT = "this user is not root, who alone can give files away and make device nodes";
/** What a command stands behind that somebody runs who is not root. */
const AS_NOBODY = IS_ROOT ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
const ONLY_ROOT =
  /^initramfs\.sh: warning: everything is root's in .*out\.gz: only root can keep the owners; OWNER=0:0 says the same without this line\n$/;

/** Makes a socket, which outlives the program. */
function makeSocket(path: string): void {
  const program = "require('net').createServer().listen(process.argv[1], () => process.exit())";
  execFileSync(process.execPath, ["-e", program, path]);
}

describe("initramfs.sh", () => {
  let work: string;
  let root: string;
  let init: string;
  let script: string;

  /** Runs the script; what is not said is what a test leaves alone. */
  function pack({ from = root, out = join(work, "out.gz"), before = [] as string[], env = {} } = {}) {
    const options = { encoding: "utf8", env: { PATH: process.env.PATH, OWNER: "0:0", ...env } } as const;
    const { status, stderr } = spawnSync("env", [...before, script, from, out, init], options);
    return { status, stderr, out };
  }

  /** What is in the image, as `mode owner group name`; a link's name has its target, a device's its numbers. */
  function contents(out: string): string[] {
    const options = { input: execFileSync("gzip", ["-dc", out]), encoding: "utf8", stdio: "pipe" } as const;
    const lines = execFileSync("cpio", ["-itv", "--numeric-uid-gid", "--quiet"], options).trim().split("\n");
    const parts = /^(\S+) +\d+ (\d+) +(\d+) +(?:\d+|(\d+), +(\d+)) \S+ +\S+ +\S+ (.*)$/;
    return lines.map((line) => {
      const [, mode, owner, group, major, minor, name] = parts.exec(line) ?? [];
      return name ? [mode, owner, group, name].join(" ") + (major ? ` ${major}:${minor}` : "") : line;
    });
  }

  /** Packs with success and without a word, and tells what is in the image. */
  function packed(options: Parameters<typeof pack>[0] = {}): string[] {
    const { status, stderr, out } = pack(options);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    return contents(out);
  }

  /** Asserts that packing fails with this message, and that what was there is all that is there. */
  function refuses(message: RegExp, options: Parameters<typeof pack>[0]): void {
    const was = readdirSync(work);
    const { status, stderr } = pack(options);
    assert.equal(status, 1);
    assert.match(stderr, message);
    assert.deepEqual(readdirSync(work), was);
  }

  before(() => {
    work = mkdtempSync(join(tmpdir(), "wasinit-"));
    chmodSync(work, 0o777); // For a user who is not root.
    init = join(work, "the-init");
    script = join(work, "initramfs.sh");
    writeFileSync(init, "this is /init\n");
    copyFileSync(join(PROJECT, "initramfs.sh"), script);
    chmodSync(script, 0o755);
  });

  beforeEach(() => {
    root = join(work, "root");
    rmSync(root, { recursive: true, force: true });
    rmSync(join(work, "out.gz"), { force: true });
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

  /** Gives ROOT to nobody. */
  function giveAway(): void {
    if (!IS_ROOT) return;
    execFileSync("chown", ["-R", "65534:65534", root]);
    chmodSync(join(root, "su"), 0o4755); // chown(2) takes the bit away
  }

  /** Adds to ROOT an /init of its own. */
  function addInit(mode = 0o755): void {
    writeFileSync(join(root, "init"), "#!/bin/sh\nexec /sbin/wasinit\n");
    chmodSync(join(root, "init"), mode);
  }

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
    assert.deepEqual(packed(), EXPECTED);
    const archive = execFileSync("gzip", ["-dc", join(work, "out.gz")]).toString("latin1");
    assert.match(archive, /this is \/init\n/);
  });

  test("packs the same without being root", (t) => {
    if (!IS_ROOT) return t.skip("this user is not root, so the test before this one has shown it");
    giveAway();
    const out = join(work, "nobody.gz");
    assert.deepEqual(packed({ before: AS_NOBODY, out }), EXPECTED);
    assert.deepEqual(readFileSync(out), readFileSync(pack().out));
  });

  test("gives the same bytes, whatever ROOT's times, its own mode, and a link to it", () => {
    const first = readFileSync(pack().out);
    const copy = join(work, "copy");
    execFileSync("cp", ["-R", "--preserve=mode,links", root, copy]);
    chmodSync(copy, 0o2700);
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

  test("packs any name, and FIFOs, sockets and hard links as they are", () => {
    writeFileSync(join(root, "two\nlines"), "");
    linkSync(join(root, "su"), join(root, " *"));
    execFileSync("mkfifo", ["-m", "620", join(root, "fifo")]);
    makeSocket(join(root, "socket"));
    const { out } = pack();
    const unpacked = join(work, "unpacked");
    mkdirSync(unpacked);
    execFileSync("cpio", ["-i", "--quiet"], { cwd: unpacked, input: execFileSync("gzip", ["-dc", out]) });
    const names = [" *", "etc", "fifo", "init", "link", "socket", "su", "two\nlines"];
    assert.deepEqual(readdirSync(unpacked).sort(), names);
    const look = (name: string) => lstatSync(join(unpacked, name));
    assert.ok(look("fifo").isFIFO());
    assert.equal(look("fifo").mode & 0o7777, 0o620);
    assert.ok(look("socket").isSocket());
    assert.equal(look(" *").ino, look("su").ino);
    rmSync(unpacked, { recursive: true });
  });

  test("keeps owners, groups, modes and device nodes when it is root's", (t) => {
    if (!IS_ROOT) return t.skip(NEEDS_ROOT);
    mkdirSync(join(root, "home"));
    chownSync(root, 65534, 65534);
    for (const name of ["home", "etc/a secret", "su"]) chownSync(join(root, name), 1000, 8);
    chmodSync(join(root, "home"), 0o2775);
    chmodSync(join(root, "su"), 0o6755);
    execFileSync("chown", ["-h", "1000:8", join(root, "link")]);
    execFileSync("mknod", ["-m", "660", join(root, "sda"), "b", "8", "0"]);
    execFileSync("mknod", ["-m", "666", join(root, "zero"), "c", "1", "5"]);
    chownSync(join(root, "sda"), 0, 6);
    assert.deepEqual(packed({ env: { OWNER: "" } }), [
      "drwxr-xr-x 0 0 .", // This one is the machine's, whoever has made ROOT.
      "drwxr-xr-x 0 0 etc",
      "-rw-r----- 1000 8 etc/a secret",
      "-rwxr-xr-x 0 0 etc/boot",
      "drwxrwsr-x 1000 8 home",
      "-rwxr-xr-x 0 0 init",
      "lrwxrwxrwx 1000 8 link -> /etc/boot",
      "brw-rw---- 0 6 sda 8:0",
      "-rwsr-sr-x 1000 8 su",
      "crw-rw-rw- 0 0 zero 1:5",
    ]);
    assert.deepEqual(packed({ env: { OWNER: "0:0" } }).slice(-3), [
      "brw-rw---- 0 0 sda 8:0",
      "-rwsr-sr-x 0 0 su",
      "crw-rw-rw- 0 0 zero 1:5",
    ]);
  });

  test("says that everything is root's when it is not", () => {
    giveAway();
    const { status, stderr, out } = pack({ before: AS_NOBODY, env: { OWNER: "" } });
    assert.equal(status, 0);
    assert.match(stderr, ONLY_ROOT);
    assert.deepEqual(contents(out), EXPECTED);
  });

  test("gives everything to OWNER", () => {
    const whose = (owner: string) => EXPECTED.map((line) => line.replace(" 0 0 ", ` ${owner.replace(":", " ")} `));
    giveAway();
    for (const OWNER of ["1000:8", "4294967294:0"])
      assert.deepEqual(packed({ before: AS_NOBODY, env: { OWNER } }), whose(OWNER));
  });

  test("refuses an OWNER that is not UID:GID", () => {
    const wrong = ["root:root", "0", ":", "1:", ":1", "0:0:0", "-1:0", "+1:0", " 0:0", "0:0\n", "0:4294967295"];
    for (const OWNER of [...wrong, "18446744073709551616:0"])
      refuses(/^initramfs\.sh: OWNER=[^]* is not UID:GID, two numbers\n$/, { env: { OWNER } });
  });

  test("says which device node it can't pack when it is not root's", (t) => {
    if (!IS_ROOT) return t.skip(NEEDS_ROOT);
    execFileSync("mknod", [join(root, "etc/a node"), "c", "1", "3"]);
    const message = /^initramfs\.sh: \/etc\/a node in .*root is a device node, which only root can copy\n$/;
    for (const OWNER of ["", "0:0"]) refuses(message, { before: AS_NOBODY, env: { OWNER } });
  });

  test("puts its own /init in the place of one that ROOT has, and says so", () => {
    const said =
      /^initramfs\.sh: warning: .*root has an \/init of its own, replaced in .*out\.gz: AT=<PATH> keeps it, .*\n$/;
    for (const add of [
      () => addInit(),
      () => symlinkSync("su", join(root, "init")),
      () => linkSync(join(root, "su"), join(root, "init")),
    ]) {
      add();
      const { status, stderr, out } = pack();
      assert.equal(status, 0);
      assert.match(stderr, said);
      assert.deepEqual(contents(out), EXPECTED);
      assert.deepEqual(packed({ env: { AT: "/init" } }), EXPECTED);
      rmSync(join(root, "init"));
    }
    copyFileSync(init, join(root, "init"));
    assert.deepEqual(packed(), EXPECTED);
    rmSync(join(root, "init"));
    mkdirSync(join(root, "init"));
    refuses(/AT=\/init is a directory in .*root\n$/, {});
  });

  test("keeps the /init of ROOT with AT, the path of its own", () => {
    addInit(0o750);
    mkdirSync(join(root, "usr/sbin"), { recursive: true });
    symlinkSync("usr/sbin", join(root, "sbin"));
    symlinkSync("/nowhere", join(root, "usr/sbin/wasinit"));
    assert.deepEqual(packed({ env: { AT: "/sbin/wasinit" } }), [
      ...EXPECTED.slice(0, 4),
      "-rwxr-x--- 0 0 init",
      "lrwxrwxrwx 0 0 link -> /etc/boot",
      "lrwxrwxrwx 0 0 sbin -> usr/sbin",
      "-rwsr-xr-x 0 0 su",
      "drwxr-xr-x 0 0 usr",
      "drwxr-xr-x 0 0 usr/sbin",
      "-rwxr-xr-x 0 0 usr/sbin/wasinit",
    ]);
    const archive = execFileSync("gzip", ["-dc", join(work, "out.gz")]).toString("latin1");
    assert.match(archive, /init\0+#!\/bin\/sh\nexec[^]*\/wasinit\0+this is \/init\n/);
  });

  test("warns of a ROOT with AT that has no /init which can run", () => {
    for (const add of [() => undefined, () => addInit(0o644)]) {
      add();
      const { status, stderr } = pack({ env: { AT: "/etc/wasinit" } });
      assert.equal(status, 0);
      assert.match(
        stderr,
        /warning: .*root has no executable init: the kernel starts .* only with rdinit=\/etc\/wasinit\n$/,
      );
    }
    rmSync(join(root, "init"));
    symlinkSync("/etc/wasinit", join(root, "init"));
    packed({ env: { AT: "/etc/wasinit" } });
  });

  test("refuses an AT that is no place in ROOT, above all one on this machine", () => {
    symlinkSync(work, join(root, "out"));
    symlinkSync("../..", join(root, "etc/up"));
    for (const AT of ["/no/init", "/out/init", "/../init", "/etc/up/init", "/su/init"])
      refuses(/^initramfs\.sh: AT=\S+: \S+ is no directory in .*root, or a link out of it\n$/, { env: { AT } });
    for (const AT of ["sbin/init", "/", "/etc/", "/etc/.", "/etc/.."])
      refuses(/^initramfs\.sh: AT=\S+ is not the absolute path of a file\n$/, { env: { AT } });
    refuses(/^initramfs\.sh: AT=\/etc is a directory in .*root\n$/, { env: { AT: "/etc" } });
  });

  test("warns of a ROOT with no etc/boot that can run", () => {
    chmodSync(join(root, "etc/boot"), 0o644);
    const { status, stderr } = pack();
    assert.equal(status, 0);
    assert.match(stderr, /warning: .*root has no executable etc\/boot/);
  });

  test("says what is wrong, and leaves nothing behind", () => {
    refuses(/ROOT=.*nowhere is no directory/, { from: join(work, "nowhere") });
    refuses(/usage: .*make initramfs ROOT=<DIR> OUT=<FILE>/, { from: "" });
    refuses(/there is no directory .*nowhere/, { out: join(work, "nowhere/out.gz") });
    refuses(/is a directory/, { out: work });
    refuses(/bad\.gz can't be compressed/, { out: join(work, "bad.gz"), env: { COMPRESS: "false" } });
    refuses(/root can't be copied/, { out: join(root, "etc/bad.gz") });
    assert.deepEqual(readdirSync(join(root, "etc")), ["a secret", "boot"]);
  });

  test("leaves nothing behind, though it may not write what it has copied", () => {
    mkdirSync(join(root, "read-only/too"), { recursive: true });
    giveAway();
    for (const name of ["read-only/too", "read-only"]) chmodSync(join(root, name), 0o555);
    const bad = { before: AS_NOBODY, out: join(work, "bad.gz"), env: { COMPRESS: "false" } };
    refuses(/bad\.gz can't be compressed/, bad);
    assert.ok(packed({ before: AS_NOBODY }).includes("dr-xr-xr-x 0 0 read-only/too"));
    assert.deepEqual(
      readdirSync(work).filter((name) => name.startsWith("out.gz.")),
      [],
    );
    chmodSync(join(root, "read-only"), 0o755); // For those who are not root to remove it.
  });

  test("leaves what it began with when Ctrl-C ends it", { timeout: 60_000 }, async () => {
    writeFileSync(join(work, "out.gz"), "the old one");
    const was = readdirSync(work);
    const env = { PATH: process.env.PATH, OWNER: "0:0", COMPRESS: "sleep 1000" };
    const child = spawn(script, [root, join(work, "out.gz"), init], { env, detached: true, stdio: "ignore" });
    const ended = new Promise((resolve) => child.on("close", resolve));
    const made = () =>
      readdirSync(work).find((name) => name.startsWith("out.gz.") && readdirSync(join(work, name)).includes("out"));
    while (!made()) await new Promise((resolve) => setTimeout(resolve, 20));
    // A terminal sends it to the process group; a shell loses one that comes while it starts a program.
    const presses = setInterval(() => process.kill(-child.pid!, "SIGINT"), 200);
    assert.equal(await ended.finally(() => clearInterval(presses)), 1);
    assert.deepEqual(readdirSync(work), was);
    assert.equal(readFileSync(join(work, "out.gz"), "utf8"), "the old one");
  });

  test("is what `make initramfs` runs, with any path and its settings", () => {
    const from = join(work, "it's a\nroot $HOME");
    execFileSync("cp", ["-R", root, from]);
    const make = (...args: string[]) => {
      const options = { cwd: PROJECT, encoding: "utf8", env: process.env } as const;
      return spawnSync("make", ["-o", `build/${ARCH}/init`, "initramfs", ...args], options);
    };
    const settings = [`ROOT=${from.replace("$", "$$$$")}`, `OUT=${work}/made.gz`, "OWNER=7:8", "AT=/etc/wasinit"];
    const { status, stderr } = make(...settings);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /warning: [^]* has no executable init/);
    assert.ok(contents(join(work, "made.gz")).includes("-rwxr-xr-x 7 8 etc/wasinit"));
    const wrong = make("ROOT=", "OUT=");
    assert.notEqual(wrong.status, 0);
    assert.match(wrong.stderr, /usage: .*make initramfs ROOT=<DIR> OUT=<FILE> \[OWNER=<UID:GID>\] \[AT=<PATH>\]/);
  });
});

const OWN_INIT = `#!/bin/sh
mkdir /proc
mount -t proc none /proc
mount -t tmpfs mine /srv
export FROM="the script"
export SCRIPT_PID=$$
exec /sbin/wasinit
`;

const BOOT = `#!/bin/sh
report pid "$SCRIPT_PID"
report from "$FROM"
report program "$(readlink /proc/1/exe)"
report mount "$(grep mine /proc/mounts)"
report script "$(ls /init 2>&1)"
cd /
stat -c '%n %a %u:%g %F' . home home/op home/op/own var/mail etc/shadow bin/pass | report file
stat -c '%n %a %u:%g %F' fifo socket | report file
stat -c '%n %a %u:%g %F %t:%T' zero | report file
report zero "$(head -c 4 zero | wc -c)"
report linked "$([ home/op/own -ef home/op/other ] && echo yes)"
poweroff
sleep 1000
`;

/** What only root can make. */
function finish(root: string): void {
  const at = (name: string) => join(root, name);
  mkdirSync(at("srv"));
  linkSync(at("home/op/own"), at("home/op/other"));
  execFileSync("chown", ["-R", "1000:1000", at("home/op")]);
  chownSync(at("var/mail"), 0, 8);
  chmodSync(at("var/mail"), 0o2775);
  chownSync(at("etc/shadow"), 0, 42);
  chownSync(at("bin/pass"), 1000, 8);
  chmodSync(at("bin/pass"), 0o6755);
  execFileSync("mknod", ["-m", "666", at("zero"), "c", "1", "5"]);
  execFileSync("mkfifo", ["-m", "600", at("fifo")]);
  makeSocket(at("socket"));
  chownSync(root, 1000, 1000);
}

const MACHINE = {
  files: {
    "/init": OWN_INIT,
    "/etc/boot": BOOT,
    "/etc/shadow": { text: "", mode: 0o640 },
    "/home/op/own": "",
    "/var/mail/op": "",
    "/bin/pass": "#!/bin/sh\n",
    "/sbin/.keep": "",
  },
  finish,
  settings: { OWNER: "", AT: "/sbin/wasinit" },
};

if (!IS_ROOT) test("a root that root has packed, with an /init of its own", (t) => t.skip(NEEDS_ROOT));
else
  life("a root that root has packed, with an /init of its own", MACHINE, {
    "has owners, groups and modes as they were": (told) =>
      assert.deepEqual(told.all("file"), [
        ". 755 0:0 directory",
        "home 755 0:0 directory",
        "home/op 755 1000:1000 directory",
        "home/op/own 644 1000:1000 regular empty file",
        "var/mail 2775 0:8 directory",
        "etc/shadow 640 0:42 regular empty file",
        "bin/pass 6755 1000:8 regular file",
        "fifo 600 0:0 fifo",
        "socket 755 0:0 socket",
        "zero 666 0:0 character special file 1:5",
      ]),
    "has a device node that works, and a hard link": (told) => {
      assert.equal(told.one("zero"), "4");
      assert.equal(told.one("linked"), "yes");
    },
    "has wasinit as PID 1, by the script, whose environment and mount are there": (told) => {
      assert.equal(told.one("pid"), "1");
      assert.equal(told.one("program"), "/sbin/wasinit");
      assert.equal(told.one("from"), "the script");
      assert.match(told.one("mount"), /^mine \/srv tmpfs /);
    },
    "has the script removed, as /init is": (told) => assert.match(told.one("script"), /No such file/),
    "has no complaint in the log": (told) => assert.equal(told.log()[1], "init: running /etc/boot"),
    "powers off": (told) => told.ended("power-off"),
  });

life(
  "a root without an /init, and rdinit= for wasinit elsewhere",
  {
    files: { "/etc/boot": '#!/bin/sh\nreport program "$(readlink /proc/1/exe)"\npoweroff\n', "/sbin/.keep": "" },
    settings: { AT: "/sbin/wasinit" },
    append: "rdinit=/sbin/wasinit",
  },
  {
    "comes up": (told) => assert.equal(told.one("program"), "/sbin/wasinit"),
    "has no complaint in the log": (told) => assert.equal(told.log()[1], "init: running /etc/boot"),
    "powers off": (told) => told.ended("power-off"),
  },
);

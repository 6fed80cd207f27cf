/** `init --log NAME [COMMAND…]`, away from PID 1: its log is whatever its standard error is. */
import assert from "node:assert/strict";
import { type ChildProcess, type StdioOptions, execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PROJECT, commandFor } from "../arch.js";
import { NO_COMMAND, NO_PROCESS } from "./emulated.js";
import { SANITIZED, SHIPPED, writeHost } from "./modules.js";

const scratch = mkdtempSync(join(tmpdir(), "wasinit-relay-"));
after(() => rmSync(scratch, { recursive: true }));

function host(): string {
  if (!SANITIZED) return SHIPPED;
  const path = join(scratch, "init");
  writeHost(path, readFileSync(join(PROJECT, "build/init.wasm")));
  return path;
}

const INIT = host();
const LINE = 976; // bytes, with the newline: what every kernel takes
const STDIO: StdioOptions = ["pipe", "pipe", "pipe"];

/** What has come of a command, and of its relay, whose end is that of its log. */
interface Outcome {
  code: number | null;
  signal: string | null;
  log: Buffer;
  output: string;
}

function start(args: string[], env: Record<string, string> = {}, stdio = STDIO): ChildProcess {
  return spawn(...commandFor(INIT, "--log", ...args), { stdio, env: { ...process.env, ...env } });
}

function outcome(child: ChildProcess): Promise<Outcome> {
  const pieces: { log: Buffer[]; output: Buffer[] } = { log: [], output: [] };
  child.stderr?.on("data", (bytes: Buffer) => pieces.log.push(bytes));
  child.stdout?.on("data", (bytes: Buffer) => pieces.output.push(bytes));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, log: Buffer.concat(pieces.log), output: Buffer.concat(pieces.output).toString() });
    });
  });
}

/** Runs `command` in a shell, behind a relay of the name `sh`; returns what has come of both. */
function sh(command: string, env?: Record<string, string>): Promise<Outcome> {
  const child = start(["sh", "/bin/sh", "-c", command], env);
  child.stdin!.end();
  return outcome(child);
}

/** What a relay makes of its own standard input. */
async function relayed(input: Buffer | string, name = "x"): Promise<Buffer> {
  const child = start([name]);
  child.stdin!.end(input);
  const { code, log } = await outcome(child);
  assert.equal(code, 0);
  return log;
}

/** The lines of a log, each of which is to be complete, with its prefix, and no longer than a kernel takes. */
function texts(log: Buffer, prefix = "<6>x: "): Buffer[] {
  assert.equal(log.at(-1), 0x0a, "the last line is complete");
  const lines: Buffer[] = [];
  for (let at = 0; at < log.length; at = log.indexOf(0x0a, at) + 1) {
    const line = log.subarray(at, log.indexOf(0x0a, at) + 1);
    assert.ok(line.length <= LINE, `${line.length} bytes`);
    assert.equal(line.subarray(0, prefix.length).toString(), prefix);
    lines.push(line.subarray(prefix.length, -1));
  }
  return lines;
}

/** Bytes of all values, the same ones each time. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(new Uint8Array(length).map(() => (state = Math.imul(state, 1103515245) + 12345) >>> 16));
}

describe("a relay writes what it reads", { concurrency: true }, () => {
  for (const [what, input, log] of [
    ["each line with level and name", "a\n b \n\n", "<6>x: a\n<6>x:  b \n<6>x: \n"],
    ["the last line, if it has no newline, with one", "a\nb", "<6>x: a\n<6>x: b\n"],
    ["nothing of nothing", "", ""],
    ["the level that a line brings", "<3>a\n<0>\n<7>b\nc\n", "<3>x: a\n<0>x: \n<7>x: b\n<6>x: c\n"],
    ["what is no level as text", "<8>a\n<>b\n<3c\n< 3>d\n<30>e\n<3", "<8>a,<>b,<3c,< 3>d,<30>e,<3,"],
    ["a 0 as a blank, as the kernel would end there", "a\0\0b\n\0", "<6>x: a  b\n<6>x:  \n"],
  ] as const) {
    test(what, async () => {
      const expected = log.endsWith(",") ? log.replace(/([^,]*),/g, "<6>x: $1\n") : log;
      assert.equal((await relayed(input)).toString(), expected);
    });
  }

  test("all of 100,000 lines that come at once, in their order", async () => {
    const lines = Array.from({ length: 100_000 }, (_, n) => `line ${n} ${"-".repeat(n % 97)}`);
    const log = await relayed(lines.join("\n") + "\n");
    assert.deepEqual(texts(log).map(String), lines);
  });

  test("lines of each length from 0 to 3000 bytes, in pieces that a kernel takes", async () => {
    const lines = Array.from({ length: 3001 }, (_, length) => Buffer.alloc(length, 0x61 + (length % 26)).toString());
    const most = LINE - "<6>x: \n".length;
    const pieces = lines.flatMap((line) => line.match(RegExp(`.{1,${most}}`, "g")) ?? [""]);
    assert.deepEqual(texts(await relayed(lines.join("\n"))).map(String), pieces);
  });

  test("a long line with its level in each piece, and a `<3>` within it as text", async () => {
    const most = LINE - "<4>x: \n".length;
    const log = await relayed(`<4>${"a".repeat(most)}<3>b\nc`);
    const lines = log.toString().split("\n");
    assert.match(lines[0], /^<4>x: a+$/);
    assert.match(lines[1], /^<4>x: a*<3>b$/);
    assert.equal((lines[0] + lines[1].slice("<4>x: ".length)).length, "<4>x: <3>b".length + most);
    assert.deepEqual(lines.slice(2), ["<6>x: c", ""]);
  });

  test("no character of UTF-8 in two pieces", async () => {
    for (let shift = 0; shift < 12; shift++) {
      const text = "a".repeat(shift) + "aä€😀".repeat(300);
      const pieces = texts(await relayed(text));
      for (const piece of pieces) assert.ok(!piece.toString().includes("\ufffd"), `shifted by ${shift}`);
      assert.equal(Buffer.concat(pieces).toString(), text);
    }
  });

  test("bytes that are no text, but for the 0", async () => {
    const bytes = noise(100_000).filter((byte) => byte !== 0x0a && byte !== 0x3c);
    const tail = Buffer.alloc(5000, 0x80); // of which each could be the middle of a character
    const input = Buffer.concat([bytes, tail]);
    const expected = Buffer.from(input.map((byte) => byte || 0x20));
    assert.ok(Buffer.concat(texts(await relayed(input))).equals(expected));
  });

  test("a line once it is complete, however it comes", async () => {
    const child = start(["x"]);
    const end = outcome(child);
    for (const byte of "<4>one\ntwo\n") {
      child.stdin!.write(byte);
      await sleep(5);
    }
    child.stdin!.end();
    assert.equal((await end).log.toString(), "<4>x: one\n<6>x: two\n");
  });

  test("with a name that is cut when it is too long", async () => {
    const log = await relayed("a\n", "n".repeat(5000));
    assert.match(log.toString(), /^<6>n{64,66}a\n$/);
    assert.equal((await relayed("a\n", "n".repeat(64))).toString(), `<6>${"n".repeat(64)}: a\n`);
  });

  test("as fast as it is taken, to who does not block", { skip: NO_COMMAND }, async () => {
    const fifo = join(scratch, "fifo");
    execFileSync("mkfifo", [fifo]);
    const fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const lines = Array.from({ length: 2000 }, (_, n) => `${n} ${"-".repeat(100)}`);
    const shell = spawn("/bin/sh", ["-c", `exec "$0" --log x 2>&3`, INIT], {
      stdio: ["pipe", "ignore", "inherit", fd],
    });
    shell.stdin!.end(lines.join("\n"));
    const reader = spawn("cat", [fifo], { stdio: ["ignore", "pipe", "inherit"] });
    const pieces: Buffer[] = [];
    reader.stdout.on("data", (bytes: Buffer) => pieces.push(bytes));
    await new Promise((resolve) => shell.on("close", resolve));
    closeSync(fd);
    await new Promise((resolve) => reader.on("close", resolve));
    assert.deepEqual(texts(Buffer.concat(pieces)).map(String), lines);
  });
});

/** The relays of that name which run, by what they were started with. */
function relays(name: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        return readFileSync(`/proc/${entry}/cmdline`, "utf8").startsWith(`${INIT}\0--log\0${name}\0`);
      } catch {
        return false; // It has ended.
      }
    })
    .map(Number);
}

/** A command that has said that it runs, and its relay. */
async function running(name: string, command: string): Promise<{ child: ChildProcess; relay: number }> {
  const child = start([name, "/bin/sh", "-c", `echo runs; ${command}`]);
  await new Promise((resolve) => child.stderr!.once("data", resolve));
  const found = relays(name);
  assert.equal(found.length, 1);
  return { child, relay: found[0] };
}

describe("a command behind a relay", { concurrency: true }, () => {
  test("has standard output and error relayed, in the order in which it writes", async () => {
    const { log, output } = await sh("echo one; echo two >&2; echo three; printf four >&2");
    assert.equal(log.toString(), "<6>sh: one\n<6>sh: two\n<6>sh: three\n<6>sh: four\n");
    assert.equal(output, "");
  });

  test("is the process that was started: its pid, its exit status, the signal that ends it", async () => {
    const child = start(["sh", "/bin/sh", "-c", "echo $$; exit 3"]);
    const { code, log } = await outcome(child);
    assert.equal(log.toString(), `<6>sh: ${child.pid}\n`);
    assert.equal(code, 3);
    assert.equal((await sh("kill -KILL $$")).signal, "SIGKILL");
  });

  test("has its arguments, its standard input and its environment", async () => {
    const child = start(["sh", "/bin/sh", "-c", 'cat; echo "$0|$1|$2|$WORD"', "a b", "", "--log"], { WORD: "here" });
    child.stdin!.end("typed\n");
    assert.equal((await outcome(child)).log.toString(), "<6>sh: typed\n<6>sh: a b||--log|here\n");
  });

  test("has no descriptor, no child and no signal blocked or ignored that it would not have without one", async () => {
    const status = /^(Sig(Blk|Ign|Cgt)|PPid|NSsid|NSpgid):.*/gm;
    for (const [command, facts] of [
      [["/bin/ls", "/proc/self/fd"], /.+/g],
      [["/bin/cat", "/proc/self/status"], status],
      [["/bin/sh", "-c", "read children </proc/$$/task/$$/children; echo $children ."], /.+/g],
    ] as [string[], RegExp][]) {
      const straight: string = (await outcome(spawn(command[0], command.slice(1), { stdio: STDIO }))).output;
      const texts: string = (await outcome(start(["x", ...command]))).log.toString().replaceAll("<6>x: ", "");
      assert.deepEqual(texts.match(facts), straight.match(facts));
    }
  });

  test("is looked for in PATH, if it has no slash", { skip: NO_COMMAND }, async () => {
    symlinkSync("/bin/sh", join(scratch, "found"));
    for (const [path, code, log] of [
      [`/no/such:${scratch}:/bin`, 5, ""],
      [scratch, 5, ""],
      ["/no/such", 127, "<3>x: init: can't run found: No such file or directory\n"],
      ["", 127, "<3>x: init: can't run found: No such file or directory\n"],
      [`${"/no".repeat(2000)}`, 127, "<3>x: init: can't run found: No such file or directory\n"],
    ] as const) {
      const end = await outcome(start(["x", "found", "-c", "exit 5"], { PATH: path }));
      assert.deepEqual([end.code, end.log.toString()], [code, log], path);
    }
  });

  test("that can't be run is told of in the log, and by the status that a shell would give", async () => {
    for (const [command, code, log] of [
      ["/no/such", 127, "<3>x: init: can't run /no/such: No such file or directory\n"],
      ["/etc/passwd", 126, "<3>x: init: can't run /etc/passwd: Permission denied\n"],
      ["/tmp", 126, "<3>x: init: can't run /tmp: Permission denied\n"],
      ["a".repeat(5000), 126, `<3>x: init: can't run ${"a".repeat(5000)}: File name too long\n`],
    ] as const) {
      const end = await outcome(start(["x", command]));
      assert.equal(end.code, code);
      assert.equal(end.log.toString().slice(0, 900), log.slice(0, 900));
    }
  });

  test("runs without a relay if there can't be one, and the log says why", { skip: NO_COMMAND }, async () => {
    const child = spawn("/bin/sh", ["-c", 'ulimit -n 3; exec "$0" --log x "$0" --version', SHIPPED], { stdio: STDIO });
    const { code, log, output } = await outcome(child);
    assert.equal(code, 0);
    assert.match(output, /^wasinit [^ ]+\n$/);
    assert.equal(log.toString(), "<3>init: can't relay the lines of x: No file descriptors available\n");
  });

  test("is not held, and does not end, when nobody reads the log any more", async () => {
    const child = start(["x", "/bin/sh", "-c", "read go; head -c 1000000 /dev/zero; echo; exit 4"]);
    child.stderr!.destroy();
    child.stdin!.end("go\n");
    assert.equal((await outcome(child)).code, 4);
  });

  test("gets SIGPIPE when its relay has been killed, as from any pipe", { skip: NO_PROCESS }, async () => {
    const { child, relay } = await running("killed", "read go; while echo again; do :; done; echo $? >&2");
    process.kill(relay, "SIGKILL");
    const end = outcome(child);
    await sleep(100);
    child.stdin!.end("go\n");
    assert.equal((await end).signal, "SIGPIPE");
  });
});

describe("a relay", { concurrency: true }, () => {
  test(
    "is nobody's child, in a session of its own, and holds nothing but its input and the log",
    { skip: NO_PROCESS },
    async () => {
      const { child, relay } = await running("held", "read go");
      const end = outcome(child);
      const [, parent, , session] = readFileSync(`/proc/${relay}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      assert.notEqual(Number(parent), child.pid);
      assert.notEqual(Number(parent), process.pid);
      assert.equal(Number(session), relay);
      assert.deepEqual(readdirSync(`/proc/${relay}/fd`), ["0", "2"]);
      assert.equal(readlinkSync(`/proc/${relay}/cwd`), "/");
      child.stdin!.end("go\n");
      await end;
      assert.deepEqual(relays("held"), []);
    },
  );

  test("is ended by no signal but KILL, so that last words arrive", { skip: NO_PROCESS }, async () => {
    const { child, relay } = await running("stubborn", "read go; echo last words");
    const end = outcome(child);
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGPIPE", "SIGALRM"] as const)
      process.kill(relay, signal);
    await sleep(50);
    child.stdin!.end("go\n");
    assert.equal((await end).log.toString(), "<6>stubborn: last words\n");
  });

  test("lives as long as there is who could write: here a process that the command leaves behind", async () => {
    const { code, log } = await sh("(sleep 0.5; echo behind) & exit 0");
    assert.equal(code, 0);
    assert.equal(log.toString(), "<6>sh: behind\n");
  });
});

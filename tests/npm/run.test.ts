/** wasinit run: what QEMU is started with, how it ends, and what is lacking; and machines that boot. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ARCH, MUSL_GCC } from "../arch.js";
import { KERNEL } from "../boot/options.js";
import { assemble } from "../host/modules.js";
import { type Call, COMMAND, VERSION, folder, part, wasinit } from "./installed.js";

const work = join(folder, "work");
const bin = join(work, "bin");
const temporary = join(work, "tmp");

const POLICY = `import { powerOff, run, setUp } from "wasinit";

export function boot(): void {
  setUp();
  powerOff(run("/worker"));
}
`;

/** What stands in the place of QEMU: it writes its arguments to a file, and does what it is told. */
function pretend(does: string): void {
  const script = `#!/bin/sh
printf '%s\\n' "$@" >'${work}/arguments'
for arg; do case $arg in
  *logfile=*) log=$(echo "\${arg#*logfile=}" | sed 's/,,/,/g') ;;
  *id=record,path=*) trace=\${arg#*path=} ;;
esac; done
${does}
`;
  for (const arch of ["x86_64", "aarch64", "riscv64"]) {
    writeFileSync(join(bin, `qemu-system-${arch}`), script);
    chmodSync(join(bin, `qemu-system-${arch}`), 0o755);
  }
}

const ENVIRONMENT = { PATH: `${bin}:${process.env.PATH}`, TMPDIR: temporary, XDG_CACHE_HOME: join(folder, "cache") };

function run(args: string[], { env, ...call }: Call = {}) {
  const all = ["run", "init.wasm", "--kernel", "kernel", ...args];
  return wasinit(all, { cwd: work, env: { ...ENVIRONMENT, ...env }, ...call });
}

function argumentsOf(): string[] {
  return readFileSync(join(work, "arguments"), "utf8").trimEnd().split("\n");
}

beforeEach(() => {
  rmSync(work, { recursive: true, force: true });
  for (const directory of [bin, temporary]) mkdirSync(directory, { recursive: true });
  writeFileSync(join(work, "init.wasm"), assemble('(module (memory 1) (func $boot (export "boot")))'));
  writeFileSync(join(work, "kernel"), "");
  pretend("exit 0");
});

test("QEMU is a machine with the kernel, the initramfs, and this terminal as console", () => {
  const { status, stderr } = run(["--arch", "riscv64", "--append", "a=1", "--append", "b c", "--memory", "64"]);
  assert.deepEqual([status, stderr], [0, ""]);
  const args = argumentsOf();
  const behind = (option: string) => args[args.indexOf(option) + 1];
  assert.deepEqual(["-M", "-m", "-kernel"].map(behind), ["virt", "64", "kernel"]);
  assert.equal(behind("-append"), "console=ttyS0 panic=-1 a=1 b c");
  assert.match(behind("-chardev")!, /^stdio,id=console,.*logfile=/);
  assert.deepEqual(readdirSync(temporary), []);
});

test("on a terminal it says how to end the machine, before that starts", () => {
  const command = [process.execPath, COMMAND, "--no-color", "run", "init.wasm", "--kernel", "kernel"].join(" ");
  const env = { ...process.env, ...ENVIRONMENT };
  pretend("echo booting");
  const printed = execFileSync("script", ["-qec", command, "/dev/null"], { cwd: work, env, encoding: "utf8" });
  assert.match(printed, /^wasinit: Ctrl-A X ends the machine\r\nbooting\r\n/m);
  assert.equal(run([]).stderr, "");
});

test("disks, whose names may have commas, and arguments of QEMU's", () => {
  writeFileSync(join(work, "a,b.img"), "");
  writeFileSync(join(work, "c.qcow2"), "QFI\xfb", "latin1");
  const { stderr } = run(["--disk", "a,b.img", "--disk", "c.qcow2", "--qemu", "-device 'a b' -smp 2"]);
  assert.match(stderr, /a,b\.img is \/dev\/vda in the machine\n.*c\.qcow2 is \/dev\/vdb/);
  const args = argumentsOf();
  assert.deepEqual(args.slice(-8), [
    ...["-drive", "if=virtio,id=disk0,file=a,,b.img,format=raw"],
    ...["-drive", "if=virtio,id=disk1,file=c.qcow2,format=qcow2"],
    ...["-device", "a b", "-smp", "2"],
  ]);
});

test("its exit status is the last that the policy has told", () => {
  pretend(`printf 'init: exit status 3\\r\\ninit: exit status 42\\r\\n' >"$log"`);
  assert.equal(run([]).status, 42);
});

test("a kernel that panics, and QEMU that fails, are 1", () => {
  pretend(`echo 'Kernel panic - not syncing: no init' >"$log"`);
  assert.deepEqual(run([]), { status: 1, stdout: "", stderr: "wasinit: the machine's kernel has panicked\n" });
  pretend("exit 9");
  assert.deepEqual(run([]), { status: 1, stdout: "", stderr: "wasinit: QEMU failed, with status 9\n" });
});

test("a policy that has failed is 1: if no status was told since, or it was given up", () => {
  const trap = "init: the logic has ended: Exception: unreachable\\r\\n";
  const status = "init: exit status 0\\r\\n";
  const givenUp = "init: the machine restarts when its processes have ended, or on SIGTERM\\r\\n";
  const end = (...lines: string[]) => {
    pretend(`printf '${lines.join("")}' >"$log"`);
    const { status, stderr } = run([]);
    return [status, stderr];
  };
  assert.deepEqual(end(trap), [1, "wasinit: the policy has failed: Exception: unreachable\n"]);
  assert.deepEqual(end(trap, status), [0, ""]);
  const told = "wasinit: the policy was given up, as it has failed: Exception: unreachable\n";
  assert.deepEqual(end(status, trap, trap, givenUp), [1, told]);
  assert.deepEqual(end(givenUp), [1, "wasinit: the policy was given up, as it has failed: it could not be started\n"]);
});

test("isa-debug-exit hands out a status, too", () => {
  pretend(`echo booted >"$log"; exit 11`);
  assert.equal(run(["--qemu", "-device isa-debug-exit"]).status, 5);
  pretend(`echo booted >"$log"; exit 1`);
  assert.match(run(["--qemu", "-device isa-debug-exit"]).stderr, /QEMU failed, with status 1\n$/);
});

test("--timeout is its end", () => {
  pretend("exec sleep 100");
  const { status, stderr } = run(["--timeout", "1"]);
  assert.equal(status, 1);
  assert.match(stderr, /^wasinit: the machine did not end in 1 s/);
});

test("Ctrl-C ends QEMU, and leaves nothing behind but the trace", async () => {
  pretend(`echo "a life" >"$trace"; echo $$ >'${work}/pid'; exec sleep 100`);
  const args = ["run", "init.wasm", "--kernel", "kernel", "--record", "life.trace"];
  const child = spawn(process.execPath, [COMMAND, "--no-color", ...args], {
    ...{ cwd: work, env: ENVIRONMENT, stdio: "ignore" },
  });
  const before = readdirSync(work);
  while (!existsSync(join(work, "pid")) || !readFileSync(join(work, "pid"), "utf8")) await setTimeout(20);
  const pid = Number(readFileSync(join(work, "pid"), "utf8"));
  child.kill("SIGINT");
  assert.deepEqual(await once(child, "exit"), [130, null]);
  const isAlive = () => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  for (let i = 0; i < 100 && isAlive(); i++) await setTimeout(20);
  assert.ok(!isAlive());
  assert.deepEqual(readdirSync(temporary), []);
  assert.deepEqual(readdirSync(work).sort(), [...before, "arguments", "life.trace", "pid"].sort());
  assert.equal(readFileSync(join(work, "life.trace"), "utf8"), "a life\n");
});

describe("--record", () => {
  const trace = join(work, "life.trace");
  const traceAfter = (does: string, ...args: string[]) => {
    pretend(does);
    const { status, stderr } = run(["--record", "life.trace", ...args]);
    assert.deepEqual(
      readdirSync(work).filter((name) => name.endsWith(".tmp")),
      [],
    );
    return [readFileSync(trace, "utf8"), status, stderr];
  };
  beforeEach(() => writeFileSync(trace, "an old life\n"));

  test("the trace is in its place when the machine has ended, however that was", () => {
    const look = `cat life.trace >meanwhile; echo "a life" >"$trace"`;
    assert.deepEqual(traceAfter(look), ["a life\n", 0, ""]);
    assert.equal(readFileSync(join(work, "meanwhile"), "utf8"), "an old life\n");
    const late = "wasinit: the machine did not end in 1 s, as --timeout has it\n";
    assert.deepEqual(traceAfter(`echo late >"$trace"; exec sleep 100`, "--timeout", "1"), ["late\n", 1, late]);
    const panic = `echo panic >"$trace"; echo 'Kernel panic - not syncing: no init' >"$log"`;
    assert.deepEqual(traceAfter(panic), ["panic\n", 1, "wasinit: the machine's kernel has panicked\n"]);
  });

  test("an old one stays if nothing was recorded, or nothing was started", () => {
    const failed = "wasinit: nothing was written to life.trace\nwasinit: QEMU failed, with status 9\n";
    assert.deepEqual(traceAfter("exit 9"), ["an old life\n", 1, failed]);
    writeFileSync(join(work, "init.ts"), "export function boot(): void {\n  nothing();\n}\n");
    const { status } = wasinit(["run", "--kernel", "kernel", "--record", "life.trace"], {
      cwd: work,
      env: ENVIRONMENT,
    });
    assert.deepEqual([status, readFileSync(trace, "utf8")], [1, "an old life\n"]);
  });

  test("what the machine is made of is no place for it", () => {
    mkdirSync(join(work, "root/etc"), { recursive: true });
    for (const name of ["disk", "root/etc/boot"]) writeFileSync(join(work, name), "text\n");
    for (const [out, input] of [
      ["init.wasm", join(work, "init.wasm")],
      ["kernel", "kernel"],
      ["disk", "disk"],
      ["root/etc/boot", "root"],
    ] as [string, string][]) {
      const before = readFileSync(join(work, out));
      const { status, stderr } = run(["--root", "root", "--disk", "disk", "--record", out]);
      const message = `would change ${input}, which stays as it is: name another place`;
      assert.deepEqual([status, stderr], [1, `wasinit: --record ${out} ${message}\n`]);
      assert.deepEqual(readFileSync(join(work, out)), before);
    }
    const { status, stderr } = run(["--record", "gone/life.trace"]);
    const message = "wasinit: gone/life.trace can't be written: no such file or directory (ENOENT)\n";
    assert.deepEqual([status, stderr], [1, message]);
    assert.ok(!existsSync(join(work, "arguments")));
  });
});

test("what is lacking is told, with what to do", () => {
  const none = { env: { PATH: join(work, "none") } };
  const refuses = (message: RegExp, args: string[], call?: Call) => {
    const { status, stdout, stderr } = wasinit(["run", "init.wasm", ...args], {
      ...{ cwd: work, ...call, env: { ...ENVIRONMENT, ...call?.env } },
    });
    assert.match(stderr, message);
    assert.deepEqual([status, stdout], [1, ""]);
  };
  refuses(
    /^wasinit: there is no qemu-system-aarch64 in PATH.*\n\n.*apt-get install qemu-system-arm\n/,
    ["-a", "aarch64"],
    none,
  );
  refuses(/^wasinit: there is no kernel, and no apt-get .*--kernel FILE/, [], { env: { PATH: bin } });
  refuses(/^wasinit: --kernel gone is no file\n$/, ["--kernel", "gone"]);
  refuses(/^wasinit: --kernel bin is no file\n$/, ["--kernel", "bin"]);
  refuses(/^wasinit: --root kernel is no directory\n$/, ["--root", "kernel"]);
  refuses(/^wasinit: --disk gone is no file\n$/, ["--kernel", "kernel", "--disk", "gone"]);
  writeFileSync(join(work, "disk"), "");
  mkdirSync(join(work, "config"));
  refuses(/^wasinit: config can't be read: illegal operation on a directory \(EISDIR\)\n$/, [
    ...["--kernel", "kernel", "--disk", "disk"],
  ]);
  assert.deepEqual(readdirSync(temporary), []);
});

test("a TMPDIR that can't be used is told, with what to do", (context) => {
  const advice = /\n\(temporary files are elsewhere with TMPDIR=<DIR>\)\n$/;
  const refuses = (message: RegExp, TMPDIR: string, behind?: string[]) => {
    const { status, stdout, stderr } = run([], { env: { TMPDIR }, behind });
    assert.match(stderr, message);
    assert.match(stderr, advice);
    assert.deepEqual([status, stdout, stderr.split("\n").length], [1, "", 3]);
  };
  refuses(/^wasinit: .*gone can't be written to: no such file or directory \(ENOENT\)\n/, join(work, "gone"));
  refuses(/^wasinit: .*kernel can't be written to: not a directory \(ENOTDIR\)\n/, join(work, "kernel"));
  if (process.getuid?.() !== 0) return context.skip("only root can mount a disk that is full");
  const on = (size: string) => [
    "unshare",
    "--mount",
    "sh",
    "-c",
    `mount -t tmpfs -o size=${size} tmpfs '${temporary}' && "$@"`,
    "sh",
  ];
  const full = (name: string) =>
    new RegExp(`^wasinit: .*/${name} can't be written: no space left on device \\(ENOSPC\\)\n`);
  refuses(full("init"), temporary, on("16k"));
  refuses(full("initramfs.cpio"), temporary, on("100k"));
});

test("words of an argument may be quoted", async () => {
  const { words } = await part<{ words(text: string): string[] }>("run/run.js");
  assert.deepEqual(words(`-a b "c d" 'e "f' g="h i"`), ["-a", "b", "c d", 'e "f', "g=h i"]);
});

test("whether a kernel runs on KVM is kept for the life of this computer, unless that is damaged", async () => {
  const { recallFound } = await part<{ recallFound(life: string): unknown }>("run/qemu.js");
  const { cacheDirectory } = await part<{ cacheDirectory(): string }>("base/cache.js");
  process.env.XDG_CACHE_HOME = work;
  mkdirSync(cacheDirectory());
  const found = { life: "this", kernels: { vmlinuz: "kvm" } };
  const recalled = (kept: string, life = "this") => {
    writeFileSync(join(cacheDirectory(), "kvm.json"), kept);
    return recallFound(life);
  };
  assert.deepEqual(recalled(JSON.stringify(found)), found);
  assert.deepEqual(recalled(JSON.stringify(found), "next"), { life: "next", kernels: {} });
  for (const damaged of ["", '{"life":"this","ker', "null", '{"life":"this","kernels":"kvm"}'])
    assert.deepEqual(recalled(damaged), { life: "this", kernels: {} }, damaged);
});

/** Boots a policy on a machine. */
function boot(policy: string, ...args: string[]) {
  writeFileSync(join(work, "init.ts"), policy);
  symlinkSync(join(dirname(COMMAND), "../.."), join(work, "node_modules"));
  return wasinit(["run", "--arch", ARCH, "--kernel", KERNEL, "--timeout", "120", ...args], { cwd: work });
}

test("a machine boots, runs a program, and hands its status out", () => {
  const root = join(work, "root");
  mkdirSync(root);
  const source = "int main(void) { return 7; }";
  execFileSync(MUSL_GCC, ["-static", "-x", "c", "-", "-o", join(root, "worker")], { input: source });
  const { status, stdout, stderr } = boot(POLICY, "--root", root);
  assert.match(stdout, /init: \/worker exited with status 7/, stderr);
  assert.equal(status, 7);
});

const TRAPS = `import { look, powerOff, setUp } from "wasinit";
import { mkdir } from "wasinit/linux";

const NAMES: string[] = ["/one", "/two"];

function make(n: i32): void {
  mkdir(NAMES[n], 0o700); // traps
}

export function boot(): void {
  setUp();
  if (look("/one") == 0) powerOff(5);
  for (let n = 0; n < 3; n++) {
    make(n); // calls it
  }
}
`;

test("--record: a trap on a machine is lived again, to the same line, and so is the life after it", () => {
  const lineOf = (what: string) => TRAPS.split("\n").findIndex((line) => line.includes(what)) + 1;
  const { status, stdout, stderr } = boot(TRAPS, "--record", "life.trace");
  assert.match(stdout, /init: the logic has ended: Exception: unreachable/, stderr);
  assert.equal(status, 5);
  const replayed = wasinit(["replay", "life.trace", "init.ts"], { cwd: work });
  const told = replayed.stdout.replace(/^\d+ calls,/gm, "N calls,").split("\n");
  assert.deepEqual(told.slice(0, 8), [
    `life.trace: recorded by wasinit ${VERSION} on ${ARCH}`,
    "N calls, then it trapped: unreachable (Index out of range)",
    "    at abort (~lib/wasinit/abort.ts:12:3)",
    "    at Array<String>[] (~lib/array.ts:114:63)",
    `    at make (init.ts:${lineOf("// traps")}:9)`,
    `    at boot (init.ts:${lineOf("// calls it")}:5)`,
    "The host started it again.",
    "N calls, then reboot(RB_POWER_OFF), which did not return",
  ]);
  assert.equal(replayed.status, 0);
});

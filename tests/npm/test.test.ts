/** wasinit test: scenarios, traces, both engines, calls that fail, files that change, and what it refuses. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { PROJECT } from "../arch.js";
import { COMMAND, folder, part, wasinit } from "./installed.js";

const PAGE = readFileSync(join(PROJECT, "docs/scenarios.md"), "utf8");
const WASMTIME = process.env.WASMTIME ?? "wasmtime";

/** A file of the page: its name stands above its text. */
function ofPage(name: string): string {
  const [, text] = new RegExp(`^\`${name}\`\\n\\n\`\`\`\\w*\\n([^]*?)^\`\`\`$`, "m").exec(PAGE) ?? [];
  assert.ok(text, `docs/scenarios.md has no ${name}`);
  return text;
}

const WORKER = ofPage("init.ts");
const FAILS = ofPage("tests/worker-fails.txt");

/** A project with these files; `init.ts` is the page's unless said. */
function project(files: Record<string, string>): string {
  const directory = mkdtempSync(join(folder, "project-"));
  for (const [name, text] of Object.entries({ "init.ts": WORKER, ...files })) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

function run(files: Record<string, string>, ...args: string[]) {
  const cwd = project(files);
  return { cwd, ...wasinit(["test", ...args], { cwd }) };
}

/** What was printed, without how long it took. */
function printed(stdout: string): string {
  return stdout.replace(/\d[\d.]* m?s\)/g, "TIME)");
}

/** Those that have calls of `wasinit/linux` in them. */
function policy(body: string, more = ""): string {
  return `import * as linux from "wasinit/linux";\n${more}\nexport function boot(): void {\n${body}\n}\n`;
}

const SINGS = `  it should be: program PATH exits STATUS [after TIME], such as: program /bin/web exits 1 after 5 s
  or: program PATH is stopped, such as: program /bin/web is stopped
  or: program PATH ignores TERM, such as: program /bin/web ignores TERM`;

describe("wasinit test", { concurrency: 2 }, () => {
  test("passes what docs/scenarios.md has", () => {
    const { status, stdout, stderr } = run({ "tests/worker-fails.txt": FAILS });
    assert.equal(stderr, "");
    assert.equal(printed(stdout), "✓ tests/worker-fails.txt  (TIME)\n\n1 passed, 0 failed  (TIME)\n");
    assert.equal(status, 0);
  });

  test("shows how a trace differs", () => {
    const { status, stdout } = run({ "tests/a.txt": FAILS.replace("exits 1 after 3 s", "exits 1 after 4 s") });
    assert.equal(status, 1);
    const lines = stdout.split("\n").map((line) => line.trim());
    assert.match(lines[0]!, /^✗ tests\/a\.txt/);
    assert.ok(lines.includes("- [+ 3.000 s] /usr/bin/worker exits with 1"));
    assert.ok(lines.includes("+ [+ 4.000 s] /usr/bin/worker exits with 1"));
    assert.match(stdout, /\n0 passed, 1 failed {2}\(/);
    assert.match(stdout, /^ {6}\S.*\n\n0 passed/m, "the last line of the diff is one of the trace");
  });

  test("shows each line of a trace that is not there yet, and an end of line may lack at the end", () => {
    const end = "reboot(RB_POWER_OFF)\n-- the machine powers off";
    const files = { "init.ts": policy("linux.reboot(linux.RB_POWER_OFF);"), "tests/a.txt": "---\n" };
    const diff = end.split("\n").map((line) => `    + ${line}\n`);
    assert.ok(run(files).stdout.includes(`    +++ actual\n${diff.join("")}\n0 passed`));
    assert.equal(run({ ...files, "tests/a.txt": `---\n${end}` }).status, 0);
  });

  test("what runs beside the first program is there, too, if that is started by `run` or `supervise`", () => {
    const directives =
      "program /usr/bin/worker exits 0 after 3 s\nprocess daemon exits 2 after 1 s\n2 orphans exit after 2 s\n";
    const service = `import { Service, powerOff, supervise } from "wasinit";
      export function boot(): void { powerOff(supervise([new Service("/usr/bin/worker").main()])); }`;
    for (const init of [WORKER, service]) {
      const { cwd, status, stdout } = run({ "init.ts": init, "tests/a.txt": directives }, "--update");
      assert.equal(status, 0, stdout);
      const trace = readFileSync(join(cwd, "tests/a.txt"), "utf8");
      assert.match(trace, /^waitpid\(-1, WNOHANG\) = 101<daemon>, exited with 2$/m);
      assert.match(trace, /^waitpid\(-1, WNOHANG\) = an orphan, exited with 0 {3}\(2 times\)$/m);
    }
  });

  test("takes the scenarios that are named, and line ends of Windows", () => {
    const files = { "other/b.txt": FAILS.replaceAll("\n", "\r\n"), "tests/a.txt": "nonsense\n" };
    const { status, stdout } = run(files, "other/b.txt");
    assert.equal(printed(stdout), "✓ other/b.txt  (TIME)\n\n1 passed, 0 failed  (TIME)\n");
    assert.equal(status, 0);
  });

  test("takes those of a directory that is named", () => {
    const { status, stdout } = run({ "other/a.txt": FAILS, "other/b.txt": FAILS, "other/c.md": "" }, "other");
    assert.equal(printed(stdout).replaceAll("  (TIME)", ""), "✓ other/a.txt\n✓ other/b.txt\n\n2 passed, 0 failed\n");
    assert.equal(status, 0);
  });

  test("a program runs for ever, or forever", () => {
    const { status } = run({ "tests/a.txt": "program /usr/bin/worker runs forever\n" }, "--update");
    assert.equal(status, 0);
  });

  test("--json", () => {
    const { status, stdout } = run({ "tests/a.txt": FAILS, "tests/b.txt": "program /x sings\n---\n" }, "--json");
    const { passed, failed, tests } = JSON.parse(stdout);
    assert.deepEqual([passed, failed, status], [1, 1, 1]);
    assert.deepEqual(
      tests.map(({ file, problem }: { file: string; problem: string }) => ({ file, problem })),
      [
        { file: join("tests", "a.txt"), problem: "" },
        {
          file: join("tests", "b.txt"),
          problem: `${join("tests", "b.txt")}:1: can't understand: program /x sings\n${SINGS}`,
        },
      ],
    );
  });

  test("--update writes the trace of a new scenario, and of one that differs; without it a new one fails", () => {
    const [directives] = FAILS.split("---\n");
    const files = { "tests/new.txt": directives!, "tests/old.txt": FAILS.replace("reboot(RB_POWER_OFF)", "reboot()") };
    const before = run(files);
    assert.equal(before.status, 1);
    assert.match(before.stdout, /tests\/new\.txt has no trace yet: wasinit test --update writes it/);
    const update = wasinit(["test", "--update"], { cwd: before.cwd });
    assert.match(
      printed(update.stdout),
      /^✓ tests\/new.txt {2}\(written, TIME\)\n✓ tests\/old.txt {2}\(written, TIME\)\n/,
    );
    assert.equal(update.status, 0);
    for (const name of Object.keys(files)) assert.equal(readFileSync(join(before.cwd, name), "utf8"), FAILS);
    assert.equal(wasinit(["test"], { cwd: before.cwd }).status, 0);
  });

  test("--update writes nothing of a scenario that makes no sense, or whose file can't be written", () => {
    const bad = "program /usr/bin/worker exits 1\nfail mount /none EPERM\n";
    const { cwd, status, stdout } = run({ "tests/bad.txt": bad }, "--update");
    assert.match(
      stdout,
      /\n {4}tests\/bad\.txt:2: never happened: fail mount \/none EPERM\n {4}its trace is not written, because of that\n/,
    );
    assert.equal(status, 1);
    assert.equal(readFileSync(join(cwd, "tests/bad.txt"), "utf8"), bad);
    assert.deepEqual(readdirSync(join(cwd, "tests")), ["bad.txt"]);
  });

  test("colours are for a terminal: there are none in a pipe", () => {
    const { stdout } = run({ "tests/a.txt": FAILS, "tests/b.txt": "nonsense\n" });
    assert.ok(!stdout.includes("\x1b"));
  });
});

const SECONDS = 5;

test(`a new project is tested in less than ${SECONDS} s`, (t) => {
  const times = [1, 2, 3].map((n) => {
    const start = performance.now();
    assert.equal(run({ "init.ts": `${WORKER}// ${n}: no other project's module\n`, "tests/a.txt": FAILS }).status, 0);
    return (performance.now() - start) / 1000;
  });
  const best = Math.min(...times);
  t.diagnostic(`${best.toFixed(1)} s`);
  if (best >= SECONDS && loadavg()[0]! > availableParallelism())
    return t.skip(`the machine is busy: ${best.toFixed(1)} s`);
  assert.ok(best < SECONDS, `${best.toFixed(1)} s`);
});

describe("a child that becomes a program", () => {
  const SERVICE = policy(
    `const pid = linux.fork();
     if (pid == 0) {
       linux.setsid();
       linux.execv("/bin/web", ["--port", "80"]);
       linux._exit(127);
     }
     linux.waitpid(pid, 0);
     linux.reboot(linux.RB_POWER_OFF);`,
  );
  const SCENARIO = `program /bin/web exits 0 after 5 s
---
fork() = 100
[pid 100] setsid() = 100
[pid 100] execv("/bin/web", ["--port", "80"])
[+ 5.000 s] /bin/web exits with 0
waitpid(100, 0) = 100</bin/web>, exited with 0
reboot(RB_POWER_OFF)
-- the machine powers off
`;

  for (const engine of ["node", "wasmtime"]) {
    test(`--engine ${engine}`, () => {
      const cwd = project({ "init.ts": SERVICE, "tests/web.txt": SCENARIO, "tests/bad.txt": `${SCENARIO}more\n` });
      const { status, stdout } = wasinit(["test", "--engine", engine], { cwd, env: { WASMTIME } });
      assert.match(stdout, /^✗ tests\/bad\.txt[^]*\n {4}- more\n[^]*✓ tests\/web\.txt[^]*\n1 passed, 1 failed/m);
      assert.equal(status, 1);
    });
  }
});

describe("what a policy keeps, and its --check", () => {
  test("kept at", () => {
    const keeps = policy(
      'linux.syslog(6, "kept %d", null, kept[1]); linux.reboot(linux.RB_POWER_OFF);',
      "export const kept: StaticArray<i32> = [1, 2];",
    );
    const trace = "reboot(RB_POWER_OFF)\n-- the machine powers off\n";
    const { status, stdout } = run({
      "init.ts": keeps,
      "tests/first.txt": `---\nlog <6>init: kept 2\n${trace}`,
      "tests/trap.txt": `kept at 4 is 77\n---\nlog <6>init: kept 77\n${trace}`,
    });
    assert.equal(status, 0, stdout);
  });

  test("a policy without check, and without kept, says so", () => {
    const { stdout } = run({ "init.ts": policy(""), "tests/a.txt": "check\n", "tests/b.txt": "kept at 0 is 1\n" });
    assert.match(stdout, /the policy exports no `check`/);
    assert.match(stdout, /tests\/b\.txt:1: the policy exports no `kept`/);
  });
});

describe("the files of the simulated kernel", () => {
  test("are those by which the library sets the kernel's parameters", () => {
    const body = `setHostname("web");
      sysctl("kernel.domainname", "example.org");
      sysctl("kernel.panic", "10");
      sysctl("vm.swappiness", "10");
      sysctl("net.ipv4.ip_forward", "1");
      sysctl("kernel.hostnam", "web");
      powerOff();`;
    const { cwd } = run(
      {
        "init.ts": `import { powerOff, setHostname, sysctl } from "wasinit";\nexport function boot(): void {\n${body}\n}\n`,
        "tests/a.txt": "trace to powering off\n",
      },
      "--update",
    );
    const trace = readFileSync(join(cwd, "tests/a.txt"), "utf8");
    for (const name of ["kernel/hostname", "kernel/domainname", "kernel/panic", "vm/swappiness", "net/ipv4/ip_forward"])
      assert.match(trace, new RegExp(`^write\\(\\d</proc/sys/${name}>, .*\\) = \\d+$`, "m"));
    assert.match(trace, /can't open \/proc\/sys\/kernel\/hostnam: ENOENT/);
  });
});

describe("--faults", { concurrency: 2 }, () => {
  test("a policy of the library comes to its end, whatever fails", () => {
    const { status, stdout } = run({ "tests/a.txt": FAILS }, "--faults");
    const [, lives] = /^✓ tests\/a\.txt {2}\(.* s, ([\d,]+) lives with a failing call\)$/m.exec(stdout) ?? [];
    assert.ok(Number(lives?.replace(",", "")) > 500, stdout);
    assert.equal(status, 0);
  });

  const END = "while (true) linux.reboot(linux.RB_POWER_OFF);";
  const cases: [what: string, body: string, told: RegExp][] = [
    [
      "a policy that waits for a child which it could not fork",
      `if (linux.fork() == 0) linux._exit(0);
       while (linux.sigtimedwait(u64.MAX_VALUE, -1) != 17) continue;
       ${END}`,
      /^ {4}call 1, fork\(\) = -EAGAIN, -ENOMEM, -ENOSYS: waits for ever\n {6}fork\(\) = -EAGAIN\n {6}-- waits for ever$/m,
    ],
    [
      "one that tries without end",
      `while (linux.mkdir("/a", 0) < 0) continue;
       while (linux.chdir("/a") < 0) linux.chdir("/");
       while (linux.sync() < 0) linux.mkdir("/b", 0);
       ${END}`,
      /^1 passed, 0 failed/m,
    ],
    [
      "one that makes calls without end",
      `const error = linux.chdir("/a");
       while (error < 0) linux.chdir("/b");
       ${END}`,
      /^ {4}call 1, chdir\("\/a"\) = -EACCES, .*-EBADF: makes calls without end$/m,
    ],
    [
      "one that traps",
      `assert(linux.chdir("/a") == 0);
       ${END}`,
      /^ {4}call 1, chdir\("\/a"\) = -EACCES, .*: trap: unreachable$[^]*^ {6}-- the policy traps$/m,
    ],
    [
      "one that returns",
      `if (linux.sync() < 0) return;
       ${END}`,
      /^ {4}call 1, sync\(\) = -EBADF, -EIO, -ENOSPC: boot returned$/m,
    ],
    [
      "one whose child goes wrong",
      `if (linux.fork() == 0) {
         if (linux.setsid() < 0) linux.sigtimedwait(0, -1);
         linux._exit(0);
       }
       ${END}`,
      /^ {4}call 2, setsid\(\) = -EPERM: pid 100 waits for ever$/m,
    ],
  ];
  for (const [what, body, told] of cases) {
    test(`tells of ${what}`, () => {
      const { cwd, stdout } = run({ "init.ts": policy(body), "tests/a.txt": "" }, "--update");
      assert.match(stdout, /^✓ tests\/a\.txt {2}\(written/m);
      const swept = wasinit(["test", "--faults"], { cwd });
      assert.match(swept.stdout, told);
      assert.equal(swept.status, Number(!/^1 passed/m.test(swept.stdout)));
    });
  }

  test("tells of a scenario that has no end, even if no call fails, and goes on with the next one", () => {
    const ends = "program /usr/bin/worker exits 0\n";
    const waits = "program /usr/bin/worker runs for ever\n";
    const { cwd } = run(
      { "tests/a.txt": waits, "tests/b.txt": ends, "tests/c.txt": `${waits}until 60 s\n` },
      "--update",
    );
    const { stdout, status } = wasinit(["test", "--faults"], { cwd });
    assert.match(
      stdout,
      /^✗ tests\/a\.txt {2}\(\d+ ms\)\n {4}tests\/a\.txt has no end, even if no call fails: waits for ever; for --faults say where it ends, by an `until`\n✓ tests\/b\.txt .* lives.*\n✓ tests\/c\.txt .* lives/,
    );
    assert.equal(status, 1);
  });

  test("the loop that docs/scenarios.md has waits for no child that is no more", () => {
    const [, loop] = /^```ts\n(while \(true\) \{\n {2}const child = waitpid[^]*?)^```$/m.exec(PAGE) ?? [];
    const body = `const pid = fork();
      if (pid == 0) {
        execv("/bin/web", []);
        _exit(127);
      }
      if (pid > 0) ${loop!}
      while (true) reboot(RB_POWER_OFF);`;
    const imports = "ECHILD, RB_POWER_OFF, WNOHANG, _exit, execv, fork, reboot, sigtimedwait, waitpid";
    const file = (loop: string) =>
      `import { ${imports} } from "wasinit/linux";\nconst SIGNALS = u64.MAX_VALUE;\nexport function boot(): void {\n${loop}\n}\n`;
    const scenario = { "tests/a.txt": "program /bin/web exits 0 after 5 s\n" };
    const good = run({ "init.ts": file(body), ...scenario }, "--update", "--faults");
    assert.equal(good.status, 0, good.stdout);
    const bad = run(
      { "init.ts": file(body.replace(" || child == -ECHILD", "").replace("1000", "-1")), ...scenario },
      "--update",
      "--faults",
    );
    assert.match(bad.stdout, /waitpid\(-1, WNOHANG\) = .*-ECHILD, .*: waits for ever$/m);
  });

  test("tells of one that computes without end, and goes on with the next life", () => {
    const body = `if (linux.chdir("/a") == -5) while (true) loops++;
      ${END}`;
    const files = { "init.ts": policy(body, "let loops = 0;"), "tests/a.txt": "" };
    const { cwd } = run(files, "--update");
    const { stdout, status } = wasinit(["test", "--faults"], { cwd });
    assert.match(stdout, /^ {4}call 1, chdir\("\/a"\) = -EIO: it computes for 10 s without a call$/m);
    assert.equal(status, 1);
  });

  test("each errno is tried of each call, and an end that the scenario names is one", () => {
    const body = `linux.chdir("/a");
      while (true) linux.sigtimedwait(u64.MAX_VALUE, 1000);`;
    const { cwd } = run({ "init.ts": policy(body), "tests/a.txt": "until 3500 ms\n" }, "--update");
    const { stdout, status } = wasinit(["test", "--faults", "--json"], { cwd });
    const [{ faults }] = JSON.parse(stdout).tests;
    // chdir(2) has 9 errnos, sigtimedwait(2) 3, and is called four times.
    assert.deepEqual(faults, { lives: 9 + 3 * 4, failures: [] });
    assert.equal(status, 0);
  });
});

describe("what can't be tested is told, with exit status 1", { concurrency: 2 }, () => {
  const cases: [what: string, files: Record<string, string>, args: string[], told: RegExp][] = [
    [
      "a type error",
      { "init.ts": WORKER.replace("const status = ", "const status: string = ") },
      [],
      /TS2322[^]*const status: string = run[^]*init\.ts\(5,\d+\)/,
    ],
    [
      "a policy without boot",
      { "init.ts": WORKER.replace("boot", "start") },
      [],
      /init\.ts.*exports no function `boot`/,
    ],
    [
      "an import that the host does not have",
      { "init.ts": "export declare function ptrace(): i32;\nexport function boot(): void { ptrace(); }\n" },
      [],
      /init\.ts: .*no import init\.ptrace/,
    ],
    ["no policy", {}, ["--policy", "none.ts"], /there is no none\.ts/],
    [
      "no scenario of that name",
      {},
      ["tests/none.txt"],
      /tests\/none\.txt can't be read: no such file or directory \(ENOENT\)/,
    ],
    ["a directory without scenarios", { "other/a.md": "" }, ["other"], /there is no scenario other\/\*\.txt/],
    ["a module that is none", { "init.wasm": "text" }, ["--policy", "init.wasm"], /init\.wasm: /],
    ["no wasmtime", {}, ["--engine", "wasmtime"], /there is no wasmtime: install it \(https:\/\/wasmtime\.dev\)/],
    [
      "calls that fail under wasmtime",
      {},
      ["--engine", "wasmtime", "--faults"],
      /--faults are lived by the engine node only/,
    ],
  ];
  for (const [what, files, args, told] of cases) {
    test(what, () => {
      const { status, stdout, stderr } = run({ "tests/a.txt": FAILS, ...files }, ...args);
      assert.match(stderr, told);
      assert.match(stderr, /^wasinit: /);
      assert.ok(!/^ +at /m.test(stderr), "there is no stack of ours");
      assert.equal(stdout, "");
      assert.equal(status, 1);
    });
  }

  test("no scenario at all", () => {
    const { status, stderr } = run({});
    assert.match(stderr, /^wasinit: there is no scenario tests\/\*\.txt/);
    assert.equal(status, 1);
  });

  test("an option that there is not: exit status 2", () => {
    assert.equal(run({}, "--engine", "v8").status, 2);
  });

  const scenarios: [what: string, text: string, told: string][] = [
    ["a word that there is not", "# comment\n\nprogram /bin/x sings\n", "3: can't understand: program /bin/x sings"],
    [
      "a trace without ---",
      'mkdir("/a", 0) = 0\n',
      '1: can\'t understand: mkdir("/a", 0) = 0\n      it is of the trace, which stands behind a line ---',
    ],
    [
      "a word that is misspelt",
      "progam /bin/x exits 0\n",
      "1: can't understand: progam /bin/x exits 0\n      it should be: program PATH exits STATUS [after TIME], such as: program /bin/web exits 1 after 5 s",
    ],
    ["a file that is changed before it is there", "patch /x 0 1\n", "1: there is no /x yet"],
    ["a program that is never started", "program /bin/x exits 0\n", "1: never started: /bin/x"],
    ["a failure that never happens", "\nfail mount /none EPERM\n", "2: never happened: fail mount /none EPERM"],
    ["a signal that comes too late", "at 50 s SIGTERM\n", "1: never happened: SIGTERM"],
    ["an end that never comes", "until 50 s\n", "1: never happened: until goes on after 50.000 s"],
    ["a trace from what never comes", "\ntrace from nothing\n", "2: never happened: trace from nothing"],
    ["a second trace of that kind", "trace to reboot\ntrace from more\n", "2: never happened: trace from more"],
  ];
  for (const [what, text, told] of scenarios) {
    test(`a scenario with ${what}`, () => {
      const { status, stdout } = run({ "init.ts": policy("linux.reboot(linux.RB_POWER_OFF);"), "tests/a.txt": text });
      assert.ok(stdout.includes(`\n    ${join("tests", "a.txt")}:${told}\n`), stdout);
      assert.equal(status, 1);
    });
  }

  test("a policy that traps, with the lines in which it did", () => {
    const more = "const NAMES: string[] = [];\nfunction pick(n: i32): string {\n  return NAMES[n];\n}";
    const files = {
      "init.ts": policy('linux.mkdir("/a", 0);\n  linux.mkdir(pick(1), 0);', more),
      "tests/a.txt": "---\n",
    };
    const { cwd, stdout, status } = run(files);
    const lines = [
      "    trap: unreachable",
      "        at abort (~lib/wasinit/abort.ts:12:3)",
      "        at Array<String>[] (~lib/array.ts:114:63)",
      "        at pick (init.ts:4:10)",
      "        at boot (init.ts:8:15)",
    ];
    assert.ok(stdout.includes(`\n${lines.join("\n")}\n`), stdout);
    const elsewhere = wasinit(["test", "--policy", join(cwd, "init.ts"), join(cwd, "tests/a.txt")]);
    assert.match(elsewhere.stdout, /^ {8}at pick \(project-\w+\/init\.ts:4:10\)$/m);
    assert.match(stdout, /^ {4}\+ -- the policy traps$/m);
    assert.equal(status, 1);
  });

  test("why a policy traps, also where its trace is hidden", () => {
    const { cwd } = run({
      "init.ts": policy('assert(false, "so it is");'),
      "tests/a.txt": "trace from nothing\n---\n",
    });
    for (const engine of ["node", "wasmtime"]) {
      const { stdout } = wasinit(["test", "--engine", engine], { cwd, env: { WASMTIME } });
      assert.match(stdout, /^ {4}\+ log <2>init: abort: so it is\n {4}\+ log <2>init: at init.ts:4$/m);
      assert.ok(!stdout.includes("never happened"), stdout);
    }
  });

  test("a trace may be that of the end alone", () => {
    const end = "trace from powers off\n---\n-- the machine powers off\n";
    assert.equal(run({ "init.ts": policy("linux.reboot(linux.RB_POWER_OFF);"), "tests/a.txt": end }).status, 0);
  });

  test("a policy that uses its memory up", () => {
    const more = "let kB: StaticArray<u8> | null = null;";
    const { stdout } = run({
      "init.ts": policy("while (true) kB = new StaticArray<u8>(1000);", more),
      "tests/a.txt": "---\n",
    });
    assert.match(stdout, /^ {4}trap: unreachable \(the memory is used up: 16 pages of 64 kB\)\n {8}at /m);
  });

  test("a module that traps, with the function in which it did", () => {
    const { cwd } = run({ "init.ts": policy("unreachable();"), "tests/a.txt": "---\n" });
    assert.equal(wasinit(["compile", "init.ts", "-o", "init.wasm"], { cwd }).status, 0);
    const { stdout } = wasinit(["test", "--policy", "init.wasm"], { cwd });
    assert.match(stdout, /^ {4}trap: unreachable\n {8}at init\/boot$/m);
  });

  test("a policy whose boot returns, in both engines", () => {
    const { cwd } = run({ "init.ts": policy("linux.sync();"), "tests/a.txt": "---\nsync() = 0\n-- boot returned\n" });
    for (const engine of ["node", "wasmtime"]) {
      const { status, stdout } = wasinit(["test", "--engine", engine], { cwd, env: { WASMTIME } });
      assert.match(stdout, /^ {4}boot must not return: it counts as a failure of the policy, and is called again$/m);
      assert.equal(status, 1);
    }
  });

  test("a policy that makes calls without end, whose trace is not written", () => {
    const { cwd, stdout, status } = run(
      { "init.ts": policy('while (true) {\n linux.chdir("/a");\n linux.chdir("/b");\n}'), "tests/a.txt": "" },
      "--update",
    );
    assert.match(
      stdout,
      /^ {4}it makes calls without end: 20,000 were made\n(?: {6}chdir\("\/[ab]"\) = 0\n){7} {6}-- makes calls without end\n {4}its trace is not written, because of that\n\n0 passed, 1 failed/m,
    );
    assert.equal(status, 1);
    assert.equal(readFileSync(join(cwd, "tests/a.txt"), "utf8"), "");
    assert.equal(wasinit(["test"], { cwd }).status, 1);
  });

  test("a policy that calls itself without end, each function once", () => {
    const more = `function even(n: i32): i32 {
  return odd(n + 1) + 1;
}
function odd(n: i32): i32 {
  return even(n + linux.sync()) + 1;
}`;
    const files = { "init.ts": policy("linux.setsid();\n  if (even(1)) linux.sync();", more), "tests/a.txt": "" };
    const { cwd, stdout } = run({ ...files, "init.ts": files["init.ts"].replace("n + linux.sync()", "n") });
    assert.match(
      stdout,
      /^ {4}trap: Maximum call stack size exceeded\n(?: {8}at (?:even|odd)(?: \(init\.ts:[36]:10\))?\n){2,4} {8}\.\.\. [\d,]+ times\n(?: {8}at (?:even|odd) \(.*\)\n)? {8}at boot \(init\.ts:\d+:\d+\)$/m,
    );
    assert.equal(wasinit(["compile", "init.ts", "-o", "init.wasm"], { cwd }).status, 0);
    const module = wasinit(["test", "--policy", "init.wasm"], { cwd }).stdout;
    assert.match(module, /trap: Maximum[^]*\n {8}\.\.\. [\d,]+ times\n/);
  });

  test("a policy that computes without end", () => {
    const { stdout, status } = run({
      "init.ts": policy("while (true) loops++;", "let loops = 0;"),
      "tests/a.txt": "---\n",
    });
    assert.match(stdout, /^ {4}it computes for 10 s without a call$/m);
    assert.equal(status, 1);
  });
});

describe("--watch", { concurrency: 2 }, () => {
  /** A command that watches a project, and what it has told. */
  function watch(cwd: string, ...args: string[]) {
    const env = { PATH: process.env.PATH, XDG_CACHE_HOME: join(folder, "cache") };
    const child = spawn(process.execPath, [COMMAND, "test", "--watch", ...args], { cwd, env, stdio: "pipe" });
    let [out, errors] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
    const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal ?? code)));
    const until = async (what: () => boolean) => {
      for (let tries = 0; !what(); tries++) {
        if (tries === 600) child.kill("SIGKILL");
        assert.ok(tries < 600, `${out}${errors}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const sums = () => out.match(/^\d passed, \d failed/gm) ?? [];
    return {
      sums,
      says: (text: string) => until(() => errors.includes(text)),
      tests: (times: number) => until(() => sums().length === times),
      async end() {
        child.kill("SIGINT");
        assert.equal(await ended, "SIGINT");
      },
    };
  }

  test("tests again when the policy or a scenario changes, also after an error, until it is ended", async () => {
    const cwd = project({ "tests/a.txt": FAILS });
    const { sums, says, tests, end } = watch(cwd);
    await tests(1);
    writeFileSync(join(cwd, "tests/a.txt"), FAILS.replace("-- the machine powers off", "-- the machine halts"));
    await tests(2);
    writeFileSync(join(cwd, "init.ts"), WORKER.replace("powerOff(status)", "powerOff(statu)"));
    await says("Cannot find name 'statu'");
    writeFileSync(join(cwd, "tests/a.txt"), FAILS);
    writeFileSync(join(cwd, "init.ts"), WORKER);
    await tests(3);
    assert.deepEqual(sums(), ["1 passed, 0 failed", "0 passed, 1 failed", "1 passed, 0 failed"]);
    await end();
  });

  test("sees a scenario change also if the policy was tested before by another", async () => {
    const cwd = project({ "tests/a.txt": FAILS, "other/b.txt": FAILS });
    assert.equal(wasinit(["test"], { cwd }).status, 0);
    const { sums, tests, end } = watch(cwd, "other/b.txt");
    await tests(1);
    writeFileSync(join(cwd, "other/b.txt"), `${FAILS}more\n`);
    await tests(2);
    assert.deepEqual(sums(), ["1 passed, 0 failed", "0 passed, 1 failed"]);
    await end();
  });

  test("sees scenarios come and go, the first of them and its directory, too, and a policy that was not there", async () => {
    const cwd = project({});
    rmSync(join(cwd, "init.ts"));
    const { sums, says, tests, end } = watch(cwd);
    await says("there is no init.ts");
    writeFileSync(join(cwd, "init.ts"), WORKER);
    await says("there is no scenario");
    mkdirSync(join(cwd, "tests"));
    writeFileSync(join(cwd, "tests/a.txt"), FAILS);
    await tests(1);
    writeFileSync(join(cwd, "tests/b.txt"), FAILS);
    await tests(2);
    writeFileSync(join(cwd, "tests/notes.md"), "of no interest\n");
    rmSync(join(cwd, "tests/a.txt"));
    await tests(3);
    assert.deepEqual(sums(), ["1 passed, 0 failed", "2 passed, 0 failed", "1 passed, 0 failed"]);
    await end();
  });
});

test("--engine wasmtime: a TMPDIR that can't be used is told, with what to do", (context) => {
  const cwd = project({ "tests/a.txt": FAILS, tmp: "" });
  mkdirSync(join(cwd, "full"));
  const refuses = (TMPDIR: string, message: string, behind?: string[]) => {
    const call = { cwd, env: { WASMTIME, TMPDIR }, behind };
    const { status, stdout, stderr } = wasinit(["test", "--engine", "wasmtime"], call);
    assert.match(stderr, new RegExp(`^wasinit: ${message}\n\\(temporary files are elsewhere with TMPDIR=<DIR>\\)\n$`));
    assert.deepEqual([status, stdout], [1, ""]);
  };
  refuses("gone", "gone can't be written to: no such file or directory \\(ENOENT\\)");
  refuses("tmp", "tmp can't be written to: not a directory \\(ENOTDIR\\)");
  if (process.getuid?.() !== 0) return context.skip("only root can mount a disk that is full");
  assert.equal(wasinit(["compile"], { cwd }).status, 0);
  const pages = Math.ceil(statSync(join(cwd, "init.wasm")).size / 4096);
  for (const [size, name] of [
    ["4k", "init\\.wasm"],
    [`${4 * (pages + 1)}k`, "peek0\\.wat"],
  ] as const) {
    const behind = ["unshare", "--mount", "sh", "-c", `mount -t tmpfs -o size=${size} tmpfs full && "$@"`, "sh"];
    refuses("full", `full/.*/${name} can't be written: no space left on device \\(ENOSPC\\)`, behind);
  }
});

describe("a project as wasinit new makes it", { concurrency: 2 }, () => {
  const TEMPLATES = ["default", "microvm", "kiosk", "diskless", "update"];

  function create(template: string): string {
    const directory = mkdtempSync(join(folder, "new-"));
    assert.equal(wasinit(["new", directory, "--template", template]).status, 0);
    return directory;
  }

  for (const template of TEMPLATES) {
    test(`passes its scenarios: ${template}, in both engines`, () => {
      const cwd = create(template);
      for (const engine of ["node", "wasmtime"]) {
        const { status, stdout, stderr } = wasinit(["test", "--engine", engine], { cwd, env: { WASMTIME } });
        assert.equal(status, 0, stdout + stderr);
      }
    });
  }

  for (const template of TEMPLATES) {
    test(`comes to its end, whichever call fails: ${template}`, () => {
      const { status, stdout } = wasinit(["test", "--faults"], { cwd: create(template) });
      assert.match(stdout, /, [\d,]+ lives with a failing call {2}\(/);
      assert.equal(status, 0, stdout);
    });
  }
});

describe("the scenarios of the default logic", () => {
  const SCENARIOS = join(PROJECT, "tests/unit/scenarios");

  test("pass with the template of it", async () => {
    const { asset } = await part<{ asset(path: string): string }>("base/assets.js");
    const policy = asset("templates/default/init.ts");
    assert.ok(existsSync(policy));
    const files = readdirSync(SCENARIOS).map((name) => join(SCENARIOS, name));
    const { status, stdout, stderr } = wasinit(["test", "--policy", policy, ...files]);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, new RegExp(`^${files.length} passed, 0 failed`, "m"));
  });
});

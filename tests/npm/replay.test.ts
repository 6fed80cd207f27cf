/** wasinit replay: what an init has recorded is lived again, to the line where it trapped; what is wrong with a trace is told. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { ARCH } from "../arch.js";
import { assemble } from "../host/modules.js";
import { type Setup, live, script, skip, skipStages } from "../host/namespace.js";
import { RB_POWER_OFF, text } from "../host/wat.js";
import { folder, wasinit } from "./installed.js";

const POLICY = `import { powerOff, run, setUp } from "wasinit";

const NAMES: string[] = ["/bin/one", "/bin/two"];

function pick(n: i32): string {
  return NAMES[n]; // traps
}

export function boot(): void {
  setUp();
  for (let n = 1; n < 3; n++) {
    run(pick(n)); // calls it
  }
  powerOff(0);
}
`;

const lineOf = (what: string) => POLICY.split("\n").findIndex((line) => line.includes(what)) + 1;

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

/** An /init that records, of a policy or a module. */
function recorder(policy: string): Uint8Array {
  const { status, stderr } = wasinit([
    "build",
    policy,
    "--record",
    "-a",
    ARCH,
    "-o",
    `${policy}.init`,
    "--update-lock",
  ]);
  assert.equal(status, 0, stderr);
  return readFileSync(join(folder, `${policy}.init`));
}

function record(policy: string, setup: Setup = {}) {
  return live({ binary: recorder(policy), environment: ["record=/out/trace"], ...setup });
}

function replay(trace: string, ...args: string[]): string[] {
  file("a.trace", trace);
  const { status, stdout, stderr } = wasinit(["replay", "a.trace", ...args]);
  assert.equal(stderr, "");
  return [`status ${status}`, ...stdout.trimEnd().split("\n")];
}

function refusal(trace: string): string {
  file("a.trace", trace);
  const { status, stderr } = wasinit(["replay", "a.trace", "init.ts"]);
  assert.equal(status, 1);
  return stderr;
}

describe("a life that traps", { skip: skipStages }, () => {
  let trace = "";
  let lines: string[] = [];

  before(async () => {
    file("init.ts", POLICY);
    const life = record("init.ts", { files: { "/bin/two": script("exit 3") } });
    await life.logs("the logic has ended", 2);
    life.kill();
    await life.end;
    trace = life.read("trace").toString();
    lines = trace.split("\n");
  });

  test("is lived again, to the same line", () => {
    const stack = [
      "    at abort (~lib/wasinit/abort.ts:12:3)",
      "    at Array<String>[] (~lib/array.ts:114:63)",
      `    at pick (init.ts:${lineOf("// traps")}:10)`,
      `    at boot (init.ts:${lineOf("// calls it")}:9)`,
    ];
    const told = replay(trace, "init.ts").map((line) => line.replace(/^\d+ calls,/, "N calls,"));
    const trap = "N calls, then it trapped: unreachable (Index out of range)";
    const [status, header, ...rest] = told;
    assert.deepEqual([status, header], ["status 0", `a.trace: recorded by wasinit 0.1.0 on ${ARCH}`]);
    assert.match(rest.pop()!, /^Of its children there is a trace, too: --child \d+$/); // It forks, to become /bin/two.
    assert.deepEqual(rest, [trap, ...stack, "The host started it again.", trap, ...stack]);
  });

  test("is found in a log, among other lines", () => {
    const log = lines.map((line, i) => `[ ${i}.000000] ${line}\r\n[ ${i}.1] usb 1-1: new device`).join("\n");
    assert.deepEqual(replay(log, "init.ts"), replay(trace, "init.ts"));
  });

  test("by --verbose each call is told, with texts and names, and the time as far as it is known", () => {
    const told = replay(trace, "init.ts", "--verbose").join("\n");
    assert.match(told, /^mount\("none", "\/proc", "proc", MS_NOSUID\|MS_NODEV\|MS_NOEXEC, null\) = 0$/m);
    assert.match(told, /^open\("\/dev\/null", O_RDWR\|O_NOCTTY\|O_NONBLOCK\|O_CLOEXEC, 0\) = 3$/m);
    assert.match(told, /^\[ *\d+\.\d{6}\] waitpid\(-1, WNOHANG\) = \d+, exited with 3$/m);
    assert.match(told, /^\[ *\d+\.\d{6}\] log <6>init: running \/bin\/two$/m);
  });

  test("by --json all of it is told as data", () => {
    file("a.trace", trace);
    const { stdout } = wasinit(["replay", "a.trace", "init.ts", "--json"]);
    const { isSame, isSameBuild, instances } = JSON.parse(stdout);
    assert.deepEqual(
      { isSame, isSameBuild, instances: instances.length },
      { isSame: true, isSameBuild: true, instances: 2 },
    );
    assert.equal(instances[0].ending.stack[2].line, lineOf("// traps"));
  });

  test("of another policy the first call is shown that differs", () => {
    file("mended.ts", POLICY.replace("n < 3", "n < 2").replace('"/bin/one"', '"/bin/another/one"'));
    const [status, , other, ...told] = replay(trace, "mended.ts");
    assert.equal(status, "status 1");
    assert.equal(other, "mended.ts is another build than the one that was recorded.");
    assert.match(told[0]!, /^\d+ calls, then it does something else$/);
    assert.match(told[1]!, /^ {2}record \d+: log <2>init: abort: Index out of range$/);
    assert.equal(told[2], "  mended.ts: log <0>init: exit status 0");
    assert.match(told.at(-2)!, /^ {4}at boot \(mended.ts:14:3\)$/);
  });

  test("of which the end is missing is lived as far as it goes", () => {
    const at = lines.findIndex((line) => line.includes(" sigtimedwait("));
    const cut = `${lines.slice(0, at).join("\n")}\n${lines[at]!.slice(0, 20)}`;
    const told = replay(cut, "init.ts");
    assert.equal(told[0], "status 0");
    assert.equal(told[2], `Damaged lines of that file: ${at + 1}`);
    const doing = /then the trace ends, as it calls sigtimedwait\(every signal, .*\): the machine died there/;
    assert.match(told[3]!, doing);
  });

  for (const [what, change] of [
    ["is missing", (at: number) => lines.filter((_, i) => i !== at)],
    ["is damaged", (at: number) => lines.map((line, i) => (i === at ? line.replace("(", "[") : line))],
  ] as const) {
    test(`of which a line ${what} is lived up to there, and from the next start on`, () => {
      const told = replay(change(lines.findIndex((line) => line.includes(" mount("))).join("\n"), "init.ts");
      assert.equal(told[0], "status 1");
      assert.ok(
        told.some((line) => /then 1 lines of the trace are missing/.test(line)),
        told.join("\n"),
      );
      assert.ok(
        told.some((line) => /then it trapped: unreachable/.test(line)),
        told.join("\n"),
      );
    });
  }

  for (const [what, from, to] of [
    ["a text", /"\/bin\/two"/, '"/bin/too"'],
    ["a number", /^(record: \d+ close_range)\(3/, "$1(4"],
    ["a result", /(waitpid.*) = \d{4,}$/, "$1 = 77"],
  ] as const) {
    test(`of which ${what} is another, is found out`, () => {
      const forged = lines.map((line) => {
        const text = line.replace(/ ~.*/, "");
        return from.test(text) ? signed(text.replace(from, to)) : line;
      });
      assert.notDeepEqual(forged, lines);
      const told = replay(forged.join("\n"), "init.ts");
      assert.equal(told[0], "status 1");
      assert.match(told[2]!, /^\d+ calls, then it does something else$/);
    });
  }

  test("of another format, or no trace at all, is refused", () => {
    const other = signed(lines[0]!.replace("format=1", "format=2").replace(/ ~.*/, ""));
    assert.match(
      refusal([other, ...lines.slice(1)].join("\n")),
      /^wasinit: the trace is of format 2, as wasinit 0.1.0/,
    );
    assert.match(refusal("Linux version 6.12\n"), /^wasinit: there is no trace in it/);
    assert.match(refusal(lines.slice(1, 9).join("\n")), /^wasinit: the trace has lost its beginning/);
  });
});

/** A line with the checksum that is its own. */
function signed(line: string): string {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(line)) sum = Math.imul(sum ^ byte, 0x01000193);
  return `${line} ~${(sum >>> 0).toString(16).padStart(8, "0")}`;
}

describe("a recorder", { skip }, () => {
  /** A module that forks a child, which ends; makes a call so often, waits for the child, and powers off. */
  const busy = (times: number) =>
    file(
      "busy.wasm",
      assemble(`(module
        (import "linux" "chdir" (func $chdir (param i32) (result i32)))
        (import "linux" "fork" (func $fork (result i32)))
        (import "linux" "_exit" (func $exit (param i32) (result i32)))
        (import "linux" "waitpid" (func $waitpid (param i32 i32) (result i64)))
        (import "linux" "reboot" (func $reboot (param i32) (result i32)))
        (memory (export "memory") 1)
        ${text(1024, "/no/such/directory/as/this/one")}
        (func $boot (export "boot") (local $n i32)
          (if (i32.eqz (call $fork)) (then (drop (call $exit (i32.const 7)))))
          (loop $again
            (drop (call $chdir (i32.const 1024)))
            (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const ${times}))))
          (drop (call $waitpid (i32.const -1) (i32.const 0)))
          (drop (call $reboot (i32.const ${RB_POWER_OFF})))))`),
    );

  test("whose file is not there does not hold up the life, and says so", async () => {
    const life = await record(busy(1), { environment: ["record=/out/none"] }).ends("power-off or halt");
    assert.ok(life.log.includes("<3>record=/out/none takes no more: No such file or directory"), life.shown());
  });

  test("without record= records nothing", async () => {
    const life = await record(busy(1), { environment: [] }).ends("power-off or halt");
    assert.equal(life.read("trace").length, 0);
  });

  test("follows a child that is forked, whose life can be lived, too", async () => {
    const life = await record(busy(3)).ends("power-off or halt");
    const trace = life.read("trace").toString();
    const [, pid] = / fork\(\) = ([1-9]\d*)/.exec(trace) ?? [];
    assert.equal(replay(trace, "busy.wasm").at(-3), "6 calls, then reboot(RB_POWER_OFF), which did not return");
    assert.equal(replay(trace, "busy.wasm", "--child", pid!)[2], "2 calls, then _exit(7), which did not return");
  });

  test("of many calls loses none", async () => {
    const life = await record(busy(20_000)).ends("power-off or halt");
    const told = replay(life.read("trace").toString(), "busy.wasm");
    assert.equal(told[2], "20,003 calls, then reboot(RB_POWER_OFF), which did not return");
  });
});

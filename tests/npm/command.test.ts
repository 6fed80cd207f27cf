/** The command's face: help, exit codes, colours. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { COMMAND, VERSION, folder, part, wasinit } from "./installed.js";

const HELP = wasinit(["--help"]);
const COMMANDS = [...HELP.stdout.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name!);
const COLOUR = "\x1b[";

const work = join(folder, "work");
mkdirSync(work);
writeFileSync(join(work, "wrong.ts"), "export function boot(): void {\n  nothing();\n}\n");

/** What the command prints on a terminal, and its exit status. */
function onTerminal(args: string[], env: NodeJS.ProcessEnv = {}): string {
  const line = [process.execPath, COMMAND, ...args].map((word) => `'${word}'`).join(" ");
  return execFileSync("script", ["-qec", `${line}; echo "status $?"`, "/dev/null"], {
    ...{ cwd: work, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    env: { PATH: process.env.PATH, TERM: "xterm-256color", ...env },
  });
}

test("--version is that of the package", () => {
  assert.deepEqual(wasinit(["--version"]), { status: 0, stdout: `${VERSION}\n`, stderr: "" });
});

test("help of the whole names the commands, and the exit codes", () => {
  assert.deepEqual([HELP.status, HELP.stderr], [0, ""]);
  for (const name of ["new", "build", "run", "image", "inspect"]) assert.ok(COMMANDS.includes(name), HELP.stdout);
  assert.match(HELP.stdout, /^Exit status:\n {2}0 .*\n {2}1 .*\n {2}2 /m);
});

for (const name of COMMANDS) {
  test(`help of ${name} has examples, whose options it has`, () => {
    const { status, stdout } = wasinit([name, "--help"]);
    assert.equal(status, 0);
    assert.deepEqual(stdout, wasinit(["help", name]).stdout);
    const [options, examples] = stdout.split("\nExamples:\n") as [string, string];
    const used = examples.match(/(?<= )--?[a-z][a-z-]*/g) ?? [];
    for (const option of used) assert.match(options, new RegExp(`(^|[ ,])${option}[ ,]`, "m"), option);
    assert.ok(examples.includes(`  wasinit ${name}`), examples);
  });
}

test("a call that is wrong exits with 2, says why, and prints nothing", () => {
  for (const [args, why] of [
    [["bulid"], /^error: unknown command 'bulid'\n\(Did you mean build\?\)/],
    [["build", "--archs", "x"], /^error: unknown option '--archs'\n\(Did you mean --arch\?\)/],
    [
      ["build", "--arch", "mips"],
      /^error: option '-a, --arch <ARCH>' argument 'mips' is invalid. Allowed choices are x86_64,/,
    ],
    [["build", "--stack", "much"], /'--stack <BYTES>' argument 'much' is invalid. It is no number./],
    [["build", "a.ts", "b.ts"], /^error: too many arguments/],
    [["build", "--watch", "--json"], /^error: option '-w, --watch' cannot be used with option '--json'/],
    [["new"], /^error: missing required argument 'DIR'/],
    [["image"], /^error: required option '-r, --root <DIR>' not specified/],
    [[], /^Usage: wasinit/],
  ] as [string[], RegExp][]) {
    const { status, stdout, stderr } = wasinit(args);
    assert.deepEqual([status, stdout], [2, ""], args.join(" "));
    assert.match(stderr, why);
  }
});

test("what is wrong with what it was given exits with 1, without a stack", () => {
  const { status, stdout, stderr } = wasinit(["build", "wrong.ts"], { cwd: work });
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /^wasinit: wrong\.ts can't be compiled:\n/);
  assert.doesNotMatch(stderr, /^ {4}at /m);
});

test("so does what the system would not do, and nobody has foreseen", () => {
  const long = "x".repeat(300);
  symlinkSync("loop", join(work, "loop"));
  for (const [args, message] of [
    [["image", "--root", long], `wasinit: ${long}: name too long (ENAMETOOLONG)\n`],
    [["image", "--root", "loop"], "wasinit: loop: too many symbolic links encountered (ELOOP)\n"],
  ] as [string[], string][]) {
    assert.deepEqual(wasinit(args, { cwd: work }), { status: 1, stdout: "", stderr: message });
  }
});

test("an error of the command's own has its stack", async () => {
  const { messageOf } = await part<{ messageOf(error: unknown): string }>("base/complaint.js");
  const error = new TypeError("it is no function");
  assert.throws(() => messageOf(error), error);
});

test("there are colours on a terminal", () => {
  assert.ok(onTerminal(["--help"]).includes(`${COLOUR}1mUsage:`));
  const wrong = onTerminal(["build", "wrong.ts"]);
  assert.ok(wrong.includes(`${COLOUR}31mwasinit:`) && wrong.includes(`${COLOUR}31mERROR${COLOUR}39m TS`), wrong);
  assert.match(wrong, /status 1\s*$/);
});

test("and none if it is told so, or the terminal has none", () => {
  for (const [args, env] of [
    [["--no-color"], {}],
    [["--no-color"], { FORCE_COLOR: "1" }],
    [[], { NO_COLOR: "1" }],
    [[], { TERM: "dumb" }],
  ] as [string[], NodeJS.ProcessEnv][]) {
    for (const call of [["--help"], ["build", "--help"], ["build", "wrong.ts"]]) {
      const printed = onTerminal([...call, ...args], env);
      assert.ok(!printed.includes(COLOUR), printed);
    }
  }
});

test("nor in a file, where FORCE_COLOR or CI is set", () => {
  const env = { CI: "true", TERM: "xterm-256color", FORCE_COLOR: "1" };
  const { stdout, stderr } = wasinit(["build", "wrong.ts"], { cwd: work, env });
  assert.ok(!`${stdout}${stderr}`.includes(COLOUR), stderr);
});

test("that nobody reads what it prints is no error", () => {
  const line = `(sleep 0.5; exec '${process.execPath}' '${COMMAND}' --help) | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", line], { encoding: "utf8" });
  assert.deepEqual([stdout, stderr], ["0\n", ""]);
});

/** What a policy is told that is written as if it was TypeScript: what to write instead, and where that is told. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { COMMAND, folder, part, wasinit } from "./installed.js";

const { compile } = await part<{ compile(path: string): Promise<{ wasm: BufferSource }> }>("compiler/compile.js");
const { explained } = await part<{ explained(messages: string[]): string }>("compiler/hints.js");
const PAGE = "docs/assemblyscript.md";

const work = join(folder, "work");
mkdirSync(work);

function put(text: string): string {
  const path = join(work, "init.ts");
  writeFileSync(path, text);
  return path;
}

/** A policy whose `boot` does this. */
const does = (text: string, imports = "info, run") => `import { ${imports} } from "wasinit";

export function boot(): void {
  ${text}
}
`;

async function refusalOf(text: string): Promise<string> {
  try {
    await compile(put(text));
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail("it is compiled");
}

const MAYBE = "const a: string | null = null;";

const POLICIES: Record<string, [policy: string, hint: string]> = {
  "an async function": ["export async function boot(): void {}\n", "no `async`"],
  await: [does('const a = await run("a");'), "no `await`"],
  "??": [does(`${MAYBE} run(a ?? "b");`), "no `??`"],
  "?.": [does(`${MAYBE} run("a", null, a?.length);`), "no `?.`"],
  "destructuring of an object": [does("const { a } = b;"), "no destructuring"],
  "destructuring of an array": [does('let [a] = ["b"];'), "no destructuring"],
  "spread in an array": [does('const a = ["a", ...["b"]];'), "no spread"],
  "spread in an object": [does("const a = { ...b };"), "no spread"],
  "for ... of": [does('for (const a of ["b"]) run(a);'), "loops count"],
  "for ... in": [does('for (const a in ["b"]) run(a);'), "loops count"],
  "a closure": [does('const a = run("b"); const tell = (): void => info("%d", null, a); tell();'), "as an argument"],
  "a try": [does('try { run("a"); } catch (error) {}'), "nothing is caught"],
  "a regular expression": [does('/a/.test("b");'), "startsWith()"],
  "what such a one finds": [does('/a/.exec("b");'), "startsWith()"],
  "a string's method for such a one": [does('"a".match(/b/);'), "startsWith()"],
  find: [does('const a = ["b"].find((c) => c == "b");'), "findIndex()"],
  "find in an array that is static": [
    does('const a: StaticArray<string> = ["b"]; a.find((c) => c == "b");'),
    "findIndex()",
  ],
  "map without its type": [
    does('const a: string | null = "b"; run(["c"].map((d) => a! + d)[0]);'),
    "map<string>(...); or write a loop",
  ],
  "another generic without its type": [does("const a = new Map();"), "new Map<string, i32>()"],
  undefined: [does('run("a", undefined);'), "no `undefined`"],
  "a type with undefined": [does("const a: string | undefined = undefined;"), "no `undefined`"],
  "as const": [does('const a = ["b"] as const;'), "leave `as const` out"],
  "a union": [does("const a: string | i32 = 1;"), "one and null"],
  "an object without a class": [does("const a = [{ b: 1 }];"), "new A(...)"],
  "a service without a class": [does('supervise([{ path: "/a" }]);', "supervise"), 'new Service("/x")'],
  "one that has more": [does('supervise([{ path: "/a", restart: true }]);', "supervise"), 'new Service("/x")'],
  "one in a line of its own": [does('supervise([\n    {\n      path: "/a",\n    },\n  ]);', "supervise"), "new A(...)"],
  "a program without a class": [does('run({ path: "/a" });'), "new A(...)"],
  "an object for a class that is made": [
    `class A { constructor(readonly b: i32) {} }\n${does("const a: A = { b: 1 };")}`,
    "new A(...)",
  ],
  "a field without a type": ["class A {\n  files = 3;\n}\nexport function boot(): void {}\n", "files: i32 = 3"],
  "a field that is more": [
    "class A {\n  private readonly files = 3;\n}\nexport function boot(): void {}\n",
    "files: i32 = 3",
  ],
  "a method that is a field": [
    "class A {\n  prepare = () => {};\n}\nexport function boot(): void {}\n",
    "write it as a method",
  ],
  "one with its type": [
    'import { Program } from "wasinit";\nclass A extends Program {\n  prepare: () => void = () => {};\n}\nexport function boot(): void {}\n',
    "write it as a method",
  ],
  any: [does("const a: any = 1;"), "no such type"],
  "a timer": [does("setTimeout(() => {}, 1);"), "waitFor() has a deadline"],
  sleep: [does("sleep(1000);"), "waitFor(NOBODY, now() + 1000)"],
  "the date": [does("const a = new Date();"), "now() tells"],
  "a date": [does('const a = new Date("2020-01-01");'), "now() tells"],
  JSON: [does('JSON.parse("1");'), "nothing of Node"],
  "a module of Node": [`import { readFileSync } from "fs";\n${does('readFileSync("a");')}`, "nothing of Node"],
  "one that says so": [`import { readFileSync } from "node:fs";\n${does('readFileSync("a");')}`, "nothing of Node"],
  "what AssemblyScript has under a name of Node's": [
    `import { randomBytes } from "crypto";\n${does("randomBytes(1);")}`,
    "nothing of Node",
  ],
  "all of that": [`import * as crypto from "crypto";\n${does("crypto.randomBytes(1);")}`, "nothing of Node"],
  "a program of Node's": [does('child_process.spawn("a");'), "run() runs a program"],
  "a module for that": [`import { spawn } from "node:child_process";\n${does('spawn("a");')}`, "run() runs a program"],
  "what else `process` has": [does("process.cwd();"), "nothing of Node"],
  "a variable of the environment": [does("run(process.env.WORKER);"), "getenv() of wasinit/linux"],
  "one that is imported": [`import { env } from "process";\n${does("run(env.WORKER);")}`, "getenv() of wasinit/linux"],
  "the arguments of the process": [does("run(process.argv[0]);"), "option() of wasinit"],
  "a file of JSON": [`import data from "./data.json";\n${does("run(data.a);")}`, "only .ts is imported"],
  "a file of JSON that says so": [
    `import data from "./data.json" with { type: "json" };\n${does("run(data.a);")}`,
    "only .ts is imported",
  ],
  "a file with the end of its name": [`import { a } from "./a.js";\n${does("a();")}`, "./other"],
  "an array that is to be static": [
    `const A = ["--a"];\n${does('run("b", A);')}`,
    "const A: StaticArray<string> = [...]",
  ],
  "null in a variable of the file": [
    `let a: string | null = null;\n${does('a = option("b"); if (a) run(a);', "option, run")}`,
    "look at a local variable",
  ],
  "null in what is never null": [does("const a: string = null; run(a);"), "string | null has null"],
  "null for a parameter that is never null": [does("run(null);"), "string | null has null"],
  "null in another place of the line": [
    `let name: string | null = null;\n${does('name = option("b"); if (name != null) run(name);', "option, run")}`,
    "look at a local variable",
  ],
  "a number behind a text": [does('const n: i32 = 1; run("a" + n);'), "by `${n}`"],
  "a number before a text": [does('const n: u64 = 1; run(n + "a");'), "by `${n}`"],
  "a number for a text of the log": [does('info("%d", 3);'), 'info("%d", null, n)'],
  "more than a text and a number": [does('info("%s %s %d", "a", "b", 1);'), "one text, and then one number"],
  "that in several lines": [
    does('info(\n    "%s %s %d",\n    "a",\n    "b",\n    1,\n  );'),
    "one text, and then one number",
  ],
  "two texts": [does('info("%s %s", "a", "b");'), "one text, and then one number"],
  "a number that is too large": [does("const a: i64 = 1; const b: i32 = a;"), "<i32>value"],
  "another case": [does("poweroff();", "poweroff"), "did you mean powerOff of wasinit?"],
  "a name that is not quite so": [
    `import { sigtimdwait } from "wasinit/linux";\n${does("sigtimdwait(0, 0);")}`,
    "did you mean sigtimedwait of wasinit/linux?",
  ],
  "a name that is not imported": [does("powerOff(0);"), 'import { powerOff } from "wasinit"'],
  "a name that is elsewhere": [does("sync();", "sync"), 'import { sync } from "wasinit/linux"'],
};

describe("a hint, once, and the page that has more", () => {
  for (const [what, [policy, hint]] of Object.entries(POLICIES)) {
    test(what, async () => {
      const refusal = await refusalOf(policy);
      assert.equal(refusal.split(hint).length - 1, 1, refusal);
      assert.equal(refusal.split("   hint: ").length - 1, 1, refusal);
      assert.ok(refusal.trimEnd().split("\n").at(-1)!.includes(PAGE), refusal);
    });
  }
});

test("each of Node's modules, with and without `node:`", async () => {
  const own = ["console", "crypto", "process"]; // AssemblyScript has files of these names
  const names = builtinModules.map((name) => name.replace(/^node:/, ""));
  const imported = [...names.filter((name) => !own.includes(name)), ...names.map((name) => `node:${name}`)];
  const refusal = await refusalOf(imported.map((name, n) => `import a${n} from "${name}";\n`).join(""));
  const messages = refusal.split("\n\n").filter((text) => text.startsWith("ERROR"));
  assert.equal(messages.length, imported.length);
  for (const message of messages) {
    assert.match(explained([message.replace(/\n {3}hint: .*/, "")]), /hint: (there is nothing of Node|run\(\))/);
  }
});

describe("what is compiled, and traps", () => {
  /** Whether `boot` ends, where each import returns 0. */
  async function ends(text: string): Promise<boolean> {
    const { wasm } = await compile(put(does(text)));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { linux: { syslog: () => 0 } });
    try {
      (exports.boot as () => void)();
      return true;
    } catch (error) {
      assert.ok(error instanceof WebAssembly.RuntimeError);
      return false;
    }
  }

  test("a variable of `process.env`, which is empty", async () => {
    assert.ok(await ends('info("%d", null, process.env.size);'));
    assert.equal(await ends('info(process.env["HOME"]);'), false);
  });

  test("new RegExp()", async () => {
    assert.equal(await ends('if (new RegExp("a").test("a")) info("a");'), false);
  });
});

test("the page is in the package", () => {
  assert.ok(existsSync(join(dirname(COMMAND), "..", PAGE)));
});

test("a variable of a closure is not said to be without a value", async () => {
  assert.doesNotMatch(await refusalOf(POLICIES["a closure"]![0]), /TS2454/);
  assert.match(await refusalOf(does('let a: i32; info("%d", null, a);')), /TS2454/);
});

test("a name that is like none has no hint", async () => {
  assert.doesNotMatch(await refusalOf(does("frobnicate();")), /hint/);
});

describe("what no host has: what to write instead, and where it is", () => {
  const CALLS: Record<string, RegExp> = {
    'console.log("a")': /env\.console\.log\n\(info\(\) of wasinit .*\)\n {3}└─ in init\.ts\(4,3\)\n$/,
    'trace("a")': /env\.trace\n\(info\(\) of wasinit /,
    "Date.now()": /env\.Date\.now\n\(now\(\) of wasinit .*\)\n {3}└─ in init\.ts\(4,3\)\n$/,
    "performance.now()": /env\.performance\.now\n\(now\(\) of wasinit /,
    "Math.random()": /env\.seed\n\(.*open\(\) and read\(\) of wasinit\/linux\)\n {3}└─ in init\.ts\(4,3\)\n$/,
    "process.exit(1)": /env\.process\.exit\n\(powerOff\(status\) of wasinit /,
  };

  for (const [call, message] of Object.entries(CALLS)) {
    test(call, () => {
      put(does(`${call}; // ${call}`));
      for (const command of ["build", "test"]) {
        writeFileSync(join(work, "life.txt"), "");
        const { status, stderr } = wasinit([command, ...(command === "test" ? ["life.txt"] : [])], { cwd: work });
        assert.equal(status, 1);
        assert.match(stderr, message);
      }
    });
  }

  test("in a file that the policy imports, and not in a comment", () => {
    writeFileSync(
      join(work, "other.ts"),
      '// console.log\n/* console.log\n */ export function a(): void {\n\n    console . log("a");\n}\n',
    );
    put(`import { a } from "./other";\n${does("a(); // console.log")}`);
    assert.match(wasinit(["build"], { cwd: work }).stderr, /└─ in other\.ts\(5,5\)\n$/);
  });
});

describe("a lock that can't be read", () => {
  const lock = join(work, "wasinit.lock");
  const build = (...args: string[]) => wasinit(["build", ...args], { cwd: work });
  after(() => rmSync(lock));

  for (const [what, text] of Object.entries({
    empty: "",
    "broken by a merge": '{\n<<<<<<< HEAD\n  "init.ts": ["linux.mount"]\n=======\n  "init.ts": []\n>>>>>>> b\n}\n',
    "no lock": "[]\n",
  })) {
    test(`${what}: what writes it anew`, () => {
      put(does('info("a");'));
      writeFileSync(lock, text);
      const { status, stderr } = build();
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^wasinit: wasinit\.lock .*\nTo write it anew: wasinit build --update-lock init\.ts, .*\n.*look/,
      );
      assert.equal(readFileSync(lock, "utf8"), text);
      assert.equal(build("--update-lock", "init.ts").status, 0);
      assert.deepEqual(JSON.parse(readFileSync(lock, "utf8")), { "init.ts": ["linux.syslog"] });
      assert.equal(build().status, 0);
    });
  }
});

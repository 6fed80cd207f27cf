/** docs/scenarios.md has each word of the scenarios, and what it has is understood; and what is not, is explained. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { DIRECTIVES, PARTS, exampleOf, explained, formsOf, isOfForm } from "../../npm/testing/directives.js";
import { PROJECT } from "../arch.js";
import { run } from "./v8.js";

const PAGE = readFileSync(join(PROJECT, "docs/scenarios.md"), "utf8");
const SOURCE = readFileSync(join(PROJECT, "npm/simulator/scenario.ts"), "utf8");

/** The phrases that the reader of scenarios looks for. */
const phrases = [...SOURCE.matchAll(/\b(?:takes|expect)\("([^"]+)"\)/g)].map(([, phrase]) => phrase!);

/** The directives in the first column of the tables. */
const directives = [...PAGE.matchAll(/^\| `([^`]+)`(?:; `[^`]+`[^|]*)? \| .*\|$/gm)]
  .map(([, directive]) => directive!)
  .filter((directive) => !/^(wasinit|#) /.test(directive));

/** What some of them speak of. */
const BEFORE = "file /kernel\nfile /kernel.initramfs\nprogram /bin/web runs for ever\n";

test("each word is in the page", () => {
  assert.ok(phrases.length > 50, "they are found");
  const words = [...PAGE.matchAll(/`([^`\n]+)`/g)].map(([, code]) => ` ${code} `).join("\n");
  assert.deepEqual(
    phrases.filter((phrase) => !words.includes(` ${phrase} `)),
    [],
  );
});

test("each directive of the page is understood", () => {
  assert.ok(directives.length > 50, "they are found");
  const problems = directives.map((directive) => `${directive}: ${run(BEFORE + directive).problem}`);
  assert.deepEqual(
    problems.filter((problem) => problem.includes("can't understand")),
    [],
  );
});

test("one that it does not have is not", () => {
  assert.match(run(`${BEFORE}program /bin/web sings\n`).problem, /^4: can't understand: program \/bin\/web sings$/m);
});

const forms = DIRECTIVES.flatMap(formsOf);

test("each form of the table is understood", () => {
  assert.ok(forms.length > 80, "parts are put in");
  const examples = forms.map(exampleOf);
  const before = "file /bin/web\n";
  assert.deepEqual(
    examples.filter((example) => run(`${before}${example}\n`).problem.includes("can't understand")),
    [],
  );
});

test("each directive of the page is of a form of the table", () => {
  assert.deepEqual(
    directives.filter((directive) => !forms.some((form) => isOfForm(directive, form))),
    [],
  );
});

test("each form of the table is in the page", () => {
  const isThere = (some: string[]) => directives.some((directive) => some.some((form) => isOfForm(directive, form)));
  assert.deepEqual(
    DIRECTIVES.filter((form) => !isThere(formsOf(form))),
    [],
  );
  for (const [name, parts] of Object.entries(PARTS)) {
    const [user = ""] = DIRECTIVES.filter((form) => form.split(" ").includes(name));
    assert.deepEqual(
      parts.filter((part) => !isThere(formsOf(user.replace(name, part)))),
      [],
    );
  }
});

/** What a line that is not understood should be. */
function hint(line: string): string {
  const { problem } = run(`file /bin/web\n${line}\n`);
  assert.equal(problem, `2: can't understand: ${line}\n`);
  return explained(problem).split("\n").slice(1, -1).join("\n");
}

const EXITS = "program PATH exits STATUS [after TIME], such as: program /bin/web exits 1 after 5 s";

describe("what a line should be", () => {
  const cases: [line: string, ...meant: string[]][] = [
    ["progam /x exits 0", EXITS],
    ["program /x exit 0", EXITS],
    ["program /x exits with 0", EXITS],
    ["program /x exits 0 after 5 seconds", EXITS],
    ["program /x exits 0 after 5s", EXITS],
    ["at 5 s signal SIGTERM", "at TIME SIGNAL, such as: at 5 s SIGTERM"],
    ["at 5 s SIGFOO", "at TIME SIGNAL, such as: at 5 s SIGTERM"],
    ["after 5 s SIGTERM", "at TIME SIGNAL, such as: at 5 s SIGTERM"],
    ["at 3 reaped SIGTERM", "after N reaped SIGNAL, such as: after 3 reaped SIGTERM"],
    ["the root is ext4", "the root is of type N, such as: the root is of type 3"],
    ["trace form boot", "trace from TEXT, such as: trace from some text", "trace to TEXT, such as: trace to some text"],
    ["fail mount /data EFOO", "fail CALL [SUBJECT] ERRNO [N times], such as: fail mount /data EBUSY 3 times"],
    ["file /x contains y", "file PATH holds TEXT, such as: file /bin/web holds some text"],
    ["until 5 minutes", "until TIME, such as: until 5 s"],
    ["disk /dev/vda", "disk SOURCE [DEVICE [TYPE]] on PATH, such as: disk /dev/sda1 8:1 ext4 on /bin/web"],
    ["no descriptors at all", "no descriptors"],
  ];
  for (const [line, ...meant] of cases)
    test(line, () => assert.equal(hint(line), `  it should be: ${meant.join("\n  or: ")}`));

  test("command line quiet", () => {
    assert.match(hint("command line quiet"), /^ {2}command is none of program, .*, file, .*, kept$/);
  });

  for (const line of ['mkdir("/x", 0755) = 0', "[pid 100] setsid() = 100", "log <6>init: ready", "-- waits for ever"])
    test(line, () => assert.equal(hint(line), "  it is of the trace, which stands behind a line ---"));
});

describe("a failure that never happens", () => {
  const cases: [directive: string, told: string][] = [
    ["fail mout /data EIO", "there is no call mout: did you mean mount?"],
    ["fail frobnicate EIO", "there is no call frobnicate"],
    ["fail isAnswered EIO", "there is no call isAnswered"],
    ["fail mount /none EIO", ""],
    ["fail path_open /none EIO", ""],
  ];
  for (const [directive, told] of cases)
    test(directive, () => {
      const { problem } = run(`until 1 s\nprogram /etc/boot runs for ever\n${directive}\n`);
      assert.equal(explained(problem), `3: never happened: ${directive}\n${told && `  ${told}\n`}`);
    });
});

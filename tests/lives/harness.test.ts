/** Tests that the other tests can fail: whatever is changed in a record is found out, and told. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { parse } from "../../npm/testing/scenario.js";
import { TRAP } from "../../npm/testing/simulator.js";
import { SCENARIOS } from "../unit/harness.js";
import { replay } from "./host.js";
import { record } from "./record.js";

const { directives } = parse(readFileSync(SCENARIOS + "a-whole-good-life.txt", "utf8"));
const LIFE = record(directives).lines;
const OTHER = record(`environment grace 9\n${directives}`).lines;
const TRAPPED = record(directives, (call) => (call === 60 ? TRAP : 0)).lines;
const CHECK = record("check\nthe child exits 0").lines;
const LAST = LIFE.length - 1; // a call; the first line is none

/** Where the first line is that is like `what`: the number of that call. */
function find(lines: string[], what: RegExp): number {
  const at = lines.findIndex((line) => what.test(line));
  assert.ok(at >= 0, `no line is like ${what}`);
  return at;
}

/** A record with another text in the place of what is first like `what`. */
function changed(lines: string[], what: RegExp, text: string): string[] {
  const at = find(lines, what);
  return [...lines.slice(0, at), lines[at].replace(what, text), ...lines.slice(at + 1)];
}

describe("the harness", { concurrency: 2 }, () => {
  test("passes what is as it was recorded", async () => {
    assert.equal(await replay(LIFE, TRAPPED, CHECK, LIFE), "");
  });

  test("tells of the life and the call, and of both", async () => {
    const call = find(LIFE, /^mkdir /);
    const [first, second, third] = (await replay(LIFE, changed(LIFE, /^mkdir /, "rmdir "))).split("\n");
    assert.equal(first, `life 2, call ${call}`);
    assert.match(second, /^the record: rmdir \w+ 1ed \w+ = /);
    assert.match(third, /^the host: {3}mkdir \w+ 1ed \w+$/);
  });

  const opened = find(LIFE, /^open /);
  const got = find(OTHER, /^getenv .* = 1 /);
  for (const [what, lines, call] of [
    ["an argument", changed(LIFE, /^(mount \w+ \w+ \w+) e/, "$1 f"), find(LIFE, /^mount \w+ \w+ \w+ e/)],
    ["an argument of 64 bits", changed(LIFE, /^(sigtimedwait) f/, "$1 e"), find(LIFE, /^sigtimedwait f/)],
    ["the memory that a call is made with", changed(LIFE, /^(chdir \w+ )\w+/, "$10"), find(LIFE, /^chdir /)],
    ["a result", changed(LIFE, /^(open .* = )3/, "$14"), opened + 1],
    ["a result of 64 bits", changed(LIFE, /^(waitpid .* = )64/, "$165"), find(LIFE, /^waitpid .* = 64/) + 1],
    ["a byte that is written", changed(OTHER, /^(getenv .* = 1 \w+:)39/, "$138"), got + 1],
    ["where it is written", changed(OTHER, /^(getenv .* = 1 \w+).:/, "$1f:"), got + 1],
    ["a byte that is written where no memory is", changed(OTHER, /^(getenv .* = 1 )\w+:/, "$1fffff:"), got],
    ["a byte that is kept", changed(LIFE, /^(life boot 0{16})00/, "$101"), 1],
    ["a trap", changed(LIFE, /^(close .*) = .*/, "$1 traps"), find(LIFE, /^close /) + 1],
    ["no trap", changed(TRAPPED, / traps$/, " = 0"), find(TRAPPED, / traps$/) + 1],
    ["an answer that is none", changed(LIFE, /^(close .*) = .*/, "$1"), find(LIFE, /^close /)],
    ["a call too many", [...LIFE.slice(0, opened), LIFE[opened - 1], ...LIFE.slice(opened)], opened],
    ["a call too few", LIFE.filter((_, at) => at !== opened), opened],
    ["an end too early", LIFE.slice(0, LAST), LAST],
    ["an end too late", [...LIFE, LIFE[LAST]], LAST + 1],
    ["an end that is none", changed(LIFE, / ends$/, " = 66"), LAST + 1],
    ["a status", changed(CHECK, /^returned 0$/, "returned 1"), CHECK.length - 1],
  ] as [string, string[], number][]) {
    test(`finds out ${what}`, async () => {
      assert.match(await replay(lines), new RegExp(`^life 1, call ${call}\n`));
    });
  }
});

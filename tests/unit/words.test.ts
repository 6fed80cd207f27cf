/** docs/scenarios.md has each word of the scenarios, and what it has is understood. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROJECT } from "../arch.js";
import { run } from "./v8.js";

const PAGE = readFileSync(join(PROJECT, "docs/scenarios.md"), "utf8");
const SOURCE = readFileSync(join(PROJECT, "npm/simulator/scenario.ts"), "utf8");

/** The phrases that the reader of scenarios looks for. */
const phrases = [...SOURCE.matchAll(/\b(?:takes|expect)\("([^"]+)"\)/g)].map(([, phrase]) => phrase!);

/** The directives in the first column of the tables. */
const directives = [...PAGE.matchAll(/^\| `([^`]+)`(?:; `[^`]+`[^|]*)? \| .*\|$/gm)]
  .map(([, directive]) => directive!)
  .filter((directive) => !directive.startsWith("wasinit "));

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

/** docs/examples/wasi.md, step by step: each of its modules is compiled, tested by its scenarios, and built. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PROJECT } from "../arch.js";
import { here, noClang, noRust } from "../compilers.js";
import { blocksOf, commandsOf } from "./blocks.js";
import { Walk } from "./walk.js";

const SKIP: Record<string, string | false> = { Rust: noRust, C: noClang };

const blocks = blocksOf("examples/wasi.md");
const walk = new Walk(here);

describe("modules that need more of WASI", () => {
  for (const title of new Set(blocks.map(({ title }) => title)))
    test(title, { skip: SKIP[title] ?? false }, () =>
      blocks.filter((block) => block.title === title).forEach((block) => walk.take(block)),
    );

  test("the page's as-wasi is the one that all is tested with", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
    assert.ok(blocks.flatMap(commandsOf).includes(`npm install --save-dev as-wasi@${devDependencies["as-wasi"]}`));
  });
});

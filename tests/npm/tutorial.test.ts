/** docs/tutorial.md, step by step: its commands, with what they print, and its files, in the order of the page. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PROJECT } from "../arch.js";
import { blocksOf } from "./blocks.js";
import { Walk } from "./walk.js";

const blocks = blocksOf("tutorial.md");
const walk = new Walk();

describe("the tutorial", () => {
  for (const title of new Set(blocks.map(({ title }) => title)))
    test(title, () => blocks.filter((block) => block.title === title).forEach((block) => walk.take(block)));

  test("git takes what was written, and nothing that was made of it", () => {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: walk.directory, encoding: "utf8" });
    git("init", "--quiet");
    const written = blocks.map(({ file }) => file);
    const others = git("ls-files", "--others", "--exclude-standard").trimEnd().split("\n");
    const project = [".gitignore", "README.md", "package-lock.json", "package.json", "tsconfig.json", "wasinit.lock"];
    assert.deepEqual(
      others.filter((file) => !written.includes(file)),
      [...project, "root/bin/sh"].sort(),
    );
  });

  test("an editor has nothing to say against what is there at the end", () => {
    execFileSync(process.execPath, [join(PROJECT, "node_modules/typescript/bin/tsc"), "-p", walk.directory], {
      stdio: "pipe",
    });
  });
});

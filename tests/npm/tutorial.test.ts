/** docs/tutorial.md, step by step: its commands, with what they print, and its files, in the order of the page. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, test } from "node:test";
import { PROJECT } from "../arch.js";
import { type Block, blocksOf } from "./blocks.js";
import { VERSION, folder } from "./installed.js";

/** What is other than on the page, as the package is in no registry yet, and this computer's kernel is there. */
const HERE: [string, string][] = [
  ["npm install", `npm install --no-audit --no-fund --prefer-offline ${join(PROJECT, `dist/wasinit-${VERSION}.tgz`)}`],
  ["npx wasinit run", `npx wasinit run --kernel ${resolve(PROJECT, process.env.KERNEL ?? "")}`],
];

let directory = folder;

function runs(command: string): string {
  const here = HERE.reduce((text, [page, here]) => text.replace(page, here), command);
  const { status, stdout } = spawnSync("sh", ["-c", `exec 2>&1; ${here}`], { cwd: directory, encoding: "utf8" });
  assert.equal(status, 0, `${command}\n${stdout}`);
  return stdout;
}

/** A command, and the lines of what it prints that the page shows, in their order. */
function step(text: string): void {
  const [command, ...shown] = text.trimEnd().split("\n") as [string, ...string[]];
  if (command.startsWith("cd ")) return void (directory = join(directory, command.slice(3)));
  const printed = runs(command);
  let from = 0;
  for (const line of shown) {
    const at = printed.indexOf(line, from);
    assert.notEqual(at, -1, `${command} does not print: ${line}\n--- but\n${printed}`);
    from = at + line.length;
  }
}

function write(file: string, text: string): void {
  const path = join(directory, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function take({ file, language, text }: Block): void {
  if (file) write(file, text);
  else if (language === "console") text.split(/^\$ /m).slice(1).forEach(step);
}

const blocks = blocksOf("tutorial.md");

describe("the tutorial", () => {
  for (const title of new Set(blocks.map(({ title }) => title)))
    test(title, () => blocks.filter((block) => block.title === title).forEach(take));

  test("an editor has nothing to say against what is there at the end", () => {
    execFileSync(process.execPath, [join(PROJECT, "node_modules/typescript/bin/tsc"), "-p", directory], {
      stdio: "pipe",
    });
  });
});

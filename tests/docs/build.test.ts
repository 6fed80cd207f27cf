/** `make docs`: the same bytes wherever it is built, and no dead link. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

const scratch = mkdtempSync(join(PROJECT, "build/docs-elsewhere-"));
after(() => rmSync(scratch, { recursive: true }));

/** A copy of what the site is made of. */
function copy(name: string): string {
  const to = join(scratch, name);
  mkdirSync(join(to, "docs"), { recursive: true });
  for (const part of ["assembly", "npm", "pictures", "NOTICE", "README.md", "package.json"])
    cpSync(join(PROJECT, part), join(to, part), { recursive: true });
  execFileSync("cp", ["-al", join(PROJECT, "docs"), to]); // Links, as there is much in its node_modules.
  symlinkSync(join(PROJECT, "node_modules"), join(to, "node_modules"));
  return to;
}

/** Builds the site of a copy; returns where it is. */
async function build(project: string): Promise<string> {
  const vitepress = join(project, "docs/node_modules/vitepress/bin/vitepress.js");
  await promisify(execFile)(process.execPath, [vitepress, "build", "docs"], { cwd: project });
  return join(project, "build/docs");
}

function filesOf(site: string): Record<string, string> {
  const names = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(site.length), readFileSync(path, "latin1")]));
}

test("another directory makes the same bytes", async () => {
  const [ours, theirs] = [filesOf(join(PROJECT, "build/docs")), filesOf(await build(copy("another/place")))];
  assert.deepEqual(Object.keys(theirs), Object.keys(ours));
  for (const [path, content] of Object.entries(ours)) assert.ok(theirs[path] === content, path);
});

test("a dead link is told of: to a page, to an anchor, to a file that the site has not", async () => {
  const project = copy("dead");
  const page = join(project, "docs/promises.md");
  const dead = "\n[one](none.md), [two](costs.md#none), [three](../Makefile), [four](#none)\n";
  const text = readFileSync(page, "utf8");
  rmSync(page); // It is a link to ours.
  writeFileSync(page, text + dead);
  await assert.rejects(build(project), ({ stderr, stdout }: { stderr: string; stdout: string }) => {
    const found = [...(stdout + stderr).matchAll(/^promises\.html: (.*)$/gm)].map(([, link]) => link);
    assert.deepEqual([...new Set(found)].sort(), ["#none", "./../Makefile.html", "./costs.html#none", "./none.html"]);
    return true;
  });
});

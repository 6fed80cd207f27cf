/** wasinit new: a project of each template, and what it never does. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, win32 } from "node:path";
import { beforeEach, test } from "node:test";
import { PROJECT } from "../arch.js";
import { COMMAND, VERSION, folder, part, wasinit } from "./installed.js";

const NEEDS_ROOT = process.getuid?.() !== 0 && "this user is not root, who alone can mount";
const COMMON = "common";
const TEMPLATES = readdirSync(join(PROJECT, "npm/templates")).filter((name) => name !== COMMON);
const TARBALL = join(PROJECT, `dist/wasinit-${VERSION}.tgz`);

const work = join(folder, "work");

beforeEach(() => {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
});

function create(...args: string[]) {
  return wasinit(["new", ...args], { cwd: work });
}

function refuses(message: RegExp, ...args: string[]): void {
  const names = () => readdirSync(work, { recursive: true }).sort();
  const before = names();
  const { status, stdout, stderr } = create(...args);
  assert.match(stderr, message);
  assert.deepEqual({ status, stdout }, { status: 1, stdout: "" });
  assert.deepEqual(names(), before);
}

for (const template of TEMPLATES) {
  test(`a project of the template ${template} builds, and tsc knows its types`, () => {
    const { status, stdout, stderr } = create("my-init", "--template", template);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(
      stdout,
      /^my-init has .*\.gitignore.*init\.ts.*package\.json.*\n\nNext:\n\n {2}cd my-init\n {2}npm install\n/,
    );
    const project = join(work, "my-init");
    symlinkSync(join(dirname(COMMAND), "../.."), join(project, "node_modules"));
    assert.equal(wasinit(["build"], { cwd: project }).status, 0);
    assert.equal(readFileSync(join(project, "init")).toString("latin1", 1, 4), "ELF");
    execFileSync(join(PROJECT, "node_modules/.bin/tsc"), ["-p", project], { stdio: "pipe" });
  });
}

/** What an editor may bring, besides the project's own: the last of each line that is in use. */
for (const version of ["5.9.3", "7.0.2"]) {
  test(`TypeScript ${version} knows the types of each template`, (context) => {
    const tools = join(folder, `typescript-${version}`);
    const fetch = [
      "install",
      "--prefix",
      tools,
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
      `typescript@${version}`,
    ];
    if (spawnSync("npm", fetch).status) return context.skip("npm can't install it: offline?");
    symlinkSync(join(dirname(COMMAND), "../.."), join(work, "node_modules"));
    for (const template of TEMPLATES) {
      create(template, "--template", template);
      const args = [join(tools, "node_modules/typescript/bin/tsc"), "-p", join(work, template)];
      const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
      assert.deepEqual([stdout, status], ["", 0], template);
    }
  });
}

test("the template default is the logic of make's /init: the life of PID 1 is written once", () => {
  const life = (path: string) =>
    readFileSync(join(PROJECT, path), "utf8").replace(/^(im|ex)port .* from .*\n|^\n+/gm, "");
  assert.equal(life("npm/templates/default/init.ts"), life("assembly/index.ts"));
});

test("it depends on the version that made it, or on what is said", () => {
  const depends = (name: string) => {
    const { devDependencies } = JSON.parse(readFileSync(join(work, name, "package.json"), "utf8")) as {
      devDependencies: Record<string, string>;
    };
    return devDependencies;
  };
  create("one");
  assert.deepEqual(depends("one"), { wasinit: `^${VERSION}` });
  create("two", "--wasinit", "1.2.3");
  assert.deepEqual(depends("two"), { wasinit: "1.2.3" });
  writeFileSync(join(work, "wasinit.tgz"), "");
  create("a/three", "--wasinit", "wasinit.tgz");
  assert.deepEqual(depends("a/three"), { wasinit: "file:../../wasinit.tgz" });
});

test("npm installs it again by its lock, from what npm has kept, where no registry answers", () => {
  create("my-init", "--wasinit", TARBALL);
  const project = join(work, "my-init");
  const npm = (...args: string[]) =>
    execFileSync("npm", [...args, "--prefer-offline", "--no-audit", "--no-fund"], { cwd: project, stdio: "pipe" });
  npm("install");
  rmSync(join(project, "node_modules"), { recursive: true });
  npm("ci", "--proxy=http://127.0.0.1:9/", "--https-proxy=http://127.0.0.1:9/", "--fetch-retries=0");
  const built = execFileSync("npm", ["run", "build", "--silent"], { cwd: project, encoding: "utf8" });
  assert.match(built, /^init: /);
});

test("the name of a package is made of any directory's", async () => {
  const { packageName } = await part<{ packageName(directory: string): string }>("scaffold.js");
  for (const [directory, name] of [
    ["/a/my-init", "my-init"],
    ["/a/My Init, v2!", "my-init-v2"],
    ["/a/.hidden", "hidden"],
    ["/a/日本語", "my-init"],
    ["/", "my-init"],
  ]) {
    assert.equal(packageName(directory!), name);
  }
});

test("the path of a package is one that npm takes, on Windows, too", async () => {
  const { dependency } = await part<{ dependency(spec: string, from: string, path: object): string }>("scaffold.js");
  assert.equal(dependency("C:\\work\\dist\\a.tgz", "C:\\work\\my init", win32), "file:../dist/a.tgz");
  assert.equal(dependency("D:\\dist\\a.tgz", "C:\\work", win32), "file:D:/dist/a.tgz");
});

test("an empty directory is taken, with whatever in its name", () => {
  mkdirSync(join(work, "日本 $(x), 'y'"));
  assert.match(create("日本 $(x), 'y'").stdout, /cd "日本 \$\(x\), 'y'"/);
});

test("it never overwrites", () => {
  writeFileSync(join(work, "file"), "mine");
  mkdirSync(join(work, "full"));
  for (const name of ["a", "b", "c", "d", "e", "f"]) writeFileSync(join(work, "full", name), "");
  refuses(/^wasinit: file is there, and is no directory\n$/, "file");
  refuses(/^wasinit: full has files, which a new project must not overwrite: a, b, c, d, e, \.\.\.\n$/, "full");
  assert.equal(readFileSync(join(work, "file"), "utf8"), "mine");
});

test("a name that is too long leaves nothing of the directories above it", () => {
  refuses(/^wasinit: a\/b\/x+ can't be written: name too long \(ENAMETOOLONG\)\n$/, `a/b/${"x".repeat(300)}`);
});

test("what can't be written leaves nothing", { skip: NEEDS_ROOT }, () => {
  const disk = join(work, "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=8k", "tmpfs", disk]);
  try {
    refuses(/^wasinit: disk\/my-init can't be written: no space left on device \(ENOSPC\)\n$/, "disk/my-init");
    execFileSync("mount", ["-o", "remount,ro", disk]);
    for (const path of ["disk", "disk/my-init", "disk/a/my-init"]) {
      refuses(new RegExp(`^wasinit: ${path} can't be written: read-only file system \\(EROFS\\)\n$`), path);
    }
  } finally {
    execFileSync("umount", [disk]);
  }
});

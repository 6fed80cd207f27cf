/** The commands of the README that build and install, and what they promise. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rows } from "./tables.js";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "wasinit-make-"));
after(() => rmSync(scratch, { recursive: true }));

function make(directory: string, ...args: string[]): string {
  const { MAKEFLAGS, MFLAGS, MAKELEVEL, ...env } = process.env; // those of the make that runs this test
  void [MAKEFLAGS, MFLAGS, MAKELEVEL];
  return execFileSync("make", ["-C", directory, ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

const UP_TO_DATE = ["-o", "node_modules/.package-lock.json", "-o", "build/vendor/.complete"];

/** A copy of the project, with what it has fetched. */
function clone(name: string): string {
  const copy = join(scratch, name);
  for (const name of [
    "assembly",
    "host",
    "Makefile",
    "asconfig.json",
    "inline.js",
    "package.json",
    "package-lock.json",
  ])
    cpSync(join(project, name), join(copy, name), { recursive: true });
  for (const name of ["wamrx-sys", ".complete"])
    cpSync(join(project, "build/vendor", name), join(copy, "build/vendor", name), { recursive: true });
  symlinkSync(join(project, "node_modules"), join(copy, "node_modules"));
  return copy;
}

test("make install installs /init and nothing else", () => {
  const root = join(scratch, "installed");
  make(project, "install", `DESTDIR=${root}`);
  assert.deepEqual(readdirSync(root, { recursive: true }), ["init"]);
  assert.deepEqual(readFileSync(join(root, "init")), readFileSync(join(project, "build/init")));
});

test("make initramfs packs a root, the same bytes each time", () => {
  const root = join(scratch, "root");
  mkdirSync(join(root, "etc"), { recursive: true });
  writeFileSync(join(root, "etc/boot"), "#!/bin/sh\n", { mode: 0o755 });
  const [once, twice] = ["once.cpio.gz", "twice.cpio.gz"].map((name) => {
    make(project, "initramfs", `ROOT=${root}`, `OUT=${join(scratch, name)}`);
    return readFileSync(join(scratch, name));
  });
  assert.ok(once.equals(twice));
  const names = execFileSync("cpio", ["-t", "--quiet"], { input: execFileSync("gunzip", { input: once }) });
  assert.deepEqual(names.toString().trim().split("\n").sort(), [".", "etc", "etc/boot", "init"]);
  assert.deepEqual(readdirSync(root), ["etc"], "the user's root is left as it is");
});

test("POLICY= builds another logic, and nothing of the default one", () => {
  const copy = clone("policy");
  const boot =
    'import "./abort";\nimport { reboot } from "./linux";\nexport function boot(): void {\n  reboot(0);\n}\n';
  writeFileSync(join(copy, "assembly/policy.ts"), boot);
  make(copy, ...UP_TO_DATE, "POLICY=assembly/policy.ts", "build/init.wasm");
  const module = new WebAssembly.Module(readFileSync(join(copy, "build/init.wasm")));
  assert.deepEqual(
    WebAssembly.Module.exports(module)
      .map(({ name }) => name)
      .sort(),
    ["boot", "memory"],
  );
  assert.deepEqual(
    WebAssembly.Module.imports(module).map(({ name }) => name),
    ["reboot"],
  );
});

test("make abi prints each import of the host: those of the logic with their types, then the others", () => {
  const parts = make(project, "abi").split("The host also has:");
  const [reached, others] = parts.map((part) => [...part.matchAll(/^ {2}(.*)$/gm)].map(([, line]) => line));
  const names = ({ module, name }: { module: string; name: string }) => `${module}.${name}`;
  const module = new WebAssembly.Module(readFileSync(join(project, "build/init.wasm")));
  const imported = WebAssembly.Module.imports(module).map(names);
  assert.deepEqual(reached.map((line) => line.split("(")[0]).sort(), imported.sort());
  assert.deepEqual([...imported, ...others].sort(), rows().map(names).sort());
  assert.ok(reached.includes("linux.lseek(fd: i32, offset: i64, whence: i32) -> i64"), reached.join("\n"));
});

test("make help names every target of the README", () => {
  const help = make(project, "help");
  const readme = readFileSync(join(project, "README.md"), "utf8");
  for (const [, target] of readme.matchAll(/^make ([a-z]+)/gm)) assert.match(help, new RegExp(`make ${target} `));
});

test("another directory makes the same bytes", () => {
  const copy = clone("elsewhere/wasinit");
  make(copy, ...UP_TO_DATE, "build/init");
  assert.ok(readFileSync(join(copy, "build/init")).equals(readFileSync(join(project, "build/init"))));
  assert.doesNotMatch(readFileSync(join(copy, "build/make.log"), "utf8"), /host\/.*warning:/);
});

/** The commands of the README that build and install, and what they promise. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, describe, test } from "node:test";
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

/** Builds a policy; returns the module's bytes. */
function compile(copy: string, policy: string) {
  make(copy, ...UP_TO_DATE, `POLICY=${policy}`, "build/init.wasm");
  return readFileSync(join(copy, "build/init.wasm"));
}

function exportsOf(module: Buffer<ArrayBuffer>): string[] {
  return WebAssembly.Module.exports(new WebAssembly.Module(module))
    .map(({ name }) => name)
    .sort();
}

function importsOf(module: Buffer<ArrayBuffer>): string[] {
  return WebAssembly.Module.imports(new WebAssembly.Module(module)).map(({ module, name }) => `${module}.${name}`);
}

test("POLICY= builds another logic, and nothing of the default one", () => {
  const copy = clone("policy");
  const boot = 'import { reboot } from "./linux";\nexport function boot(): void {\n  reboot(0);\n}\n';
  writeFileSync(join(copy, "assembly/policy.ts"), boot);
  const module = compile(copy, "assembly/policy.ts");
  assert.deepEqual(exportsOf(module), ["boot", "memory"]);
  assert.deepEqual(importsOf(module), ["linux.reboot"]);
});

describe("POLICY= outside the project", () => {
  const copies = ["one", "another/place/of/it"].map((name) => clone(`outside-${name}`));
  const places = ["mine", "deep/down/mine"].map((name) => join(scratch, `policies-${name}`));
  for (const place of places) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "names.ts"), 'export const NAMES = ["/bin/one", "/bin/two"];\n');
    writeFileSync(
      join(place, "my-init.ts"),
      `import { spawn } from "wasinit/linux";
      import { info } from "wasinit/log";
      import { NAMES } from "./names";
      export const kept: StaticArray<i64> = [0];
      export function boot(): void {
        info("%d", null, spawn(NAMES[<i32>kept[0]])); // may be out of bounds
      }`,
    );
  }
  let modules: Buffer<ArrayBuffer>[] = [];
  before(() => (modules = places.map((place, at) => compile(copies[at]!, join(place, "my-init.ts")))));

  test("is compiled, with what an assertion that fails calls", () => {
    assert.deepEqual(exportsOf(modules[0]!), ["boot", "kept", "memory"]);
    assert.deepEqual(importsOf(modules[0]!).sort(), ["linux.spawn", "linux.syslog"]);
    for (const name of ["my-init/boot", "~lib/wasinit/abort/abort"]) assert.ok(modules[0]!.includes(name), name);
  });

  test("makes the same bytes wherever the policy and the project are", () => {
    assert.ok(modules[0]!.equals(modules[1]!));
    for (const part of ["policies-", "outside-"]) assert.ok(!modules[0]!.includes(part), part);
  });

  test("is compiled again when a file beside it has changed", () => {
    writeFileSync(join(places[0]!, "names.ts"), 'export const NAMES = ["/bin/three"];\n');
    assert.ok(!compile(copies[0]!, join(places[0]!, "my-init.ts")).equals(modules[0]!));
  });

  test("is compiled from a path that is relative", () => {
    writeFileSync(join(places[0]!, "names.ts"), 'export const NAMES = ["/bin/one", "/bin/two"];\n');
    const path = relative(copies[0]!, join(places[0]!, "my-init.ts"));
    assert.ok(compile(copies[0]!, path).equals(modules[0]!));
  });
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

/** The commands of the README that build and install, and what they promise. */
import assert from "node:assert/strict";
import { type StdioOptions, execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, describe, test } from "node:test";
import { ARCH, NATIVE, PROJECT, built, commandFor } from "../arch.js";
import { assemble } from "./modules.js";
import { live, script, skipStages } from "./namespace.js";
import { rows } from "./tables.js";

const project = PROJECT;
/** Where `make` leaves /init. */
const INIT = `build/${ARCH}/init`;
const scratch = mkdtempSync(join(tmpdir(), "wasinit-make-"));
after(() => rmSync(scratch, { recursive: true }));

/** This process's, without what the make that runs it has set, and without other variables. */
function environment(...others: string[]): NodeJS.ProcessEnv {
  const names = ["MAKEFLAGS", "MFLAGS", "MAKELEVEL", ...others];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name)));
}

function make(directory: string, ...args: string[]): string {
  const stdio: StdioOptions = ["ignore", "pipe", "pipe"];
  return execFileSync("make", ["-C", directory, ...args], { env: environment(), encoding: "utf8", stdio });
}

const UP_TO_DATE = ["-o", "node_modules/.package-lock.json", "-o", "build/vendor/.complete"];

/** A copy of the project, with what it has fetched. */
function clone(name: string): string {
  const copy = join(scratch, name);
  for (const name of [
    "assembly",
    "cross",
    "host",
    "Makefile",
    "asconfig.json",
    "npm",
    "package.json",
    "package-lock.json",
  ])
    cpSync(join(project, name), join(copy, name), { recursive: true });
  for (const name of ["wamrx-sys", ".complete"])
    cpSync(join(project, "build/vendor", name), join(copy, "build/vendor", name), { recursive: true });
  symlinkSync(join(project, "node_modules"), join(copy, "node_modules"));
  return copy;
}

test("make install without DESTDIR is refused: this machine's /init is not to be replaced by mistake", () => {
  assert.throws(() => make(project, "install"), /usage: make install DESTDIR=<PATH>/);
});

test("make install installs /init and nothing else", () => {
  const root = join(scratch, "installed");
  make(project, "install", `DESTDIR=${root}`);
  assert.deepEqual(readdirSync(root, { recursive: true }), ["init"]);
  assert.deepEqual(readFileSync(join(root, "init")), readFileSync(built("init")));
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

/** What GitHub makes of the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

/** A file that docs/policies.md shows. */
function documented(name: string): string {
  const page = readFileSync(join(project, "docs/policies.md"), "utf8");
  const found = new RegExp(`^\`${name}\`\\n\\n\`\`\`\\w+\\n([^]*?)^\`\`\`$`, "m").exec(page);
  assert.ok(found, `docs/policies.md has no ${name}`);
  return found[1]!;
}

describe("POLICY= outside the project", () => {
  const copies = ["one", "another/place/of/it"].map((name) => clone(`outside-${name}`));
  const places = ["mine", "deep/down/mine"].map((name) => join(scratch, `policies-${name}`));
  for (const place of places) {
    mkdirSync(place, { recursive: true });
    for (const name of ["my-init.ts", "tsconfig.json"])
      writeFileSync(join(place, name), documented(name).replaceAll("<WASINIT>/", project));
  }
  let modules: Buffer<ArrayBuffer>[] = [];
  before(() => (modules = places.map((place, at) => compile(copies[at]!, join(place, "my-init.ts")))));

  test("is compiled, with what an assertion that fails calls", () => {
    assert.deepEqual(exportsOf(modules[0]!), ["boot", "kept", "memory"]);
    for (const name of ["my-init/boot", "~lib/wasinit/abort/abort"]) assert.ok(modules[0]!.includes(name), name);
    assert.ok(!importsOf(modules[0]!).includes("linux.kexec_file_load"));
  });

  test("runs, and reaps and starts again what has ended", { skip: skipStages }, async () => {
    const service = (name: string) => script(`echo $$ >>/out/${name}`, "(sleep 0.2 &)", "exec sleep 1");
    const life = live({ module: modules[0], files: { "/bin/one": service("one"), "/bin/two": service("two") } });
    await life.writes("one", 3);
    await life.writes("two", 3);
    life.signal("SIGUSR2");
    await life.ends("power-off or halt");
  });

  test("passes tsc with the tsconfig.json of docs/policies.md", () => {
    execFileSync(process.execPath, [join(project, "node_modules/typescript/bin/tsc"), "-p", places[0]!]);
  });

  test("makes the same bytes wherever the policy and the project are", () => {
    assert.ok(modules[0]!.equals(modules[1]!));
    for (const part of ["policies-", "outside-"]) assert.ok(!modules[0]!.includes(part), part);
  });

  test("is compiled again when a file beside it has changed", () => {
    const path = join(places[0]!, "my-init.ts");
    const text = documented("my-init.ts").replace(", 1000)", ", rest())");
    writeFileSync(path, `import { rest } from "./other";\n${text}`);
    const other = (time: number) => `export function rest(): i64 {\n  return ${time};\n}\n`;
    writeFileSync(join(places[0]!, "other.ts"), other(1000));
    const before = compile(copies[0]!, path);
    writeFileSync(join(places[0]!, "other.ts"), other(2000));
    assert.ok(!compile(copies[0]!, path).equals(before));
  });

  test("is compiled from a path that is relative", () => {
    assert.ok(compile(copies[0]!, relative(copies[0]!, join(places[1]!, "my-init.ts"))).equals(modules[0]!));
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

/** The pages of docs/. */
function pages(): string[] {
  return readdirSync(join(project, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !path.startsWith("node_modules"))
    .map((path) => `docs/${path}`);
}

test("make help names every target that the README and docs/ show, and what these link to is there", () => {
  const help = make(project, "help");
  for (const page of ["README.md", ...pages()]) {
    const text = readFileSync(join(project, page), "utf8");
    for (const [, block] of text.matchAll(/^```\w*\n([^]*?)^```$/gm))
      for (const [, target] of block!.matchAll(/^make ([a-z-]+)/gm))
        assert.match(help, new RegExp(`make ${target} `), page);
    for (const [, path, title] of text.matchAll(/\]\(([^):#]*)(?:#([^)]*))?\)/g)) {
      const linked = path ? join(project, dirname(page), path) : join(project, page);
      assert.ok(existsSync(linked), `${page}: ${path}`);
      if (title) assert.ok(anchorsOf(linked).includes(title), `${page}: ${path}#${title}`);
    }
  }
});

/** A `check` that calls itself so many times, and returns how many. */
const DEEP = `(func $deep (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))
  (func $check (export "check") (result i32) (call $deep (i32.const 200)))
  (func $boot (export "boot"))`;

test("MODULE= packs a module that is compiled already, STACK= chooses its stack; one that is refused is told of", () => {
  const copy = clone("module");
  const [module, refused] = ["deep", "refused"].map((name) => join(scratch, `${name}.wasm`));
  writeFileSync(module!, assemble(`(module ${DEEP})`));
  writeFileSync(refused!, assemble(`(module (import "env" "memory" (memory 1)) ${DEEP})`));
  const check = () => spawnSync(...commandFor(join(copy, INIT), "--check"), { encoding: "utf8" });
  assert.throws(
    () => make(copy, ...UP_TO_DATE, `MODULE=${refused}`, INIT),
    /pack: the module is refused: it imports a memory/,
  );
  make(copy, ...UP_TO_DATE, `MODULE=${module}`, INIT);
  assert.match(check().stderr, /the logic has ended: Exception: wasm operand stack overflow/);
  make(copy, ...UP_TO_DATE, `MODULE=${module}`, "STACK=65536", INIT);
  assert.deepEqual([check().status, check().stderr], [200, ""]);
});

test("another WAMR is refused", () => {
  const copy = clone("wamr");
  const root = join(copy, "build/vendor/wamrx-sys/wasm-micro-runtime");
  const version = join(root, "core/version.h");
  writeFileSync(version, readFileSync(version, "utf8").replace("_MINOR 4", "_MINOR 5"));
  assert.throws(
    () => make(copy, ...UP_TO_DATE, `build/${ARCH}/cmake/Makefile`),
    ({ stdout }: { stdout: string }) => /another WAMR than 2\.4: 2;5/.test(stdout),
  );
});

test("another directory makes the same bytes", () => {
  const copy = clone("elsewhere/wasinit");
  make(copy, ...UP_TO_DATE, INIT);
  assert.ok(readFileSync(join(copy, INIT)).equals(readFileSync(built("init"))));
  assert.doesNotMatch(readFileSync(join(copy, `build/${ARCH}/make-pruned.log`), "utf8"), /host\/.*warning:/);
});

describe("ARCH=", () => {
  /** What make says on standard error, without what is set for this run of the tests. */
  const complaint = (directory: string, ...args: string[]) => {
    const options = { env: environment("ARCH", "CC"), encoding: "utf8" } as const;
    return spawnSync("make", ["-C", directory, ...args], options).stderr;
  };

  test("of another name, or of another machine than CC's, is refused", () => {
    assert.match(complaint(project, "-n", "ARCH=arm64"), /there is no ARCH=arm64, but x86_64, aarch64 and riscv64/);
    assert.match(complaint(project, "-n", "ARCH=riscv64", "CC=cc"), /CC=cc builds for \w+, not for riscv64/);
  });

  test("builds for another machine, in any directory the same bytes", { skip: !NATIVE && "it does, here" }, () => {
    const copy = clone("other");
    const packages = "build/aarch64/packages/musl-dev";
    cpSync(join(project, packages), join(copy, packages), { recursive: true });
    const said = complaint(copy, ...UP_TO_DATE, "ARCH=aarch64");
    assert.ok(existsSync(join(copy, "build/aarch64/init")), said);
    const [ours, theirs] = [project, copy].map((root) => readFileSync(join(root, "build/aarch64/init")));
    assert.ok(ours!.equals(theirs!));
    assert.equal(ours!.readUInt16LE(18), 183, "e_machine is EM_AARCH64");
  });
});

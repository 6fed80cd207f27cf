#!/usr/bin/env node
/** The command `wasinit`. It exits with 0, 1 if something is wrong with what it was given, or 2 if it was called wrongly. */
import { readFileSync } from "node:fs";
import { arch as thisComputer } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { asset } from "./assets.js";
import type { Built } from "./build.js";
import { Complaint } from "./complaint.js";
import { COMPRESSIONS } from "./compress.js";
import { writeWhole } from "./files.js";
import type { Owner, Packed } from "./image.js";
import type { Comparison, Inspected } from "./inspect.js";
import { ARCHITECTURES, type Architecture } from "./pack.js";

const NODE_NAMES: Record<string, Architecture> = { x64: "x86_64", arm64: "aarch64", riscv64: "riscv64" };

const { version, description } = JSON.parse(readFileSync(asset("package.json"), "utf8")) as Record<string, string>;

// What a command is done by is loaded when it is called: the compiler alone takes longer to load than most take to run.
const program = new Command("wasinit").description(description!).version(version!);
program.showHelpAfterError("(wasinit --help tells more)").exitOverride((error) => {
  process.exit(error.exitCode && 2);
});

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is no number.");
  return Number(text);
}

const ID_MAX = 2 ** 32 - 2; // The next one is -1, which chown(2) takes for none.

function owner(text: string): Owner {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(text)?.map(Number) ?? [];
  if (uid === undefined || gid === undefined || uid > ID_MAX || gid > ID_MAX) {
    throw new InvalidArgumentError("It is not UID:GID, two numbers.");
  }
  return { uid, gid };
}

const archOption = new Option("-a, --arch <ARCH>", "what it is built for")
  .choices(ARCHITECTURES)
  .default(NODE_NAMES[thisComputer()] ?? "x86_64");
const jsonOption = new Option("--json", "print the result as JSON");

function list(title: string, items: string[]): void {
  if (items.length) console.log(`${title} ${items.join(", ")}`);
}

function print(built: Built): void {
  console.log(`${built.init}: ${built.bytes.toLocaleString("en")} bytes, for ${built.arch}`);
  list("It can", built.can);
  list("It can't", built.cannot);
  list("wasinit.lock allows what it no longer needs:", built.unneeded);
}

program
  .command("build")
  .description("build an /init of a policy")
  .argument("[FILE]", "the policy", "init.ts")
  .option("-o, --out <FILE>", "the /init to write", "init")
  .addOption(archOption)
  .option("--stack <BYTES>", "the interpreter's stack", number, 16384)
  .option("--update-lock", "write to wasinit.lock what the policy imports", false)
  .addOption(jsonOption)
  .action(async (file: string, options) => {
    const { build } = await import("./build.js");
    const built = await build(file, options);
    if (options.json) console.log(JSON.stringify(built, null, 2));
    else print(built);
  });

function printImage({ image, bytes, compress, names, warnings }: Packed): void {
  console.log(`${image}: ${bytes.toLocaleString("en")} bytes, ${compress}; ${names.toLocaleString("en")} names`);
  for (const warning of warnings) console.error(`wasinit: warning: ${warning}`);
}

program
  .command("image")
  .description("pack a root directory and an /init into an initramfs: the same bytes, whenever and wherever")
  .requiredOption("-r, --root <DIR>", "what is to be in it")
  .option("--init <FILE>", "the /init", "init")
  .option("-o, --out <FILE>", "the image to write", "initramfs.cpio.gz")
  .option("--at <PATH>", "where in the image the init lies, and the root's own /init stays (default: /init)")
  .option("--owner <UID:GID>", "whose everything is (default: root keeps the owners; else all is root's)", owner)
  .option("--manifest <FILE>", "owners, modes and device nodes, in the lines of the kernel's gen_init_cpio")
  .addOption(new Option("--compress <HOW>", "(default: by the name of the image)").choices(COMPRESSIONS))
  .option("--portable", "owners and modes as on any system: programs are 0755, all else is 0644, and root's", false)
  .addOption(jsonOption)
  .action(async (options) => {
    const { makeImage } = await import("./image.js");
    const packed = await makeImage(options);
    if (options.json) console.log(JSON.stringify(packed, null, 2));
    else printImage(packed);
  });

const HOSTS = {
  generic: "that of this package",
  another: "not that of this package; make prunes one for its module",
};

const count = (value: number, unit: string) => `${value.toLocaleString("en")} ${unit}`;

function printComparison({ with: other, same, where }: Comparison): void {
  if (same === "all") console.log(`It is what ${other} packs to, byte for byte.`);
  else if (same === "module") console.log(`Its module is that of ${other}. What differs first is ${where}.`);
  else console.log(`It is not what ${other} packs to: what differs first is ${where}.`);
}

function printInspected({ init, arch, bytes, version, buildId, intact, host, module, ...more }: Inspected): void {
  console.log(`${init}: ${count(bytes, "bytes")}, for ${arch}, of wasinit ${version}`);
  if (!buildId) console.log("Build id: none, so that nothing tells whether a byte has changed");
  else console.log(`Build id: ${buildId}${intact ? "" : ", which is not that of these bytes: they have changed"}`);
  if (!host || !module) return;
  console.log(`Host: ${HOSTS[host]}`);
  const memory = `${count(module.memory / 1024, "kB")} of memory, at most ${count(module.memoryMax / 1024, "kB")}`;
  const functions = `${count(module.functions, "functions")} in ${count(module.bytes, "bytes")}`;
  console.log(`Module: ${functions}; ${memory}; ${count(module.stack, "bytes")} of stack`);
  list("Exports:", module.exports);
  list("Imports:", module.imports);
  list("It can", more.can ?? []);
  list("It can't", more.cannot ?? []);
  if (more.comparison) printComparison(more.comparison);
}

program
  .command("inspect")
  .description("tell what an /init is, and whether it is what its policy packs to")
  .argument("[INIT]", "the /init", "init")
  .addOption(new Option("--policy <FILE>", "compare it with what a policy packs to").conflicts("module"))
  .option("--module <FILE>", "compare it with what a module of WebAssembly packs to")
  .addOption(jsonOption)
  .action(async (file: string, options) => {
    const { inspect } = await import("./inspect.js");
    const inspected = await inspect(file, options);
    if (options.json) console.log(JSON.stringify(inspected, null, 2));
    else printInspected(inspected);
    if (!inspected.module)
      throw new Complaint(`${file} is of wasinit ${inspected.version}, this is ${version}: no more can be told of it`);
    const { intact, comparison } = inspected;
    if (!intact || (comparison && comparison.same !== "all")) process.exitCode = 1;
  });

program
  .command("compile")
  .description("compile a policy to a module of WebAssembly, and no more")
  .argument("[FILE]", "the policy", "init.ts")
  .option("-o, --out <FILE>", "the module to write", "init.wasm")
  .action(async (file: string, { out }: { out: string }) => {
    const { compile } = await import("./compile.js");
    writeWhole(out, (await compile(file)).wasm);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  console.error(`wasinit: ${error.message}`);
  process.exitCode = 1;
}

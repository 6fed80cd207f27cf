#!/usr/bin/env node
/** The command `wasinit`: its arguments, and how its results are printed. */
import { readFileSync } from "node:fs";
import { arch as thisComputer } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { asset } from "./assets.js";
import type { BuildOptions, Built } from "./build.js";
import { Complaint } from "./complaint.js";
import { COMPRESSIONS } from "./compress.js";
import { writeWhole } from "./files.js";
import type { Owner, Packed } from "./image.js";
import type { Comparison, Inspected } from "./inspect.js";
import type { NewOptions } from "./new.js";
import { ARCHITECTURES, type Architecture } from "./pack.js";
import type { ReplayOptions } from "./replay.js";
import type { RunOptions } from "./run.js";
import type { CommandOptions } from "./testing.js";
import { fail, grouped, paint, useNoColours, warn } from "./terminal.js";

const TEMPLATES = ["default", "microvm", "kiosk", "diskless", "update"];
const NODE_NAMES: Record<string, Architecture> = { x64: "x86_64", arm64: "aarch64", riscv64: "riscv64" };

const { version, description } = JSON.parse(readFileSync(asset("package.json"), "utf8")) as Record<string, string>;

// What a command is done by is loaded when it is called: the compiler alone takes longer to load than most take to run.
const program = new Command("wasinit")
  .description(description!)
  .version(version!, "-V, --version", "print the version")
  .option("--no-color", "print without colours, as NO_COLOR=1 does")
  .on("option:no-color", useNoColours)
  .helpOption("-h, --help", "print what can be said")
  .helpCommand("help [COMMAND]", "print what can be said of a command")
  .configureHelp({ styleTitle: (title) => `\x1b[1m${title}\x1b[22m` })
  .showHelpAfterError("(wasinit help tells more)")
  .exitOverride(({ exitCode }) => process.exit(exitCode && 2));

/** A command, with examples below its help. */
function command(name: string, description: string, examples: Record<string, string>): Command {
  const width = Math.max(...Object.keys(examples).map(({ length }) => length));
  const lines = Object.entries(examples).map(([line, what]) => `  wasinit ${line.padEnd(width)}  ${what}\n`);
  const text = () => `\n${paint("Examples:", "bold")}\n${lines.join("")}`;
  return program.command(name).description(description).addHelpText("after", text);
}

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is no number.");
  return Number(text);
}

function another(text: string, before: string[] = []): string[] {
  return [...before, text];
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
const stackOption = new Option("--stack <BYTES>", "the interpreter's stack").argParser(number).default(16384);
const jsonOption = new Option("--json", "print the result as JSON");

function list(title: string, items: string[]): void {
  if (items.length) console.log(`${title} ${items.join(", ")}`);
}

const count = (value: number, unit: string) => `${grouped(value)} ${unit}`;

command("new", "make a project: a policy, and what it takes to build, test and run it", {
  "new my-init": "makes the directory my-init",
  "new my-vm -t microvm": "of another template",
})
  .argument("<DIR>", "the directory to make")
  .addOption(new Option("-t, --template <NAME>", "the policy to begin with").choices(TEMPLATES).default("default"))
  .option("--wasinit <SPEC>", "what it depends on: a version, or the path of a package", `^${version}`)
  .action(async (directory: string, options: NewOptions) => {
    const { create } = await import("./new.js");
    const { files } = create(directory, options);
    const path = /[^\w./\\:-]/.test(directory) ? `"${directory}"` : directory;
    console.log(`${paint(directory, "bold")} has ${files.join(", ")}\n\nNext:\n`);
    for (const line of [`cd ${path}`, "npm install", "npm test", "npm run build"]) console.log(`  ${line}`);
  });

function warnOf(warnings: string): void {
  if (warnings) warn(`it compiles, but:\n\n${warnings}`);
}

function printBuilt({ init, bytes, arch, can, cannot, unneeded, warnings }: Built): void {
  warnOf(warnings);
  console.log(`${paint(init, "bold")}: ${count(bytes, "bytes")}, for ${arch}`);
  list("It can", can);
  list("It can't", cannot);
  list("wasinit.lock allows what it no longer needs:", unneeded);
}

command("build", "build an /init of a policy", {
  build: "builds init, of init.ts",
  "build my-init.ts -o out/init -a aarch64": "for 64-bit ARM",
  "build --update-lock": "once the policy is to do more than wasinit.lock allows",
  "build worker.wasm": "of a module that another compiler has made",
  "build --record": "one that records its life, with record=/dev/ttyS1 on the kernel's command line",
})
  .argument("[FILE]", "the policy, or a module: FILE.wasm", "init.ts")
  .option("-o, --out <FILE>", "the /init to write", "init")
  .addOption(archOption)
  .addOption(stackOption)
  .option("--record", "have it record its life, for wasinit replay")
  .option("--update-lock", "write to wasinit.lock what the policy imports")
  .addOption(new Option("-w, --watch", "build again whenever a source changes").conflicts("json"))
  .addOption(jsonOption)
  .action(async (file: string, options: BuildOptions & { json?: boolean; watch?: boolean }) => {
    const { build } = await import("./build.js");
    if (options.watch) {
      const { watch } = await import("./watch.js");
      await watch(async (sources) => printBuilt(await build(file, options, sources)));
    }
    const built = await build(file, options);
    if (options.json) console.log(JSON.stringify(built, null, 2));
    else printBuilt(built);
  });

command("test", "test a policy by scenarios, on a simulated kernel: docs/scenarios.md", {
  test: "lives each of tests/*.txt, and compares what happens with what is expected",
  "test --update": "writes what happens as what is expected",
  "test --faults": "has each call fail once with each errno of its manual page",
  "test -p my-init.ts tests/good-life.txt": "of another policy, by one scenario",
})
  .argument("[FILES...]", "the scenarios (default: tests/*.txt beside the policy)")
  .option("-p, --policy <FILE>", "the policy, or a module: FILE.wasm", "init.ts")
  .option("-u, --update", "write the traces that differ, or are not there yet")
  .addOption(new Option("-w, --watch", "test again whenever a file changes").conflicts("json"))
  .option("--faults", "have each call fail, in a life of its own each time: each must reach an end")
  .addOption(new Option("--engine <ENGINE>", "what runs the policy").choices(["node", "wasmtime"]).default("node"))
  .addOption(jsonOption)
  .action(async (files: string[], options: CommandOptions) => {
    const { testCommand } = await import("./testing.js");
    if (!(await testCommand(files, options))) process.exitCode = 1;
  });

const RUN_NOTE = `The machine's console is this terminal: Ctrl-A X ends it. Exit status: what the policy has told by powerOff(status), or 0; 1 if
the kernel has panicked, QEMU has failed, or the machine did not end in time.
`;

command("run", "boot a policy in QEMU, on this terminal", {
  run: "boots init.ts, on Debian's kernel",
  "run --root root --append trial=1": "with files, and a word on the kernel's command line",
  "run --kernel bzImage --disk disk.img": "on another kernel, with a disk",
  "run --timeout 20 </dev/null": "in a script, for 20 seconds at most",
  "run --record life.trace": "and records its life, for wasinit replay",
})
  .argument("[FILE]", "the policy, or a module: FILE.wasm", "init.ts")
  .option("-r, --root <DIR>", "what the machine has, besides /init")
  .option("-k, --kernel <FILE>", "the kernel (default: Debian's, which apt-get fetches once)")
  .addOption(archOption)
  .addOption(stackOption)
  .option("--append <WORDS>", "put words on the kernel's command line", another)
  .option("-m, --memory <MB>", "the machine's memory", number, 256)
  .option("--disk <FILE>", "give the machine a disk, which it may write to", another)
  .option("--record <FILE>", "record the policy's life: write its trace to a file")
  .option("--qemu <ARGS>", "give QEMU more arguments", another)
  .option("--timeout <SECONDS>", "how long it may take (default: 120 if there is no terminal)", number)
  .addHelpText("after", RUN_NOTE)
  .action(async (file: string, options: RunOptions) => {
    const { run } = await import("./run.js");
    process.exitCode = (await run(file, options)).status;
  });

command("replay", "live again what an init has recorded, to the same end, and tell where in the sources that is", {
  "replay life.trace": "lives init.ts again",
  "replay life.trace my-init.ts -v": "and prints each call",
  "replay dmesg.txt --child 42": "the life of a child that was forked, from the log of a machine",
})
  .argument("<TRACE>", "the trace, or a log with the trace in it")
  .argument("[FILE]", "the policy that was recorded, or another: then the first call that differs is shown", "init.ts")
  .option("--child <PID>", "the life of a child", number)
  .option("-v, --verbose", "print each call")
  .addOption(jsonOption)
  .action(async (trace: string, file: string, { json, ...options }: ReplayOptions & { json?: boolean }) => {
    const { replay } = await import("./replay.js");
    const replayed = await replay(trace, file, options);
    if (json) console.log(JSON.stringify(replayed, null, 2));
    else console.log((await import("./explain.js")).explain(trace, replayed));
    if (!replayed.isSame) process.exitCode = 1;
  });

function printImage({ image, bytes, compress, names, warnings }: Packed): void {
  console.log(`${paint(image, "bold")}: ${count(bytes, "bytes")}, ${compress}; ${count(names, "names")}`);
  for (const warning of warnings) warn(`warning: ${warning}`);
}

command("image", "pack a root directory and an /init into an initramfs: the same bytes, whenever and wherever", {
  "image --root root": "packs root and init into initramfs.cpio.gz",
  "image --root root -o initramfs.zst": "compressed by zstd",
  "image --root root --manifest devices": "with device nodes, which the file devices names",
})
  .requiredOption("-r, --root <DIR>", "what is to be in it")
  .option("--init <FILE>", "the /init", "init")
  .option("-o, --out <FILE>", "the image to write", "initramfs.cpio.gz")
  .option("--at <PATH>", "where in the image the init lies, and the root's own /init stays (default: /init)")
  .option("--owner <UID:GID>", "whose everything is (default: root keeps the owners; else all is root's)", owner)
  .option("--manifest <FILE>", "owners, modes and device nodes, in the lines of the kernel's gen_init_cpio")
  .addOption(new Option("--compress <HOW>", "(default: by the name of the image)").choices(COMPRESSIONS))
  .option("--portable", "owners and modes as on any system: programs are 0755, all else is 0644, and root's")
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

function printComparison({ with: other, same, where }: Comparison): void {
  if (same === "all") console.log(`It is what ${other} packs to, byte for byte.`);
  else if (same === "module") console.log(`Its module is that of ${other}; what differs first is ${where}.`);
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

command("inspect", "tell what an /init is, and whether it is what its policy packs to", {
  inspect: "tells what init is",
  "inspect init --policy init.ts": "and whether it is what init.ts makes",
})
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

command("compile", "compile a policy to a module of WebAssembly, and no more", {
  "compile init.ts -o init.wasm": "for another packer",
})
  .argument("[FILE]", "the policy", "init.ts")
  .option("-o, --out <FILE>", "the module to write", "init.wasm")
  .action(async (file: string, { out }: { out: string }) => {
    const { compile } = await import("./compile.js");
    const { wasm, warnings } = await compile(file);
    warnOf(warnings);
    writeWhole(out, wasm);
  });

const STATUS_NOTE = () => `
${paint("Exit status:", "bold")}
  0  all is well
  1  something is wrong with what it was given, as standard error says
  2  it was called wrongly
  wasinit run has that of the machine's policy.`;

program.addHelpText("after", STATUS_NOTE);
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  fail(error.message);
  process.exitCode = 1;
}

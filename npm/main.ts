#!/usr/bin/env node
/** The command `wasinit`. It exits with 0, 1 if something is wrong with what it was given, or 2 if it was called wrongly. */
import { readFileSync } from "node:fs";
import { arch as thisComputer } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { asset } from "./assets.js";
import { type Built, build } from "./build.js";
import { compile } from "./compile.js";
import { Complaint } from "./complaint.js";
import { explain } from "./explain.js";
import { writeWhole } from "./files.js";
import { ARCHITECTURES, type Architecture } from "./pack.js";
import { replay } from "./replay.js";

const NODE_NAMES: Record<string, Architecture> = { x64: "x86_64", arm64: "aarch64", riscv64: "riscv64" };

const { version, description } = JSON.parse(readFileSync(asset("package.json"), "utf8")) as Record<string, string>;

const program = new Command("wasinit").description(description!).version(version!);
program.showHelpAfterError("(wasinit --help tells more)").exitOverride((error) => {
  process.exit(error.exitCode && 2);
});

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is no number.");
  return Number(text);
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
  .option("--record", "have it record its life: with record=FILE on the kernel's command line", false)
  .option("--update-lock", "write to wasinit.lock what the policy imports", false)
  .addOption(jsonOption)
  .action(async (file: string, options) => {
    const built = await build(file, options);
    if (options.json) console.log(JSON.stringify(built, null, 2));
    else print(built);
  });

program
  .command("replay")
  .description("live again what an init has recorded, to the same end")
  .argument("<TRACE>", "the trace, or a log that has it in it")
  .argument("[FILE]", "the policy that was recorded, or another one", "init.ts")
  .option("--child <PID>", "the life of a child that it forked", number, 0)
  .option("-v, --verbose", "print each call", false)
  .addOption(jsonOption)
  .action(async (trace: string, file: string, options) => {
    const replayed = await replay(trace, file, options);
    console.log(options.json ? JSON.stringify(replayed, null, 2) : explain(trace, replayed));
    if (!replayed.isSame) process.exitCode = 1;
  });

program
  .command("compile")
  .description("compile a policy to a module of WebAssembly, and no more")
  .argument("[FILE]", "the policy", "init.ts")
  .option("-o, --out <FILE>", "the module to write", "init.wasm")
  .action(async (file: string, { out }: { out: string }) => writeWhole(out, (await compile(file)).wasm));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  console.error(`wasinit: ${error.message}`);
  process.exitCode = 1;
}

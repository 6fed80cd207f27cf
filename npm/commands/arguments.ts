/** What the commands have in common: how they are described, and options of several. */
import { readFileSync } from "node:fs";
import { arch as thisComputer } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { asset } from "../base/assets.js";
import { grouped, paint } from "../base/terminal.js";
import { ARCHITECTURES, type Architecture } from "../compiler/pack.js";

export const { version, description } = JSON.parse(readFileSync(asset("package.json"), "utf8")) as Record<
  string,
  string
>;

const NODE_NAMES: Record<string, Architecture> = { x64: "x86_64", arm64: "aarch64", riscv64: "riscv64" };

/**
 * A command, with examples below its help. What it is done by is to be loaded when it is called: the compiler alone takes
 * longer to load than most take to run.
 */
export function command(name: string, description: string, examples: Record<string, string>): Command {
  const width = Math.max(...Object.keys(examples).map(({ length }) => length));
  const lines = Object.entries(examples).map(([line, what]) => `  wasinit ${line.padEnd(width)}  ${what}\n`);
  const text = () => `\n${paint("Examples:", "bold")}\n${lines.join("")}`;
  return new Command(name).description(description).addHelpText("after", text);
}

export function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is no number.");
  return Number(text);
}

export function another(text: string, before: string[] = []): string[] {
  return [...before, text];
}

export const archOption = new Option("-a, --arch <ARCH>", "what it is built for")
  .choices(ARCHITECTURES)
  .default(NODE_NAMES[thisComputer()] ?? "x86_64");
export const stackOption = new Option("--stack <BYTES>", "the interpreter's stack").argParser(number).default(16384);
export const jsonOption = new Option("--json", "print the result as JSON");

export function list(title: string, items: string[]): void {
  if (items.length) console.log(`${title} ${items.join(", ")}`);
}

export const count = (value: number, unit: string) => `${grouped(value)} ${unit}`;

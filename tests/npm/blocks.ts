/** The blocks of code that a page of docs/ shows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../arch.js";

export interface Block {
  /** The heading that it is below. */
  title: string;
  /** Such as `ts`. */
  language: string;
  /** The name of its file, if a line in front of it says so, in backticks and alone. */
  file: string | undefined;
  text: string;
}

const BLOCK = /^(?:#+ (?<title>.*)|(?:`(?<file>[^`\n]+)`\n\n)?```(?<language>\w*)\n(?<text>[^]*?)^```)$/gm;

/** The blocks of a page, in their order. */
export function blocksOf(page: string): Block[] {
  let title = "";
  const blocks: Block[] = [];
  for (const { groups } of readFileSync(join(PROJECT, "docs", page), "utf8").matchAll(BLOCK)) {
    if (groups!.title !== undefined) title = groups!.title;
    else blocks.push({ title, language: groups!.language!, file: groups!.file, text: groups!.text! });
  }
  return blocks;
}

/** The commands of a block, each with what the page shows of its output. */
export function commandsOf({ language, text }: Block): string[] {
  if (language !== "console") return [];
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((command) => command.trimEnd());
}

/** The recipes of docs/cookbook.md, as they stand there, but for the name of the machine's console. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../arch.js";
import { CONSOLE } from "./devices.js";
import type { File } from "./qemu.js";

/** The sections that have files, by their titles: the text behind each title. */
const sections = new Map(
  readFileSync(join(PROJECT, "docs/cookbook.md"), "utf8")
    .replaceAll("ttyS0", CONSOLE)
    .split(/^###? /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section]),
);

/** A line that is a file's name, and the block that is its text. */
const FILE = /^`([^`\n]+)`\n\n```\w*\n([^]*?)^```$/gm;

function section(title: string): string {
  const text = sections.get(title);
  assert.ok(text, `docs/cookbook.md has no recipe "${title}"`);
  return text;
}

function filesOf(title: string): [string, string][] {
  return [...section(title).matchAll(FILE)].map(([, path, text]) => [path!, text!]);
}

/**
 * What a console shows when Ctrl-C has ended `sleep 1000`: a prompt. The kernel sends the signal and then echoes ^C, unless
 * the shell has switched the echo off by then.
 */
export const INTERRUPTED = /sleep 1000\n[^]*^\S* # /m;

/** The titles of all recipes. */
export const TITLES = [...sections.keys()].filter((title) => /^```/m.test(section(title)));

/** The files of recipes, over one another. */
export function recipe(...titles: string[]): Record<string, File> {
  return Object.fromEntries(titles.flatMap(filesOf));
}

/** The text of a recipe's file. */
export function fileOf(title: string, path: string): string {
  const found = filesOf(title).find(([name]) => name == path);
  assert.ok(found, `the recipe "${title}" has no file ${path}`);
  return found[1];
}

/** The blocks of a recipe that are no files: screens, commands, command lines. */
export function screens(title: string): string[] {
  const rest = section(title).replace(FILE, "");
  return [...rest.matchAll(/^```\w*\n([^]*?)\n```$/gm)].map(([, text]) => text!);
}

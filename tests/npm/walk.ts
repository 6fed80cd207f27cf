/** Goes through a page of docs/ as a reader does: writes its files, runs its commands, and looks for what they print. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT } from "../arch.js";
import { KERNEL } from "../boot/options.js";
import { type Block, commandsOf } from "./blocks.js";
import { VERSION, folder } from "./installed.js";

/** What is other than on the page, as the package is in no registry yet, and this computer's kernel is there. */
const INSTALL = "npm install --no-audit --no-fund --prefer-offline";
const HERE: [string, string][] = [
  ["npm install --save-dev", `${INSTALL} --save-dev`],
  ["npm install", `${INSTALL} ${join(PROJECT, `dist/wasinit-${VERSION}.tgz`)}`],
  ["npx wasinit run", `npx wasinit run --kernel ${KERNEL}`],
];

export class Walk {
  directory = folder;

  /** @param here makes a command of a page's, where a computer may have it by another name. */
  constructor(private readonly here = (command: string) => command) {}

  private runs(command: string): string {
    const [page, here] = HERE.find(([page]) => command.includes(page)) ?? ["", ""];
    const args = ["-c", `exec 2>&1; ${this.here(command.replace(page, here))}`];
    const { status, stdout } = spawnSync("sh", args, { cwd: this.directory, encoding: "utf8" });
    assert.equal(status, 0, `${command}\n${stdout}`);
    return stdout;
  }

  /** A command, and the lines of what it prints that the page shows, in their order. */
  private step(text: string): void {
    const [command, ...shown] = text.split("\n") as [string, ...string[]];
    if (command.startsWith("cd ")) return void (this.directory = join(this.directory, command.slice(3)));
    const printed = this.runs(command);
    let from = 0;
    for (const line of shown) {
      const at = printed.indexOf(line, from);
      assert.notEqual(at, -1, `${command} does not print: ${line}\n--- but\n${printed}`);
      from = at + line.length;
    }
  }

  private write(file: string, text: string): void {
    const path = join(this.directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  take(block: Block): void {
    if (block.file) this.write(block.file, block.text);
    else commandsOf(block).forEach((text) => this.step(text));
  }
}

/** The options that README.md asks of a kernel are those of kernel/config, and of the kernel that the other tests boot. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ARCH, PROJECT } from "../arch.js";
import { OPTIONS, noOptions, parseOptions } from "./options.js";
import { GROUPS } from "../kernel/groups.js";

/** Options whose value depends on what the kernel is for. */
const VALUED = ["LOG_BUF_SHIFT"];

/** Those that a kernel may lack, by its architecture: Debian's has none, or there is no such option. */
const MAY_LACK = { aarch64: ["KEXEC_FILE", "RELOCATABLE"], riscv64: ["KEXEC_FILE", "RELOCATABLE"] }[ARCH] ?? [];

/** On other machines than a PC it is another port's driver. */
const CONSOLE = ["SERIAL_8250", "SERIAL_8250_CONSOLE"];

/** The blocks of a section of README.md. */
function blocksOf(title: string): string[] {
  const readme = readFileSync(join(PROJECT, "README.md"), "utf8");
  const found = new RegExp(`^#+ ${title}\\n([^]*?)(?=\\n#+ [A-Z]|$(?![^]))`, "m").exec(readme);
  assert.ok(found, `README.md has no section "${title}"`);
  return [...found[1]!.matchAll(/^```\n(CONFIG_[^]*?)\n```$/gm)].map(([, text]) => text!);
}

function isMet(name: string, value: string): boolean {
  if (VALUED.includes(name)) return OPTIONS.has(name);
  const mayLack = MAY_LACK.includes(name) || (ARCH == "aarch64" && CONSOLE.includes(name));
  return mayLack || OPTIONS.get(name) == value;
}

describe("the kernel configuration of README.md", () => {
  test("is what the smallest kernel is built with, a block a group", () =>
    assert.deepEqual(
      blocksOf("Kernel configuration"),
      GROUPS.map(({ text }) => text),
    ));

  for (const { name, text } of GROUPS)
    test(`is that of the tested kernel: ${name}`, { skip: noOptions }, () => {
      const asked = parseOptions(text);
      assert.ok(asked.size > 0, "the group is empty");
      assert.deepEqual(
        [...asked].filter(([option, value]) => !isMet(option, value)),
        [],
      );
    });
});

/** The options that README.md asks of a kernel are those of kernel/config, and of the kernel that the other tests boot. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { GROUPS, optionsOf } from "../kernel/groups.js";
import { KERNEL, REPOSITORY } from "./qemu.js";

/** Options whose value depends on what the kernel is for. */
const VALUED = ["CONFIG_LOG_BUF_SHIFT"];

/** The blocks of a section of README.md. */
function blocksOf(title: string): string[] {
  const readme = readFileSync(join(REPOSITORY, "README.md"), "utf8");
  const found = new RegExp(`^#+ ${title}\\n([^]*?)(?=\\n#+ [A-Z]|$(?![^]))`, "m").exec(readme);
  assert.ok(found, `README.md has no section "${title}"`);
  return [...found[1]!.matchAll(/^```\n([^]*?)\n```$/gm)].map(([, text]) => text!);
}

const config = join(dirname(KERNEL), "config");
const skip = existsSync(config) ? false : `there is no ${config}, with the options of this kernel`;

describe("the kernel configuration of README.md", () => {
  test("is what the smallest kernel is built with, a block a group", () =>
    assert.deepEqual(
      blocksOf("Kernel configuration"),
      GROUPS.map(({ text }) => text),
    ));

  for (const { name, text } of GROUPS)
    test(`is that of the tested kernel: ${name}`, { skip }, () => {
      const [asked, has] = [optionsOf(text), optionsOf(readFileSync(config, "utf8"))];
      assert.ok(asked.size > 0, "the group is empty");
      const differ = [...asked].filter(([option, value]) =>
        VALUED.includes(option) ? !has.has(option) : has.get(option) != value,
      );
      assert.deepEqual(differ, []);
    });
});

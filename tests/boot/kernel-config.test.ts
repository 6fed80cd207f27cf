/** The options that README.md asks of a kernel are those of the kernel that the other tests boot. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { KERNEL, REPOSITORY } from "./qemu.js";

/** Options that take a value, which depends on what the kernel is for. */
const VALUED = ["CONFIG_INITRAMFS_SOURCE", "CONFIG_LOG_BUF_SHIFT"];

function options(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^(CONFIG_\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
}

function section(readme: string, title: string): string {
  const found = new RegExp(`^#+ ${title}\\n([^]*?)(?=\\n#+ [A-Z]|$(?![^]))`, "m").exec(readme);
  assert.ok(found, `README.md has no section "${title}"`);
  return found[1]!;
}

const config = join(dirname(KERNEL), "config");

describe("the kernel configuration of README.md", () => {
  const asked = options(section(readFileSync(join(REPOSITORY, "README.md"), "utf8"), "Kernel configuration"));

  test("is a list of options", () => assert.ok(asked.size >= 16, `${asked.size} options`));

  const skip = existsSync(config) ? false : `there is no ${config}, with the options of this kernel`;
  test("is that of the tested kernel", { skip }, () => {
    const has = options(readFileSync(config, "utf8"));
    const differ = [...asked].filter(([name, value]) => {
      return VALUED.includes(name) ? !has.has(name) : value != "y" || has.get(name) != "y";
    });
    assert.deepEqual(differ, []);
  });
});

/** wasinit new: its arguments, and what it prints. */
import { Option } from "commander";
import { paint } from "../base/terminal.js";
import type { NewOptions } from "../scaffold.js";
import { command, version } from "./arguments.js";

const TEMPLATES = ["default", "microvm", "kiosk", "diskless", "update"];

export const newCommand = command("new", "make a project: a policy, and what it takes to build, test and run it", {
  "new my-init": "makes the directory my-init",
  "new my-vm -t microvm": "of another template",
})
  .argument("<DIR>", "the directory to make")
  .addOption(new Option("-t, --template <NAME>", "the policy to begin with").choices(TEMPLATES).default("default"))
  .option("--wasinit <SPEC>", "what it depends on: a version, or the path of a package", `^${version}`)
  .action(async (directory: string, options: NewOptions) => {
    const { create } = await import("../scaffold.js");
    const { files } = create(directory, options);
    const path = /[^\w./\\:-]/.test(directory) ? `"${directory}"` : directory;
    console.log(`${paint(directory, "bold")} has ${files.join(", ")}\n\nNext:\n`);
    for (const line of [`cd ${path}`, "npm install", "npm test", "npm run build"]) console.log(`  ${line}`);
  });

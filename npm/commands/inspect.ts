/** wasinit inspect: its arguments, and what it prints. */
import { Option } from "commander";
import { Complaint } from "../base/complaint.js";
import type { Comparison, Inspected } from "../inspect/inspect.js";
import { command, count, jsonOption, list, version } from "./arguments.js";

const HOSTS = {
  generic: "that of this package",
  recorder: "that of this package which records its life",
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

export const inspectCommand = command("inspect", "tell what an /init is, and whether it is what its policy packs to", {
  inspect: "tells what init is",
  "inspect init --policy init.ts": "and whether it is what init.ts makes",
})
  .argument("[INIT]", "the /init", "init")
  .addOption(new Option("--policy <FILE>", "compare it with what a policy packs to").conflicts("module"))
  .option("--module <FILE>", "compare it with what a module of WebAssembly packs to")
  .addOption(jsonOption)
  .action(async (file: string, options) => {
    const { inspect } = await import("../inspect/inspect.js");
    const inspected = await inspect(file, options);
    if (options.json) console.log(JSON.stringify(inspected, null, 2));
    else printInspected(inspected);
    if (!inspected.module)
      throw new Complaint(`${file} is of wasinit ${inspected.version}, this is ${version}: no more can be told of it`);
    const { intact, comparison } = inspected;
    if (!intact || (comparison && comparison.same !== "all")) process.exitCode = 1;
  });

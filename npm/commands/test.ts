/** wasinit test: its arguments, what it prints, and that it does so again when a file changes. */
import { Option } from "commander";
import { paint, warnOf } from "../base/terminal.js";
import type { Sources } from "../compiler/sources.js";
import type { TestOptions } from "../testing/test.js";
import { command, jsonOption } from "./arguments.js";

interface Options extends TestOptions {
  policy: string;
  watch?: boolean;
  json?: boolean;
}

/** Tests a policy; returns whether all is as expected. */
async function testOnce(files: string[], options: Options, sources: Sources): Promise<boolean> {
  const { load, readScenarios, test } = await import("../testing/test.js");
  const { sumText, testText } = await import("../testing/report.js");
  const scenarios = readScenarios(options.policy, files, sources);
  const { policy, warnings } = await load(options.policy, sources);
  warnOf(warnings);
  const tested = await test(
    options.policy,
    policy,
    scenarios,
    options,
    (each) => options.json || console.log(testText(each)),
  );
  console.log(options.json ? JSON.stringify(tested, null, 2) : `\n${sumText(tested)}`);
  return !tested.failed;
}

async function testAgainAndAgain(files: string[], options: Options): Promise<void> {
  const { watch } = await import("../compiler/watch.js");
  let runs = 0;
  await watch(async (sources) => {
    if (runs++) console.log(paint(`\n--- ${new Date().toLocaleTimeString("en-GB")}`, "dim"));
    await testOnce(files, options, sources);
  });
}

export const testCommand = command("test", "test a policy by scenarios, on a simulated kernel: docs/scenarios.md", {
  test: "lives each of tests/*.txt, and compares what happens with what is expected",
  "test --update": "writes what happens as what is expected",
  "test --faults": "has each call fail once with each errno of its manual page",
  "test -p my-init.ts tests/good-life.txt": "of another policy, by one scenario",
})
  .argument("[FILES...]", "the scenarios, or directories of them (default: tests/*.txt beside the policy)")
  .option("-p, --policy <FILE>", "the policy, or a module: FILE.wasm", "init.ts")
  .option("-u, --update", "write the traces that differ, or are not there yet")
  .addOption(new Option("-w, --watch", "test again whenever a file changes").conflicts("json"))
  .option("--faults", "have each call fail, in a life of its own each time: each must reach an end")
  .addOption(new Option("--engine <ENGINE>", "what runs the policy").choices(["node", "wasmtime"]).default("node"))
  .addOption(jsonOption)
  .action(async (files: string[], options: Options) => {
    if (options.watch) await testAgainAndAgain(files, options);
    const { Sources } = await import("../compiler/sources.js");
    if (!(await testOnce(files, options, new Sources()))) process.exitCode = 1;
  });

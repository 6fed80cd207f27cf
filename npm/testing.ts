/** wasinit test, as a command: what it prints, and that it does so again when a file changes. */
import { sumText, testText } from "./report.js";
import { Sources } from "./sources.js";
import { paint, warn } from "./terminal.js";
import { type TestOptions, load, readScenarios, test } from "./test.js";
import { watch } from "./watch.js";

export interface CommandOptions extends TestOptions {
  policy: string;
  watch?: boolean;
  json?: boolean;
}

async function testOnce(files: string[], options: CommandOptions, sources: Sources): Promise<boolean> {
  const scenarios = readScenarios(options.policy, files, sources);
  const { policy, warnings } = await load(options.policy, sources);
  if (warnings) warn(`it compiles, but:\n\n${warnings}`);
  const tested = await test(policy, scenarios, options, (each) => options.json || console.log(testText(each)));
  console.log(options.json ? JSON.stringify(tested, null, 2) : `\n${sumText(tested)}`);
  return !tested.failed;
}

/** Tests a policy; returns whether all is as expected. With `watch` it does so again after each change, for ever. */
export async function testCommand(files: string[], options: CommandOptions): Promise<boolean> {
  if (!options.watch) return testOnce(files, options, new Sources());
  let runs = 0;
  return watch(async (sources) => {
    if (runs++) console.log(paint(`\n--- ${new Date().toLocaleTimeString("en-GB")}`, "dim"));
    await testOnce(files, options, sources);
  });
}

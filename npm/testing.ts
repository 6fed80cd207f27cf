/** wasinit test, as a command: what it prints, and that it watches. */
import { statSync } from "node:fs";
import { dirname, extname } from "node:path";
import { Complaint } from "./complaint.js";
import { type Paint, paintFor, sumLine, testLines } from "./report.js";
import { type TestOptions, load, scenariosOf, test } from "./test.js";
import { nextChange } from "./watch.js";

export interface CommandOptions extends TestOptions {
  watch: boolean;
  json: boolean;
}

async function once(files: string[], options: CommandOptions, sources: Set<string>): Promise<boolean> {
  const paint = paintFor(process.stdout);
  const scenarios = files.length ? files : scenariosOf(options.policy);
  scenarios.forEach((file) => sources.add(file));
  const { policy, sources: read } = await load(options.policy);
  read.forEach((file) => sources.add(file));
  const report = (line: string) => options.json || console.log(line);
  const tested = await test(policy, scenarios, options, (each) => report(testLines(each, paint)));
  if (options.json) console.log(JSON.stringify(tested, null, 2));
  else console.log(`\n${sumLine(tested, paint)}`);
  return !tested.failed;
}

/** The same, but what can't be tested is said, and not the end. */
async function onceAndAgain(files: string[], options: CommandOptions, sources: Set<string>): Promise<void> {
  try {
    await once(files, options, sources);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    console.error(`wasinit: ${error.message}`);
  }
}

function heading(path: string, paint: Paint): string {
  return paint("dim", `\n--- ${new Date().toLocaleTimeString("en-GB")} ${path} has changed`);
}

/** A file that has changed since a time, if there is one. */
function changedSince(time: number, paths: Iterable<string>): string | undefined {
  return [...paths].find((path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > time);
}

/** Tests a policy; returns whether all is as expected. With `watch` it does so again whenever a file changes, for ever. */
export async function testCommand(files: string[], options: CommandOptions): Promise<boolean> {
  const sources = new Set([options.policy]);
  if (!options.watch) return once(files, options, sources);
  for (;;) {
    const start = Date.now();
    await onceAndAgain(files, options, sources);
    const kinds = new Set([...sources].map((path) => extname(path)));
    const change = nextChange(new Set([...sources].map(dirname)), (name) => kinds.has(extname(name)));
    console.log(heading(changedSince(start, sources) ?? (await change), paintFor(process.stdout)));
  }
}

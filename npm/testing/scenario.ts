/** A scenario is a text file: directives (see docs/scenarios.md), a line `---`, and the trace that is expected. */

const SEPARATOR = "---\n";

export interface Scenario {
  directives: string;
  /** Null if the file has none yet. */
  expected: string | null;
}

export function parse(file: string): Scenario {
  const [directives = "", expected = null] = file.replace(/\r\n/g, "\n").split(/^---\n/m);
  return { directives, expected };
}

export function print({ directives, expected }: Scenario): string {
  const end = directives === "" || directives.endsWith("\n") ? "" : "\n";
  return directives + end + (expected === null ? "" : SEPARATOR + expected);
}

/** Says once, and how often, what stands on many lines. */
export function fold(output: string): string {
  return output.replace(
    /^(.+\n)\1+/gm,
    (all, line: string) => `${line.trimEnd()}   (${all.length / line.length} times)\n`,
  );
}

/** What the host calls: `boot`, or `check` for `--check`. */
export function entryOf(directives: string): "boot" | "check" {
  return /^\s*check\s*$/m.test(directives) ? "check" : "boot";
}

/** Whether the scenario itself says when it ends, and how the trace shows that. */
export function limitOf(directives: string): string | null {
  const [, run] = /^\s*until (run .*\S)\s*$/m.exec(directives) ?? [];
  if (run) return run;
  return /^\s*until /m.test(directives) ? "goes on after" : null;
}

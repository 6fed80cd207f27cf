/** Runs the fuzzers for the tests. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../arch.js";

export const BUILD = join(PROJECT, "build/fuzz");
export const SCRIPTS = join(PROJECT, "tests/fuzz");

/** A reason to skip what runs in namespaces, or false. */
export const skip: string | false = (() => {
  const { status, stderr, error } = spawnSync(join(SCRIPTS, "run.sh"), ["true"], { encoding: "utf8" });
  return status === 0 ? false : `namespaces can't be made here: ${(error?.message ?? stderr).trim()}`;
})();

export interface Run {
  failed: boolean;
  output: string;
}

function run(command: string, args: string[]): Run {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: PROJECT, encoding: "latin1" });
  return { failed: status !== 0, output: stdout + stderr + (error?.message ?? "") };
}

/** Calls `use` with a directory that no other run has. */
function withDirectory<T>(use: (directory: string) => T): T {
  mkdirSync(BUILD, { recursive: true });
  const directory = mkdtempSync(join(BUILD, "corpus-"));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Fuzzes a target for some seconds, always with the same inputs as far as it gets. */
export function fuzz(target: string, seconds: number, ...seeds: string[]): Run {
  return withDirectory((corpus) =>
    run(join(SCRIPTS, "fuzz.sh"), [target, String(seconds), corpus, "-seed=1", ...seeds]),
  );
}

/** Runs any fuzzer of build/fuzz/build, until it fails or for some seconds. */
export function fuzzUntilFailure(program: string, seconds: number): Run {
  return withDirectory((corpus) => {
    const options = ["-seed=1", "-max_len=512", `-max_total_time=${seconds}`, `-artifact_prefix=${corpus}/`];
    const seeds = [corpus, join(SCRIPTS, "seeds/imports")];
    return run(join(SCRIPTS, "run.sh"), [join(BUILD, "build", program), ...options, ...seeds]);
  });
}

/** The packer and hosts with spec.c in them, as engines for scripts. */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { commandFor } from "../arch.js";
import { PACK } from "../host/modules.js";
import type { Engine, Outcome } from "./script.js";

const SECONDS = 60; // until a host that does not answer is ended

/** Packs a module; returns why it is refused. */
function pack(host: string, module: string, out: string, stack?: number): Promise<string | undefined> {
  const options = stack ? [`--stack=${stack}`] : [];
  return new Promise((resolve, reject) => {
    execFile(PACK, [...options, host, module, out], (error, _, stderr) => {
      const refusal = /^pack: the module is refused: (.*)/.exec(stderr)?.[1];
      if (!error || (error.code === 1 && refusal)) resolve(refusal);
      else reject(new Error(`pack ${module}: ${error.message}`));
    });
  });
}

/** Runs a host until its standard input ends; the answers of one that dies end before. */
async function run(program: string, lines: string[]): Promise<string[]> {
  const host = spawn(...commandFor(program), { stdio: ["pipe", "pipe", "ignore"], timeout: SECONDS * 1000 });
  host.stdin.on("error", () => {}); // it has died, which its answers show
  host.stdin.end(lines.map((line) => `${line}\n`).join(""));
  const answers = await text(host.stdout);
  return answers.split("\n");
}

/** Packs modules into the host of that file. */
export function packed(host: string, stack?: number): Engine {
  return async (module, lines): Promise<Outcome> => {
    const directory = mkdtempSync(join(tmpdir(), "spec-"));
    const out = join(directory, "init");
    try {
      const refusal = await pack(host, module, out, stack);
      return refusal ? { refusal } : { answers: await run(out, lines) };
    } finally {
      rmSync(directory, { recursive: true });
    }
  };
}

/** The packer, as a user calls it: what it says of what it refuses; and hosts that are pruned for a module. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "../arch.js";
import { HOST, PACK } from "./modules.js";

/** Gives `use` the paths of a file with the module and of another module's /init, for as long as it runs. */
function withFiles<T>(module: Uint8Array, use: (from: string, to: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "wasinit-packer-"));
  const [from, to] = ["module.wasm", "init"].map((name) => join(directory, name));
  writeFileSync(from, module);
  writeFileSync(to, "of another module");
  try {
    return use(from, to);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What the packer says of a module, or of a host, which it must refuse; and nothing is left. */
export function refusal(module: Uint8Array, host = HOST, ...options: string[]): string {
  return withFiles(module, (from, to) => {
    const { status, stderr } = spawnSync(PACK, [...options, host, from, to], { encoding: "utf8" });
    assert.equal(status, 1, stderr);
    assert.ok(!existsSync(to));
    return stderr.replace(/^pack: /, "").trimEnd();
  });
}

/** Why it refuses a module. */
export function reasonAgainst(module: Uint8Array): string {
  const why = refusal(module);
  const said = "the module is refused: ";
  assert.ok(why.startsWith(said), why);
  return why.slice(said.length);
}

/** An /init of `module`, built as the shipped one is. */
export function pruned(module: Uint8Array): Buffer {
  return withFiles(module, (from, to) => {
    execFileSync(join(PROJECT, "tests/host/pruned.sh"), [from, to], { stdio: ["ignore", "inherit", "inherit"] });
    return readFileSync(to);
  });
}

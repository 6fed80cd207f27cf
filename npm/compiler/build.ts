/** wasinit build: an /init of a policy. */
import { basename, dirname, join } from "node:path";
import { type Writing, checkOutput, writeAll } from "../base/files.js";
import { LOCK, compareLock } from "./lock.js";
import { initOf } from "./module.js";
import type { Architecture } from "./pack.js";
import { importsOf, powersOf } from "./powers.js";
import { Sources } from "./sources.js";

export interface BuildOptions {
  out: string;
  arch: Architecture;
  /** Bytes of the interpreter's stack. */
  stack: number;
  updateLock?: boolean;
  /** Whether it is to record its life, where `record=` of the kernel's command line says. */
  record?: boolean;
}

/** What was built, as `--json` prints it. */
export interface Built {
  init: string;
  arch: Architecture;
  bytes: number;
  imports: string[];
  can: string[];
  cannot: string[];
  /** What wasinit.lock has, and is no longer needed. */
  unneeded: string[];
  /** The path of wasinit.lock, if it was written. */
  newLock?: string;
  /** What the compiler has warned of. */
  warnings: string[];
}

/**
 * Builds /init, of a policy or of a module that was compiled already.
 * @param sources reads what it is made of.
 */
export async function build(
  policy: string,
  { out, arch, stack, updateLock = false, record = false }: BuildOptions,
  sources = new Sources(),
): Promise<Built> {
  const { wasm, init, warnings } = await initOf(policy, arch, stack, sources, record);
  const lock = join(dirname(policy), LOCK);
  checkOutput("--out", out, [...sources.files, lock]);
  const imports = importsOf(wasm);
  const { unneeded, text } = compareLock(lock, basename(policy), imports, updateLock);
  const files: Writing[] = [{ path: out, pieces: [init], mode: 0o755 }];
  if (text !== undefined) files.push({ path: lock, pieces: [text] });
  writeAll(files);
  return {
    init: out,
    arch,
    bytes: init.length,
    imports,
    ...powersOf(imports),
    unneeded,
    newLock: text && lock,
    warnings,
  };
}

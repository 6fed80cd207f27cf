/** wasinit build: an /init of a policy. */
import { basename, dirname, join } from "node:path";
import { compile } from "./compile.js";
import { writeWhole } from "./files.js";
import { LOCK, checkLock } from "./lock.js";
import { type Architecture, pack } from "./pack.js";
import { importsOf, powersOf } from "./powers.js";

export interface BuildOptions {
  out: string;
  arch: Architecture;
  /** Bytes of the interpreter's stack. */
  stack: number;
  updateLock: boolean;
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
}

export async function build(policy: string, { out, arch, stack, updateLock, record }: BuildOptions): Promise<Built> {
  const { wasm } = await compile(policy);
  const imports = importsOf(wasm);
  const init = pack(wasm, arch, stack, record); // Before the lock is written, as it may be refused.
  const unneeded = checkLock(join(dirname(policy), LOCK), basename(policy), imports, updateLock);
  writeWhole(out, init, 0o755);
  return { init: out, arch, bytes: init.length, imports, ...powersOf(imports), unneeded };
}

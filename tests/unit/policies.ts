/** Small policies, for what the shipped one does not do. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../npm/compiler/compile.js";
import { type Policy, prepare } from "../../npm/compiler/policy.js";
import { PROJECT } from "../arch.js";

const WORK = join(PROJECT, "build/tests/unit/policies");

/** Compiles a policy. */
export async function source(name: string, text: string): Promise<Policy> {
  const path = join(WORK, `${name}.ts`);
  mkdirSync(WORK, { recursive: true });
  writeFileSync(path, text);
  return prepare((await compile(path)).wasm);
}

/** Compiles a policy whose `boot` has this body, with functions and imports of its own. */
export function policy(name: string, body: string, more = ""): Promise<Policy> {
  return source(
    name,
    `import * as linux from "wasinit/linux";
     ${more}
     export function boot(): void {
       ${body}
       linux.reboot(linux.RB_POWER_OFF);
     }`,
  );
}

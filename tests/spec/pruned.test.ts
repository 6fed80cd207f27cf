/**
 * The modules of the specification's tests, each in a host that has only the opcodes and the imports that it uses, as
 * the shipped /init is built: `make test-spec` builds one for each set of these, `make test` for some of them.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import { built } from "../arch.js";
import { packed } from "./engines.js";
import { STACKS, unexpected } from "./exceptions.js";
import { missingImports, readScript, runScript } from "./script.js";
import { scriptPath, SCRIPTS } from "./suite.js";

const HOSTS = built("spec", process.env.PRUNED ?? "some");

/** Of which set each module is: see uses.ts. */
const index = JSON.parse(readFileSync(built("spec/uses/index.json"), "utf8")) as Record<string, string>;

const sets = new Set(Object.values(index).filter((set) => existsSync(join(HOSTS, set))));
let tried = 0;

for (const name of SCRIPTS) {
  test(`${name}, pruned`, async () => {
    const setOf = (module: string) => index[basename(module)];
    const result = await runScript(
      (module, lines) => packed(join(HOSTS, setOf(module)), STACKS[name])(module, lines),
      scriptPath(name),
      (module) => sets.has(setOf(module)),
    );
    tried += result.tried;
    assert.deepEqual(unexpected(name, result.failures), []);
  });
}

test("what a module uses can be told of all that a host can have", () => {
  for (const name of SCRIPTS) {
    const failures = readScript(scriptPath(name))
      .filter(({ type, filename }) => type === "module" && !index[filename!])
      .filter(({ filename }) => !missingImports(join(dirname(scriptPath(name)), filename!)).length)
      .map(({ line }) => ({ line, what: "it can't be told what this module uses" }));
    assert.deepEqual(unexpected(name, failures), []);
  }
});

test("the hosts are there", () => {
  const least = process.env.PRUNED === "all" ? new Set(Object.values(index)).size : 1;
  assert.ok(sets.size >= least, `${sets.size} of ${least}`);
});

after(() => {
  console.log(`${tried} commands were tried in ${sets.size} pruned hosts`);
});

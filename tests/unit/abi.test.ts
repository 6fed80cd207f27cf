/** The simulated kernel answers all that the logic can ask for; that the types agree is checked by wasmtime when it links. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { constants, imports } from "../abi.js";
import { asset } from "../../npm/base/assets.js";
import { INIT_WASM } from "./harness.js";

const declared = imports().map(({ module, name }) => `${module}.${name}`);

test("the simulated kernel answers each import that is declared", () => {
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(asset("simulator/driver.wasm"))));
  const names = exported.map(({ name }) => `linux.${name}`);
  assert.deepEqual(
    declared.filter((name) => !names.includes(name)),
    [],
  );
});

test("the shipped module imports only what is declared", () => {
  const imported = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(INIT_WASM)));
  const names = imported.map(({ module, name }) => `${module}.${name}`);
  assert.deepEqual(
    names.filter((name) => !declared.includes(name)),
    [],
  );
});

test("a declaration is read with its types", () => {
  const mount = imports().find(({ name }) => name === "mount");
  assert.deepEqual(mount?.params[0], { name: "source", tsType: "string | null", wasmType: "i32" });
  assert.deepEqual(mount?.result, { tsType: "i32", wasmType: "i32" });
});

test("a constant is read with its value", () => {
  assert.equal(constants().get("O_NOCTTY"), 0o400);
  assert.equal(constants().get("MS_STRICTATIME"), 2 ** 24);
  assert.equal(constants().get("RB_HALT_SYSTEM"), 0xcdef0123);
});

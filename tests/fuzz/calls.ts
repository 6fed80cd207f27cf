/**
 * Writes the module through which the fuzzer calls the imports, one exported function each, `module.name`; and a small one
 * that has some of all that a module can have, to be packed often.
 * usage: calls.js CALLS SMALL
 */
import { writeFileSync } from "node:fs";
import binaryen from "binaryen";
import { assemble } from "../host/modules.js";
import { type Row, rows } from "../host/tables.js";

const PAGES = [1, 3]; // at first, at most

function typeOf({ params, result }: Row): string {
  return [...params.map((type) => `(param ${type})`), result ? `(result ${result})` : ""].join(" ");
}

const table = rows();
const imports = table.map(
  (row) => `(import "${row.module}" "${row.name}" (func $${row.module}.${row.name} ${typeOf(row)}))`,
);
const functions = table.map((row) => {
  const name = `${row.module}.${row.name}`;
  const args = row.params.map((_, i) => `(local.get ${i})`).join(" ");
  return `(func (export "${name}") ${typeOf(row)} (call $${name} ${args}))`;
});

writeFileSync(
  process.argv[2],
  assemble(`(module ${imports.join("\n")}
    (memory (export "memory") ${PAGES.join(" ")})
    (func (export "boot"))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    ${functions.join("\n")})`),
);

writeFileSync(
  process.argv[3],
  assemble(
    `(module
    (import "linux" "sync" (func $sync (result i32)))
    (type $number (func (param i32 i64) (result i64)))
    (memory (export "memory") 1 3)
    (table (export "table") 4 8 funcref)
    (elem (i32.const 1) $add $boot)
    (global $level (export "level") (mut i32) (i32.const 7))
    (data (i32.const 100) "here")
    (data $text "there")
    (func $add (type $number) (i64.add (i64.extend_i32_s (local.get 0)) (local.get 1)))
    (func $boot (export "boot") (local f64 i32)
      (memory.init $text (i32.const 200) (i32.const 0) (i32.const 5))
      (global.set $level (call $sync))))`,
    binaryen.Features.BulkMemory,
  ),
);

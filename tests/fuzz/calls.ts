/** Writes the module through which the fuzzer calls the imports: one exported function each, `module.name`. */
import { writeFileSync } from "node:fs";
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

/** Prints what a module can reach: its imports, and those of the host that it does without. */
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { imports } from "./abi.js";
import { rows, shimDeclarations } from "./host/tables.js";

const WASI = "wasi_snapshot_preview1";

interface Item {
  module: string;
  name: string;
}

function nameOf({ module, name }: Item): string {
  return `${module}.${name}`;
}

/** The names of the parameters of each function that is declared. */
const DECLARED = new Map(
  [...imports(), ...shimDeclarations().map((declaration) => ({ ...declaration, module: WASI }))].map((item) => [
    nameOf(item),
    item.params.map(({ name }) => name),
  ]),
);

function typesOf(type: binaryen.Type): string[] {
  return binaryen
    .expandType(type)
    .map((one) => (one === binaryen.i64 ? "i64" : one === binaryen.i32 ? "i32" : "other"));
}

/** The signature of an imported function: the types as the module has them, the parameters' names as declared. */
function signatureOf(name: string, type: binaryen.FunctionInfo): string {
  const names = DECLARED.get(name);
  const params = typesOf(type.params).map((wasm, n) => (names ? `${names[n]}: ${wasm}` : wasm));
  const result = typesOf(type.results).map((wasm) => ` -> ${wasm}`);
  return `${name}(${params.join(", ")})${result}`;
}

/** The signatures of all imported functions, by name. */
function signaturesOf(bytes: Uint8Array): Map<string, string> {
  const module = binaryen.readBinary(bytes);
  const signatures = new Map<string, string>();
  for (let n = 0; n < module.getNumFunctions(); n++) {
    const info = binaryen.getFunctionInfo(module.getFunctionByIndex(n));
    if (!info.module) continue;
    const name = `${info.module}.${info.base}`;
    signatures.set(name, signatureOf(name, info));
  }
  return signatures;
}

function print(title: string, lines: string[]): void {
  if (lines.length) console.log([title, ...lines].join("\n  "));
}

const [path] = process.argv.slice(2);
const bytes = readFileSync(path);
const signatures = signaturesOf(bytes);
const imported = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(nameOf);
const has = rows().map(nameOf);

const used = has.filter((name) => imported.includes(name));
const unused = has.filter((name) => !imported.includes(name));
const unknown = imported.filter((name) => !has.includes(name));

print(
  `${path} can reach:`,
  used.map((name) => signatures.get(name) ?? name),
);
print("It is refused, as the host does not have:", unknown);
print("The host also has:", unused);

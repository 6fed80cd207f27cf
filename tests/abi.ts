/** What the logic imports, as assembly/*.ts declares it: that is the one place where the table is written. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export type WasmType = "i32" | "i64";

export interface Parameter {
  name: string;
  /** As it is written: `string`, `string | null`, `StaticArray<string>`, `usize`, `i32` ... */
  tsType: string;
  wasmType: WasmType;
}

export interface Import {
  /** The name of the file, as asc names an import's module after it. */
  module: string;
  name: string;
  params: Parameter[];
  result: Omit<Parameter, "name">;
  /** The manual pages that its docstring begins with, such as `fork(2)`. */
  pages: string[];
}

const WASM_TYPES: Record<string, WasmType> = {
  string: "i32",
  "string | null": "i32",
  "StaticArray<string> | null": "i32",
  usize: "i32",
  i32: "i32",
  u32: "i32",
  i64: "i64",
  u64: "i64",
};

const ASSEMBLY = fileURLToPath(new URL("../../assembly/", import.meta.url));

function typeOf(node: ts.TypeNode | undefined, source: ts.SourceFile): Omit<Parameter, "name"> {
  const tsType = node?.getText(source) ?? "none";
  const wasmType = WASM_TYPES[tsType];
  if (!wasmType) throw new Error(`${source.fileName}: the ABI has no type '${tsType}'`);
  return { tsType, wasmType };
}

function isDeclared(node: ts.Statement): node is ts.FunctionDeclaration & { name: ts.Identifier } {
  return ts.isFunctionDeclaration(node) && !node.body && node.name !== undefined;
}

function pagesOf(node: ts.Node, source: ts.SourceFile): string[] {
  const comment = node.getFullText(source).split("/**").at(-1) ?? "";
  const [heading] = comment.split(/:|\.\s/); // what stands before the sentence
  return heading.match(/\w+\(\d\)/g) ?? [];
}

/** Lists the functions that a file declares, in its order. */
export function importsOf(path: string): Import[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  return source.statements.filter(isDeclared).map((declaration) => ({
    module: basename(path, ".ts"),
    name: declaration.name.text,
    params: declaration.parameters.map((parameter) => ({
      name: parameter.name.getText(source),
      ...typeOf(parameter.type, source),
    })),
    result: typeOf(declaration.type, source),
    pages: pagesOf(declaration, source),
  }));
}

/** All that the logic can import. */
export function imports(): Import[] {
  return importsOf(ASSEMBLY + "linux.ts");
}

/** Lists the numbers that a file exports, such as `MS_NOSUID` or `O_CLOEXEC`. */
export function constantsOf(path: string): Map<string, number> {
  const text = readFileSync(path, "utf8");
  const constants = new Map<string, number>();
  for (const [, name, value] of text.matchAll(/^export const ([A-Z]\w*): [iu]\d\d = (.+);$/gm)) {
    const [number, shift = "0"] = value.split(" << ");
    constants.set(name, value === "u64.MAX_VALUE" ? 2 ** 64 : Number(number) * 2 ** Number(shift));
  }
  return constants;
}

/** All the constants of Linux that the logic uses. */
export function constants(): Map<string, number> {
  return constantsOf(ASSEMBLY + "linux.ts");
}

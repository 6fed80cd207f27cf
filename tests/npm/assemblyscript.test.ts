/** The blocks of docs/assemblyscript.md: each is compiled, or refused with the words that its comment has. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PROJECT } from "../arch.js";
import { blocksOf } from "./blocks.js";

const { compile } = (await import(join(PROJECT, "build/npm/compiler/compile.js"))) as {
  compile(path: string): Promise<{ wasm: Uint8Array }>;
};

const scratch = mkdtempSync(join(tmpdir(), "wasinit-blocks-"));
after(() => rmSync(scratch, { recursive: true }));

/** What a module of the library exports, by its text. */
function exportsOf(file: string): string[] {
  const text = readFileSync(join(PROJECT, "assembly", file), "utf8");
  const lists = [...text.matchAll(/^export \{ ([^}]*) \}/gm)].flatMap(([, list]) => list!.split(", "));
  return [...lists, ...[...text.matchAll(/^export (?:declare function|const) (\w+)/gm)].map(([, name]) => name!)];
}

const MODULES = { wasinit: exportsOf("library.ts"), "wasinit/linux": exportsOf("linux.ts") };

/** A whole policy: with the imports that a block needs and, if it has none, a `boot`. */
function complete(block: string): string {
  const code = block.replace(/\/\/.*$/gm, "");
  const imports = Object.entries(MODULES).map(([module, names]) => {
    const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
    return used.length ? `import { ${used.join(", ")} } from "${module}";\n` : "";
  });
  return imports.join("") + block + (block.includes("function boot") ? "" : "export function boot(): void {}\n");
}

for (const [n, { title, text }] of blocksOf("assemblyscript.md").entries()) {
  const [, complaint] = /\/\/ error: (.*)$/m.exec(text) ?? [];
  test(`${title}, block ${n + 1}, ${complaint ? "is refused" : "is compiled"}`, async () => {
    const path = join(scratch, `block-${n}.ts`);
    writeFileSync(path, complete(text));
    if (complaint) await assert.rejects(compile(path), ({ message }: Error) => message.includes(complaint));
    else assert.ok((await compile(path)).wasm.length);
  });
}

test("what is asked of a string is whether it is null, but by `!`", async () => {
  const path = join(scratch, "truth.ts");
  writeFileSync(
    path,
    `const EMPTY: string | null = "";
    export function boot(): void {}
    export function isEmptyTrue(): bool {
      const or = EMPTY || "other";
      return or == "" && (EMPTY ? true : false) && !EMPTY;
    }`,
  );
  const { instance } = await WebAssembly.instantiate((await compile(path)).wasm as BufferSource);
  assert.equal((instance.exports.isEmptyTrue as () => number)(), 1);
});

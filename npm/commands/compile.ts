/** wasinit compile: its arguments. */
import { checkOutput, writeWhole } from "../base/files.js";
import { warnOf } from "../base/terminal.js";
import { command } from "./arguments.js";

export const compileCommand = command("compile", "compile a policy to a module of WebAssembly, and no more", {
  "compile init.ts -o init.wasm": "for another packer",
})
  .argument("[FILE]", "the policy", "init.ts")
  .option("-o, --out <FILE>", "the module to write", "init.wasm")
  .action(async (file: string, { out }: { out: string }) => {
    const { compile } = await import("../compiler/compile.js");
    const { Sources } = await import("../compiler/sources.js");
    const sources = new Sources();
    const { wasm, warnings } = await compile(file, sources);
    checkOutput("--out", out, sources.files);
    warnOf(warnings);
    writeWhole(out, wasm);
  });

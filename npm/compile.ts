/** Makes a module of a policy: asc, and then what asc leaves to be done. The result is the same on every machine. */
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import asc, { type Options, type Parser, type Program, type Statement } from "assemblyscript/asc";
import binaryen from "binaryen";
import { asset } from "./assets.js";
import { Complaint } from "./complaint.js";

export interface Module {
  wasm: Uint8Array;
  /** Where in the sources an instruction is from; of a module that is not optimized. */
  sourceMap?: string;
}

/**
 * Inlines each function of a module that has one caller, however long: in /init a function is some 110 bytes of tables
 * beside its code. asc stops at 80 bytes of code.
 */
function inline(wasm: Uint8Array): Uint8Array {
  const module = binaryen.readBinary(wasm);
  try {
    binaryen.setOptimizeLevel(3);
    binaryen.setShrinkLevel(2);
    binaryen.setDebugInfo(true); // the names of the functions, for call stacks
    binaryen.setOneCallerInlineMaxSize(0xffff);
    binaryen.setAlwaysInlineMaxSize(13);
    module.runPasses(["inlining-optimizing", "dae-optimizing", "inlining-optimizing"]);
    module.optimize();
    if (!module.validate()) throw new Error("the module is not valid once its functions are inlined");
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

function exportsKept({ members, declarations }: Statement): boolean {
  const names = [
    ...(members ?? []).map(({ exportedName }) => exportedName),
    ...(declarations ?? []).map(({ name }) => name),
  ];
  return names.some((name) => name?.text === "kept");
}

/** What the library wants kept is exported with the policy, if that uses the library and keeps nothing of its own. */
function keep(parser: Parser): void {
  const [policy] = parser.sources.filter(({ internalPath }) => !internalPath.startsWith("~lib/"));
  if (!parser.sources.some(({ internalPath }) => internalPath === "~lib/wasinit/life")) return;
  if (!policy?.statements.some(exportsKept)) {
    parser.parseFile('export { kept } from "wasinit/life";\n', "kept.ts", true);
  }
}

async function readSource(path: string, directory: string): Promise<string | null> {
  try {
    return await readFile(resolve(directory, path), "utf8");
  } catch {
    return null; // asc looks in many places.
  }
}

/**
 * asc leaves its optimizer out, but not what its library does for it: that has other constants when it is compiled to be
 * fast, or not at all.
 */
function leaveAsItIs(program: Program): void {
  program.module.optimize = () => binaryen.setDebugInfo(true); // the names of the functions
}

/** Has asc make a module of a file; returns what it writes, by name. */
async function compileFile(
  path: string,
  options: string[] = [],
  transform: Options["transforms"][number] = {},
): Promise<Map<string, Uint8Array | string>> {
  const written = new Map<string, Uint8Array | string>();
  let said = "";
  const lib = [asset("lib"), asset("lib/start/policy.ts")].flatMap((file) => ["--lib", file]);
  const out = ["--baseDir", dirname(path), "--outFile", "init.wasm"];
  const { error } = await asc.main([basename(path), "--config", asset("asconfig.json"), ...out, ...lib, ...options], {
    readFile: readSource,
    writeFile: (name, content) => void written.set(name, content),
    stderr: { write: (text) => void (said += text.toString()) },
    transforms: [{ afterParse: keep }, transform],
  });
  if (error) throw new Complaint(said.trim() || error.message);
  return written;
}

/**
 * Compiles a policy.
 * @param path its file, from which the names of its functions are.
 * @throws Complaint, with asc's messages, if it has errors.
 */
export async function compile(path: string): Promise<Module> {
  const written = await compileFile(resolve(path));
  return { wasm: inline(written.get("init.wasm") as Uint8Array) };
}

/** The export that is to be called before all others, of a module that is compiled plainly */
export const START = "wasinit_start";

/**
 * Compiles a policy as it is written, to be looked at: no function is inlined, and all that it has in its memory is where the
 * other module has it.
 */
export async function compilePlainly(path: string): Promise<Required<Module>> {
  const options = ["--sourceMap", "--exportStart", START];
  const written = await compileFile(resolve(path), options, { afterInitialize: leaveAsItIs });
  return { wasm: written.get("init.wasm") as Uint8Array, sourceMap: written.get("init.wasm.map") as string };
}

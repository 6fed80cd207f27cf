/** Makes a module of a policy: asc, and then what asc leaves to be done. The result is the same on every machine. */
import "./baseline.js";
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import asc, { type Options, type Parser, type Program, type Statement } from "assemblyscript/asc";
import binaryen from "binaryen";
import { asset } from "../base/assets.js";
import { Complaint } from "../base/complaint.js";
import { explained } from "./hints.js";
import { Sources } from "./sources.js";

export interface Module {
  wasm: Uint8Array;
  /** What the compiler has warned of. */
  warnings: string[];
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

/** How asc knows the files of the package: it splits the paths of libraries at commas. */
const OWN = "wasinit:";

function locate(directory: string): string {
  return directory.startsWith(OWN) ? asset(directory.slice(OWN.length)) : directory;
}

/** asc's messages, one by one, with the paths of files as they are from here; what it counts at the end is seen. */
function tidy(said: string, directory: string): string[] {
  const text = said
    .replace(/^FAILURE .*$/gm, "")
    .replace(/└─ in (?!~lib\/)(.+)\((\d+,\d+)\)$/gm, (_, path: string, position: string) => {
      return `└─ in ${relative(process.cwd(), join(directory, path))}(${position})`;
    })
    .trim();
  return text ? text.split(/\n{2,}(?=(?:ERROR|WARNING|PEDANTIC|INFO)\b)/) : [];
}

/**
 * asc leaves its optimizer out, but not what its library does for it: that has other constants when it is compiled to be
 * fast, or not at all.
 */
function leaveAsItIs(program: Program): void {
  program.module.optimize = () => binaryen.setDebugInfo(true); // the names of the functions
}

/** Has asc make a module of a file; returns what it writes, by name, and its warnings. */
async function compileFile(
  path: string,
  options: string[],
  sources: Sources,
  transform: Options["transforms"][number] = {},
) {
  const written = new Map<string, Uint8Array | string>();
  let said = "";
  const lib = [`${OWN}lib`, `${OWN}lib/start/policy.ts`].flatMap((file) => ["--lib", file]);
  const out = ["--baseDir", dirname(path), "--outFile", "init.wasm"];
  const config = ["--config", asset("asconfig.json"), "--noColors"]; // which it has in CI, too
  const args = [`./${basename(path)}`, ...config, ...out, ...lib, ...options];
  const { error } = await asc.main(args, {
    readFile: (name, directory) => sources.readFile(name, locate(directory)),
    listFiles: (name, directory) => sources.listFiles(locate(name), directory),
    writeFile: (name, content) => void written.set(name, content),
    stderr: { write: (text) => void (said += text.toString()) },
    transforms: [{ afterParse: keep }, transform],
  });
  const warnings = tidy(said, dirname(path));
  if (error) {
    const reason = warnings.length ? explained(warnings) : error.message;
    throw new Complaint(`${relative(process.cwd(), path)} can't be compiled:\n\n${reason}`);
  }
  return { written, warnings };
}

const BOOT = `export function boot(): void {
  // setUp(), run(), powerOff(), ...
}`;

function checkPolicy(path: string): void {
  if (!existsSync(path)) throw new Complaint(`there is no ${path}; wasinit new makes a project with one`);
  if (!statSync(path).isFile() || !path.endsWith(".ts")) {
    throw new Complaint(`${path} is no policy: that is a file whose name ends with .ts`);
  }
}

/**
 * Compiles a policy.
 * @param path its file, from which the names of its functions are.
 * @param sources reads all that it is made of.
 * @throws Complaint, with asc's messages, if it has errors.
 */
export async function compile(path: string, sources = new Sources()): Promise<Module> {
  checkPolicy(path);
  const { written, warnings } = await compileFile(resolve(path), [], sources);
  const wasm = inline(written.get("init.wasm") as Uint8Array);
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(wasm as BufferSource));
  if (!exported.some(({ name, kind }) => name === "boot" && kind === "function")) {
    throw new Complaint(`${path} exports no function \`boot\`, which is what PID 1 does. Write:\n\n${BOOT}`);
  }
  return { wasm, warnings };
}

/**
 * Compiles a policy as it is written, to be looked at: no function is inlined, and what is in its memory is where the module
 * of `compile` has it.
 */
export async function compilePlainly(path: string): Promise<Required<Module>> {
  const transform = { afterInitialize: leaveAsItIs };
  const { written, warnings } = await compileFile(resolve(path), ["--sourceMap"], new Sources(), transform);
  const [wasm, sourceMap] = ["init.wasm", "init.wasm.map"].map((name) => written.get(name));
  return { wasm: wasm as Uint8Array, sourceMap: sourceMap as string, warnings };
}

/** Runs a program for WASI, as a process of its own: `node wasi-program.js PROGRAM ARGUMENT...`. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { WASI } from "node:wasi";

const [path, ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: "preview1",
  args: [basename(path!), ...args],
  preopens: { "/": "/" },
  returnOnExit: true,
});
const program = new WebAssembly.Module(readFileSync(path!));
process.exit(wasi.start(new WebAssembly.Instance(program, wasi.getImportObject() as WebAssembly.Imports)));

/** Puts a module into a host: pack.wasm does, which is the very packer of `make`. */
import { readFileSync } from "node:fs";
import { asset } from "../base/assets.js";
import { Complaint } from "../base/complaint.js";
import { importHint } from "./imports.js";
import { runWasi } from "./wasi.js";

export const ARCHITECTURES = ["x86_64", "aarch64", "riscv64"] as const;

export type Architecture = (typeof ARCHITECTURES)[number];

/** What can be done about what the packer says. */
const ADVICE: [said: RegExp, advice: string][] = [
  [/has no import env\.abort/, "asc's own abort is none: --use abort=<FILE>/<FUNCTION> names another"],
  [/has no import/, "those that there are: wasinit/linux, and WASI preview 1"],
  [/magic header not detected/, "it is no module of WebAssembly"],
  [/unknown binary version/, "it is of another version of WebAssembly, or a component: a module is what is wanted"],
  [/no function `boot`/, "it is what PID 1 does: export function boot(): void { ... }"],
];

function advised(said: string): string {
  const advice = importHint(said) ?? ADVICE.find(([pattern]) => pattern.test(said))?.[1];
  return advice ? `${said}\n(${advice})` : said;
}

let packer: WebAssembly.Module | undefined;

function runPacker(options: string[], files: Record<string, Uint8Array>, ...paths: string[]) {
  packer ??= new WebAssembly.Module(readFileSync(asset("pack.wasm")));
  const memory = new Map(Object.entries(files));
  const outcome = runWasi(packer, ["pack", ...options, ...paths], memory);
  if (outcome.status) throw new Complaint(advised(outcome.stderr.replace(/^pack: /gm, "").trimEnd()));
  return { ...outcome, files: memory };
}

/** The generic host of an architecture: an /init without a module; or the one that records. */
export function hostOf(architecture: Architecture, records = false): Uint8Array {
  return readFileSync(asset(`hosts/${records ? "recorder-" : ""}${architecture}`));
}

/**
 * Makes /init of a module.
 * @param stack bytes of the interpreter's stack.
 * @param records whether it is to record its life: see docs/replay.md.
 * @throws Complaint, if the host can't have such a module: it says why.
 */
export function pack(wasm: Uint8Array, architecture: Architecture, stack: number, records = false): Uint8Array {
  const files = { host: hostOf(architecture, records), module: wasm };
  return runPacker([`--stack=${stack}`], files, "host", "module", "init").files.get("init")!;
}

/** Bytes: where a member is in its structure, and how large it is. Of a structure only the size is of interest. */
export interface Place {
  offset: number;
  size: number;
}

/** Where the hosts of an architecture have the members of the engine's structures, by their names in layout.h. */
export type Layout = Map<string, Place>;

export function layoutOf(architecture: Architecture): Layout {
  const { stdout } = runPacker(["--layout"], { host: hostOf(architecture) }, "host");
  const rows = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "));
  return new Map(rows.map(([name, offset, size]) => [name!, { offset: Number(offset), size: Number(size) }]));
}

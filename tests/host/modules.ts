/** Modules that tests put in the place of the shipped logic, and hosts that have them inside. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import binaryen from "binaryen";
import { ARCH, PROJECT, built } from "../arch.js";

/** The /init that is shipped. */
export const SHIPPED = built("init");

/** Whether the host is built with AddressSanitizer and UndefinedBehaviorSanitizer: `make SANITIZE=1 test-host`. */
export const SANITIZED = Boolean(process.env.SANITIZE);

/** Compiles WebAssembly's text format; names are kept, for the host's call stacks. */
export function assemble(text: string, features = binaryen.Features.MVP): Uint8Array {
  const module = binaryen.parseText(text);
  try {
    module.setFeatures(features);
    binaryen.setDebugInfo(true);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

/** Options that leave out the optimizer, which takes its time. */
export const QUICK = { optimizeLevel: 0, shrinkLevel: 0, converge: false };

/**
 * Compiles a policy in AssemblyScript with the options of the shipped logic, but for `other` ones.
 * The policy is `build/tests/policies/NAME.ts`.
 */
export function compile(name: string, source: string, other: object = QUICK): Uint8Array {
  const directory = join(PROJECT, "build/tests/policies");
  const [entry, outFile, config] = ["ts", "wasm", "json"].map((type) => join(directory, `${name}.${type}`));
  mkdirSync(directory, { recursive: true });
  writeFileSync(entry, source);
  const lib = ["build/lib", "build/lib/start/policy.ts"].map((path) => join(PROJECT, path));
  const options = { lib, ...other, outFile };
  writeFileSync(config, JSON.stringify({ extends: join(PROJECT, "asconfig.json"), options }));
  const asc = join(PROJECT, "node_modules/assemblyscript/bin/asc.js");
  execFileSync(process.execPath, [asc, relative(PROJECT, entry), "--config", config], {
    cwd: PROJECT,
    stdio: ["ignore", "ignore", "pipe"], // what the compiler says is in the error
  });
  return readFileSync(outFile);
}

/** The host for any module. */
export const HOST = SANITIZED ? join(PROJECT, "build/tests/sanitized/init") : built("host");

export const PACK = join(PROJECT, "build/pack");

/** Writes an /init to `path` that is `host` with `module` as its logic; what the packer says of one that it refuses is thrown. */
export function writeHost(path: string, module: Uint8Array, patches: Patch[] = [], host = HOST): void {
  const file = `${path}.wasm`;
  writeFileSync(file, module);
  try {
    execFileSync(PACK, [host, file, path], { stdio: ["ignore", "ignore", "pipe"] });
  } finally {
    rmSync(file);
  }
  if (!patches.length) return;
  const init = readFileSync(path);
  for (const each of patches) patch(init, each);
  writeFileSync(path, init);
}

/** Where in an ELF file of 64 bits the bytes of an address are. */
function offsetOf(elf: Buffer, address: number): number {
  const headers = Number(elf.readBigUInt64LE(32));
  for (let i = 0; i < elf.readUInt16LE(56); i++) {
    const at = headers + i * elf.readUInt16LE(54);
    const [offset, virtual, , size] = [8, 16, 24, 32].map((field) => Number(elf.readBigUInt64LE(at + field)));
    if (elf.readUInt32LE(at) === 1 && address >= virtual && address < virtual + size) return address - virtual + offset;
  }
  throw new Error(`the file has nothing at 0x${address.toString(16)}`);
}

/** A reason not to patch the host, or false. */
export const CANT_PATCH: string | false = SANITIZED
  ? "the sanitizers take a crash for themselves"
  : ARCH !== "x86_64" && "the machine code is that of x86-64";

/** Puts machine code in the place of a function of the host, by its name in C. */
export type Patch = { name: string; code: number[] };

function patch(host: Buffer, { name, code }: Patch): void {
  const symbols = execFileSync("nm", [HOST], { encoding: "utf8" });
  const address = new RegExp(`^(\\w+) [tT] ${name}$`, "m").exec(symbols)?.[1];
  if (!address) throw new Error(`the host has no function ${name}`);
  host.set(code, offsetOf(host, parseInt(address, 16)));
}

/** What this computer has to compile Rust and C for WASI, as docs/examples/wasi.md does. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether a compiler makes a program of a source, which it reads from its standard input. */
function compiles(command: string, input: string): boolean {
  const cwd = mkdtempSync(join(tmpdir(), "wasinit-compilers-")); // where rustc leaves what it could not link
  try {
    return spawnSync("sh", ["-c", `${command} - -o program.wasm`], { cwd, input }).status === 0;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Debian's rustc has the library by a package, whatever rustup has put in front of it, and no linker of its own. */
const RUSTCS = ["rustc", "/usr/bin/rustc"].flatMap((rustc) =>
  ["wasm32-wasip1", "wasm32-wasi"].flatMap((target) =>
    ["", " -C linker=wasm-ld"].map((linker) => `${rustc} --target ${target}${linker}`),
  ),
);
const RUSTC = RUSTCS.find((rustc) => compiles(rustc, "fn main() {}"));

export const noRust =
  !RUSTC && "no rustc has the library of wasm32-wasip1: apt-get install rustc libstd-rust-dev-wasm32";

export const noClang =
  !compiles("clang --target=wasm32-wasi -x c", "int main(void) { return 0; }") &&
  "clang can't link a program for WASI: apt-get install clang lld wasi-libc libclang-rt-<VERSION>-dev-wasm32";

/** A command of the page, as this computer has it. */
export function here(command: string): string {
  return command.replace("rustc --target wasm32-wasip1", RUSTC ?? "rustc");
}

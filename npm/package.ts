/** Lays out the npm package in a directory, from what make has built. usage: package.js DIR */
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
/** The command's files, but this one, which is of no use there. */
const isCommand = (path: string) =>
  !path.endsWith("/package.js") && (path.endsWith(".js") || statSync(path).isDirectory());

/** Where each part of the package comes from. */
const PARTS: Record<string, string> = {
  "asconfig.json": "asconfig.json",
  command: "build/npm",
  "cross/packages.sh": "cross/packages.sh",
  "debian/boot/kernel.sh": "tests/boot/kernel.sh", // which looks for the other in ../..
  hosts: "build/hosts",
  "lib/start": "build/lib/start",
  "lib/wasinit": "build/lib/wasinit",
  LICENSE: "LICENSE",
  NOTICE: "NOTICE",
  "pack.wasm": "build/pack.wasm",
  "docs/assemblyscript.md": "docs/assemblyscript.md",
  "docs/scenarios.md": "docs/scenarios.md",
  "README.md": "npm/README.md",
  simulator: "build/simulator",
  templates: "npm/templates",
  "tsconfig.json": "npm/tsconfig.policy.json",
};

/** What package.json of the project has, and is none of its users' business. */
const PRIVATE = ["private", "scripts", "devDependencies"];

const [out] = process.argv.slice(2);
if (!out) throw new Error("usage: package.js DIR");
rmSync(out, { recursive: true, force: true });
for (const [to, from] of Object.entries(PARTS)) {
  cpSync(join(PROJECT, from), join(out, to), { recursive: true, filter: to === "command" ? isCommand : undefined });
}
const manifest = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as Record<string, unknown>;
for (const key of PRIVATE) delete manifest[key];
writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

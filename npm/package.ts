/** Lays out the npm package in a directory, from what make has built. usage: package.js DIR */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const OWN = "package.js"; // which is of no use there

/** Where each part of the package comes from. */
const PARTS: Record<string, string> = {
  "asconfig.json": "asconfig.json",
  "cross/packages.sh": "cross/packages.sh",
  "debian/boot/kernel.sh": "tests/boot/kernel.sh", // which looks for the other in ../..
  hosts: "build/hosts",
  "lib/start": "build/lib/start",
  "lib/wasinit": "build/lib/wasinit",
  LICENSE: "LICENSE",
  NOTICE: "NOTICE",
  "pack.wasm": "build/pack.wasm",
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
mkdirSync(join(out, "command"), { recursive: true });
for (const [to, from] of Object.entries(PARTS)) {
  cpSync(join(PROJECT, from), join(out, to), { recursive: true });
}
for (const name of readdirSync(join(PROJECT, "build/npm"))) {
  if (name.endsWith(".js") && name !== OWN) cpSync(join(PROJECT, "build/npm", name), join(out, "command", name));
}
const manifest = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as Record<string, unknown>;
for (const key of PRIVATE) delete manifest[key];
writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);

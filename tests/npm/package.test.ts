/** The package, as npm and TypeScript see it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { publint } from "publint";
import { PROJECT } from "../arch.js";
import { folder } from "./installed.js";

const PACKAGE = join(PROJECT, "dist/package");
const TOOLS = join(PROJECT, "node_modules/.bin");

const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as Record<string, unknown>;

test("publint finds nothing, not even a suggestion", async () => {
  const { messages } = await publint({ pkgDir: PACKAGE, strict: true });
  assert.deepEqual(messages, []);
});

test("it is for any machine, and runs nothing when it is installed", () => {
  for (const key of [
    "os",
    "cpu",
    "optionalDependencies",
    "scripts",
    "private",
    "devDependencies",
    "bundleDependencies",
  ])
    assert.equal(manifest[key], undefined, key);
  for (const version of Object.values(manifest.dependencies as Record<string, string>))
    assert.match(version, /^\d+\.\d+\.\d+[^ ]*$/, "a version that is pinned");
  const lock = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8")) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  for (const [name, { hasInstallScript }] of Object.entries(lock.packages)) assert.ok(!hasInstallScript, name);
});

test("it has a host of each architecture, the packer, and the licences", () => {
  for (const file of ["hosts/x86_64", "hosts/aarch64", "hosts/riscv64", "pack.wasm", "LICENSE", "NOTICE"])
    assert.ok(existsSync(join(folder, "node_modules/wasinit", file)), file);
});

test("TypeScript finds the library, and what is wrong with its use", () => {
  const policy = (argument: string) => `import { setUp } from "wasinit";
import { sync } from "wasinit/linux";
export function boot(): void {
  setUp(${argument});
  sync();
}
`;
  const tsc = () =>
    execFileSync(join(TOOLS, "tsc"), ["-p", folder, "--pretty", "false"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  writeFileSync(join(folder, "tsconfig.json"), '{ "extends": "wasinit/tsconfig.json", "include": ["init.ts"] }\n');
  writeFileSync(join(folder, "init.ts"), policy(""));
  assert.equal(tsc(), "");
  writeFileSync(join(folder, "init.ts"), policy('"one", "two", "three"'));
  assert.throws(tsc, (error: { stdout: string }) => /init\.ts\(4,\d+\): error TS2554/.test(error.stdout));
});

test("the settings for TypeScript say what its versions have different defaults for", () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(PACKAGE, "tsconfig.json"), "utf8")) as {
    compilerOptions: Record<string, unknown>;
  };
  for (const option of ["module", "moduleResolution", "skipLibCheck", "strict"])
    assert.notEqual(compilerOptions[option], undefined, option);
});

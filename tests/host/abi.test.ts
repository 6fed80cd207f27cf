/** What is named twice, in C and in TypeScript, is the same: imports, their types, the constants of Linux. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { MACHINE, MUSL_GCC, PROJECT, built, commandFor } from "../arch.js";
import { constants, imports } from "../abi.js";
import { SHIM, countRows, rows, shimDeclarations, sources } from "./tables.js";

const C_TYPES: Record<string, string> = {};
for (const type of ["string", "string | null", "StaticArray<string> | null", "usize"]) C_TYPES[type] = "uint32_t";
for (const bits of [32, 64]) Object.assign(C_TYPES, { [`i${bits}`]: `int${bits}_t`, [`u${bits}`]: `uint${bits}_t` });

const TABLES = rows();
const table = (module: string) => TABLES.filter((row) => row.module === module);

function byName<T extends { name: string }, U>(list: T[], value: (item: T) => U): Record<string, U> {
  return Object.fromEntries(list.map((item) => [item.name, value(item)]));
}

describe("the imports", () => {
  test("every row of the host's tables is understood", () => assert.equal(TABLES.length, countRows()));

  test("each row's signature is that of its function in C", () => {
    const wasm = (type: string) => (type.includes("64") ? "i64" : "i32");
    for (const row of TABLES) {
      const c = { params: row.cParams.map(({ type }) => wasm(type)), result: row.cResult };
      assert.deepEqual(c.params, row.params, `parameters of ${row.name}`);
      assert.equal(row.result, c.result === "void" ? null : wasm(c.result), `result of ${row.name}`);
    }
  });

  test("the module linux is the same in C and in TypeScript: names, order, types", () => {
    const declared = imports().filter(({ module }) => module === "linux");
    assert.deepEqual(
      table("linux").map(({ name }) => name),
      declared.map(({ name }) => name),
    );
    const c = byName(table("linux"), (row) => [...row.cParams.map(({ type }) => type), row.cResult]);
    const ts = byName(declared, ({ params, result }) => [...params, result].map(({ tsType }) => C_TYPES[tsType]));
    assert.deepEqual(c, ts);
  });

  test("only kexec_file_load can load a kernel", () => {
    const functions = sources().flatMap((source) => source.split(/^}$/m));
    const loading = functions.filter((text) => text.includes("syscall(SYS_kexec"));
    assert.equal(loading.length, 1);
    assert.match(loading[0], /^linux_kexec_file_load\(/m);
    const rows = TABLES.filter(({ symbol }) => symbol === "linux_kexec_file_load");
    assert.deepEqual(
      rows.map(({ module, name }) => `${module}.${name}`),
      ["linux.kexec_file_load"],
    );
  });

  test("no import takes a system call's number", () => {
    const numbers = sources().flatMap((source) =>
      [...source.matchAll(/\bsyscall\(([^,)]*)/g)].map(([, number]) => number),
    );
    assert.ok(numbers.length > 0);
    for (const number of numbers) assert.match(number, /^SYS_\w+$/);
  });

  test("the host's WASI has the types of AssemblyScript's WASI shim", () => {
    const shim = new Map(shimDeclarations().map((declaration) => [declaration.name, declaration]));
    for (const { name, params, result } of table("wasi_snapshot_preview1")) {
      const expected = shim.get(name);
      assert.deepEqual(
        params,
        expected?.params.map(({ wasmType }) => wasmType),
        name,
      );
      assert.equal(result, expected?.result, name);
    }
  });

  test("the host's WASI has all that as-wasi and the WASI shim can ask for", () => {
    const has = new Set(table("wasi_snapshot_preview1").map(({ name }) => name));
    const shim = join(PROJECT, "node_modules/@assemblyscript/wasi-shim/assembly");
    const users = [join(PROJECT, "node_modules/as-wasi/assembly/as-wasi.ts")];
    for (const name of ["console", "crypto", "date", "internal", "performance", "process"])
      users.push(join(shim, `wasi_${name}.ts`));
    const asked = users.flatMap((path) => {
      const source = readFileSync(path, "utf8");
      const [, names = ""] = /import \{([^}]*)\} from "[^"]*wasi_snapshot_preview1"/.exec(source) ?? [];
      return shimDeclarations()
        .map(({ name }) => name)
        .filter((name) => new RegExp(`\\b${name}\\b`).test(names));
    });
    assert.ok(asked.length > 30, "what they ask for is found");
    assert.deepEqual(
      asked.filter((name) => !has.has(name)),
      [],
    );
  });
});

test("docs/policies.md names what the host's WASI does not have", () => {
  const [, row = ""] =
    /^\| (.*) \| are not there: /m.exec(readFileSync(join(PROJECT, "docs/policies.md"), "utf8")) ?? [];
  const named = new Set([...row.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const has = new Set(table("wasi_snapshot_preview1").map(({ name }) => name));
  for (const name of named) assert.ok(!has.has(name), `it is there: ${name}`);
  for (const { name } of shimDeclarations()) assert.ok(has.has(name) || named.has(name), `it is not named: ${name}`);
});

test("the host's errnos of WASI are those of the WASI shim", () => {
  const [, list = ""] =
    /#define ERRNOS\(X\)([^]*?)\n\n/.exec(readFileSync(join(PROJECT, "host/imports/wasi.h"), "utf8")) ?? [];
  const host = ["SUCCESS", ...[...list.matchAll(/X\((\w+)\)/g)].map(([, name]) => name.replace("2BIG", "TOOBIG"))];
  const [, space = ""] = /namespace errno \{([^]*?)\n\}/.exec(readFileSync(SHIM, "utf8")) ?? [];
  const shim = [...space.matchAll(/const (\w+): errno = (\d+);/g)].map(([, name, value]) => ({
    name,
    value: Number(value),
  }));
  const linux = shim.filter(({ name }) => name !== "NOTCAPABLE"); // which Linux has not
  assert.deepEqual(
    host.map((name, value) => ({ name, value })),
    linux,
  );
});

/** The value of each constant as the C headers have it. */
function fromHeaders(names: string[]): Record<string, number> {
  const headers = ["errno", "fcntl", "signal", "stdio", "syslog", "time", "unistd", "linux/kexec"];
  headers.push("sys/ioctl", "sys/mount", "sys/reboot", "sys/resource", "sys/socket", "sys/wait");
  headers.push("linux/close_range", "linux/magic", "linux/random", "linux/watchdog");
  const source = [
    "#define _GNU_SOURCE",
    ...headers.map((header) => `#include <${header}.h>`),
    "int main(void) {",
    "#define VALUE(name) (sizeof(name) > sizeof(int) ? (unsigned long long)(name) : (unsigned)(name))",
    ...names.map((name) => `printf("${name} %llu\\n", VALUE(${name}));`),
    "}",
  ];
  const path = built("tests/host/constants");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.c`, source.join("\n"));
  // The C library's headers are the architecture's; those of the kernel, behind them, are the same for all.
  const kernels = ["/usr/include", `/usr/include/${MACHINE}-linux-gnu`].flatMap((directory) => [
    "-idirafter",
    directory,
  ]);
  execFileSync(MUSL_GCC, ["-static", "-w", ...kernels, "-o", path, `${path}.c`]);
  const lines = execFileSync(...commandFor(path), { encoding: "utf8" })
    .trim()
    .split("\n");
  return Object.fromEntries(lines.map((line) => [line.split(" ")[0], Number(line.split(" ")[1])]));
}

describe("the constants", () => {
  test("those of assembly/linux.ts are those of the C headers", () => {
    const declared = constants();
    const written = readFileSync(join(PROJECT, "assembly/linux.ts"), "utf8").match(/^export const /gm);
    assert.equal(declared.size, written?.length, "every constant is understood");
    assert.deepEqual(Object.fromEntries(declared), fromHeaders([...declared.keys()]));
  });
});

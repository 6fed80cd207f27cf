/** What takes the place of the C library's functions in the host, against what it is for. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { commandFor } from "../arch.js";
import { program } from "../programs.js";

test("snprintf prints what the C library's does", () => {
  const output = execFileSync(...commandFor(program("host/printf")), { encoding: "utf8" });
  assert.match(output, /^\d{5} compared\n$/);
});

test("the environment holds what is set, and qsort sorts", () => {
  assert.equal(execFileSync(...commandFor(program("host/environment")), { encoding: "utf8" }), "done\n");
});

test("strerror has the C library's words, or the number", () => {
  assert.equal(execFileSync(...commandFor(program("host/strerror")), { encoding: "utf8" }), "57 compared\n");
});

test("strings are searched and copied as the C library does", () => {
  assert.equal(execFileSync(...commandFor(program("host/string")), { encoding: "utf8" }), "done\n");
});

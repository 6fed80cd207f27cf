/** A host that is pruned for its module, as the shipped one is, does what one does that has everything, and what V8 does. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { everything } from "./everything.js";
import { SANITIZED } from "./modules.js";
import { live, skip } from "./namespace.js";
import { pruned } from "./packer.js";

/** What `everything` logs in two lives in another engine, that of Node; after each, by what it ended. */
function expected(module: Uint8Array): string[] {
  const log: string[] = [];
  let kept: Uint8Array | undefined;
  for (let life = 0; life < 2; life++) {
    const imports = {
      syslog: (priority: number, format: number) => {
        const length = new DataView(memory.buffer).getUint32(format - 4, true);
        log.push(`<${priority}>${Buffer.from(memory.buffer, format, length).toString("utf16le")}`);
        return 0;
      },
      reboot: () => {
        throw new Error("reboot");
      },
    };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(module)), { linux: imports });
    const memory = exports.memory as WebAssembly.Memory;
    const { boot } = exports as { boot: () => void };
    if (kept) new Uint8Array(memory.buffer).set(kept, 1028);
    try {
      boot();
    } catch (error) {
      log.push(error instanceof WebAssembly.RuntimeError ? "trap" : "reboot");
    }
    kept = new Uint8Array(memory.buffer).slice(1028, 1028 + 16);
  }
  return log;
}

const FAILURE = [
  ...["fail", "inner", "outer", "boot"].map((name, i) => `<2>#0${i}: ${name}`),
  "<2>the logic has ended: Exception: integer divide by zero",
];

const skipped = SANITIZED ? "/init has no sanitizers" : skip;

describe("a module in a host that is pruned for it", { skip: skipped }, () => {
  for (const pages of [1, 2]) {
    test(`its log is that of the generic one, and of another engine, with memory of ${pages} pages`, async () => {
      const module = everything(pages);
      const [own, generic] = await Promise.all([
        live({ binary: pruned(module) }).ends("power-off or halt"),
        live({ module }).ends("power-off or halt"),
      ]);
      assert.deepEqual(own.log, generic.log);
      const log = own.log.map((line) => line.replace(/: 0x[0-9a-f]+ - /, ": "));
      const lines = expected(module);
      assert.ok(lines.length > 400, "it has logged what it computes");
      assert.deepEqual(
        log,
        lines.flatMap((line) => (line === "trap" ? FAILURE : line === "reboot" ? [] : [line])),
      );
      const kept = lines.filter((line) => line.startsWith("<6>000000000000000"))[0];
      assert.equal(kept, `<6>${"1".padStart(16, "0")}${"0".repeat(16)}${"7".padStart(16, "0")}${"fffffffffffffffd"}`);
    });
  }
});

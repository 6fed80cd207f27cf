/** An /init with another module inside than the shipped logic. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeHost } from "../host/modules.js";
import type { File } from "./qemu.js";

let work = "";

export function withModule(name: string, module: Uint8Array): File {
  if (!work) {
    work = mkdtempSync(join(tmpdir(), "wasinit-"));
    process.on("exit", () => rmSync(work, { recursive: true }));
  }
  const copy = join(work, name);
  writeHost(copy, module);
  return { copy };
}

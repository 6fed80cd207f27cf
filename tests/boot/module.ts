/** An /init with another module inside than the shipped logic. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, writeHost } from "../host/modules.js";
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

/** The shipped logic, but that it traps once, while /etc/boot runs. `name` is this one's, as tests run side by side. */
export function trappingOnce(name: string): File {
  const source = `import "../../../assembly/abort";
  import { Phase, life } from "../../../assembly/life";
  import { spawn } from "../../../assembly/linux";
  import { boot as live } from "../../../assembly/index";
  import { setUp } from "../../../assembly/setup";
  export { kept } from "../../../assembly/life";
  export function boot(): void {
    if (life.phase != Phase.SetUp) return live();
    setUp();
    life.phase = Phase.Boot;
    life.pid = spawn("/etc/boot", 1);
    unreachable();
  }`;
  return withModule(name, compile(name, source));
}

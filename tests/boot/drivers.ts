/** The kernel's drivers, as the root of a machine has them. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { KERNEL, MODULES } from "./options.js";
import type { File } from "./qemu.js";

/** What `uname -r` prints in the machine. */
function release(): string {
  return readFileSync(join(dirname(KERNEL), "release"), "utf8").trim();
}

let work = "";

/** Drivers with what depmod(8) makes of them, where modprobe(8) looks, and that where the kernel looks for it. */
export function drivers(): Record<string, File> {
  const path = join("lib/modules", release());
  if (!work) {
    work = mkdtempSync(join(tmpdir(), "wasinit-drivers-"));
    process.on("exit", () => rmSync(work, { recursive: true }));
    mkdirSync(join(work, path), { recursive: true });
    for (const name of readdirSync(MODULES).filter((name) => name.endsWith(".ko")))
      cpSync(join(MODULES, name), join(work, path, name));
    execFileSync(process.env.BUSYBOX ?? "busybox", ["depmod", "-b", work, release()]);
  }
  const files = readdirSync(join(work, path)).map((name): [string, File] => [
    `/${path}/${name}`,
    { copy: join(work, path, name) },
  ]);
  return { ...Object.fromEntries(files), "/sbin/modprobe": { link: "/bin/busybox" } };
}

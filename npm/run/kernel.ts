/** The kernel of a machine: one that the user names, or Debian's. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { asset } from "../base/assets.js";
import { cacheDirectory } from "../base/cache.js";
import { Complaint } from "../base/complaint.js";
import { readWhole } from "../base/files.js";
import type { Architecture } from "../compiler/pack.js";

const NAME_ONE = "name one: --kernel FILE";

/** Has apt-get fetch Debian's kernel, unless that is there already, by the scripts that fetch it for the project's own tests. */
function fetchKernel(architecture: Architecture): string {
  const build = join(cacheDirectory(), "debian");
  const kernel = join(build, architecture, "kernel", "vmlinuz");
  if (existsSync(kernel)) return kernel;
  const { status, error, stderr } = spawnSync("sh", [asset("debian/boot/kernel.sh"), architecture], {
    env: { ...process.env, WASINIT_BUILD: build },
    stdio: ["ignore", 2, "pipe"], // What it does is told on standard error: it takes a while.
    encoding: "utf8",
  });
  if (status === 0) return kernel;
  throw new Complaint(
    `Debian's kernel can't be had: ${error?.message ?? stderr.trimEnd()}\nTo use another, ${NAME_ONE}`,
  );
}

function hasApt(): boolean {
  return ["apt-get", "dpkg-deb"].every((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

/**
 * Where the kernel is.
 * @param named by the user.
 */
export function findKernel(named: string | undefined, architecture: Architecture): string {
  if (named !== undefined) {
    if (!statSync(named, { throwIfNoEntry: false })?.isFile()) throw new Complaint(`--kernel ${named} is no file`);
    return named;
  }
  if (!hasApt()) throw new Complaint(`there is no kernel, and no apt-get that would fetch Debian's: ${NAME_ONE}`);
  return fetchKernel(architecture);
}

/** Whether a kernel has all of these options built in, by the file `config` beside it; Debian's has one. */
export function hasBuiltIn(kernel: string, options: string[]): boolean {
  const config = join(dirname(kernel), "config");
  const lines = existsSync(config) ? readWhole(config).toString().split("\n") : [];
  return options.every((option) => lines.includes(`CONFIG_${option}=y`));
}

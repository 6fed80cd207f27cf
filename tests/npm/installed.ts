/** The package as a user has it: installed by npm from the tarball, in an empty folder; and its command. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { PROJECT } from "../arch.js";

export const { version: VERSION } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
  version: string;
};

/** A folder of its own for each file of tests. */
export const folder = mkdtempSync(join(tmpdir(), "wasinit-npm-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const INSTALL = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
execFileSync("npm", [...INSTALL, join(PROJECT, `dist/wasinit-${VERSION}.tgz`)], { cwd: folder, stdio: "pipe" });
const installed = join(folder, "node_modules/wasinit");

export const COMMAND = join(installed, "command/main.js");

export interface Answer {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Call {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** A command that it stands behind. */
  behind?: string[];
}

/** What the command keeps for the next time is not the user's own. */
const ENVIRONMENT = { PATH: process.env.PATH, XDG_CACHE_HOME: join(folder, "cache") };

/** Runs the command, with no variables of the environment but those and what is said. */
export function wasinit(args: string[], { env, cwd = folder, behind = [] }: Call = {}): Answer {
  const [program, ...rest] = [...behind, process.execPath, COMMAND, ...args];
  const { status, stdout, stderr } = spawnSync(program!, rest, {
    cwd,
    env: { ...ENVIRONMENT, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** A part of the command, for what only its functions can be told. */
export async function part<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(join(installed, "command", name)).href)) as T;
}

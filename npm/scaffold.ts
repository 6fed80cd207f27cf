/** wasinit new: a project of a template. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path, { basename, dirname, join, resolve } from "node:path";
import { asset } from "./base/assets.js";
import { Complaint, reasonOf } from "./base/complaint.js";

const COMMON = "common"; // what each project has
const SHOWN = 5; // names of files that are in the way

/** What a file is called here and there: npm drops a .gitignore of a package. */
const NAMES: Record<string, string> = { gitignore: ".gitignore" };

export interface NewOptions {
  template: string;
  /** What the project depends on: a version of wasinit, or the path of a package. */
  wasinit: string;
}

export interface Created {
  directory: string;
  /** What is in it, the names of files and directories, sorted. */
  files: string[];
}

type Files = Map<string, Buffer | string>;

function filesOf(directory: string): Files {
  const names = (readdirSync(directory, { recursive: true }) as string[]).sort();
  const files = names.filter((name) => statSync(join(directory, name)).isFile());
  return new Map(files.map((name) => [NAMES[name] ?? name, readFileSync(join(directory, name))]));
}

/** A name that npm takes for a package. */
export function packageName(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|-+$/g, "");
  return name || "my-init";
}

/** What package.json says of a package that is a file: its path from the project, as npm wants it on any system. */
export function dependency(spec: string, directory: string, { isAbsolute, relative, sep } = path): string {
  const from = relative(directory, spec);
  return `file:${(isAbsolute(from) ? spec : from).split(sep).join("/")}`; // It is absolute on another drive.
}

function manifest(text: Buffer | string, directory: string, spec: string): string {
  const parts = JSON.parse(text.toString()) as Record<string, unknown>;
  const devDependencies = { wasinit: existsSync(spec) ? dependency(spec, directory) : spec };
  return `${JSON.stringify({ ...parts, name: packageName(directory), devDependencies }, null, 2)}\n`;
}

function checkFree(directory: string): void {
  if (!existsSync(directory)) return;
  if (!statSync(directory).isDirectory()) throw new Complaint(`${directory} is there, and is no directory`);
  const names = readdirSync(directory).sort();
  if (!names.length) return;
  const some = [...names.slice(0, SHOWN), ...(names.length > SHOWN ? ["..."] : [])].join(", ");
  throw new Complaint(`${directory} has files, which a new project must not overwrite: ${some}`);
}

/** Makes a directory, and those above it; returns the first that was not there. Node's own would say ENOENT where it is EROFS. */
function makeDirectory(directory: string): string | undefined {
  if (existsSync(directory)) return undefined;
  const above = makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    if (above) rmSync(above, { recursive: true });
    throw error;
  }
  return above ?? directory;
}

function write(directory: string, files: Files): void {
  const made = makeDirectory(directory);
  try {
    for (const [name, content] of files) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content, { flag: "wx" });
    }
  } catch (error) {
    for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
    if (made) rmSync(made, { recursive: true });
    throw error;
  }
}

/**
 * Makes a project.
 * @throws Complaint, if there is something in its place already, or it can't be written; then it leaves nothing.
 */
export function create(directory: string, { template, wasinit }: NewOptions): Created {
  checkFree(directory);
  const files = new Map([...filesOf(asset(join("templates", COMMON))), ...filesOf(asset(join("templates", template)))]);
  files.set("package.json", manifest(files.get("package.json")!, resolve(directory), wasinit));
  try {
    write(directory, files);
  } catch (error) {
    throw new Complaint(`${directory} can't be written: ${reasonOf(error)}`);
  }
  return { directory, files: readdirSync(directory).sort() };
}

/** Programs of Debian's packages, which are unpacked and not installed, with the libraries that they are linked to. */
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { ARCH, LIBRARIES, LINKER, MACHINE, PROJECT } from "../arch.js";
import type { File } from "./qemu.js";

function librariesOf(directory: string): string[] {
  const depends = readFileSync(join(directory, "depends"), "utf8");
  return depends.split(",").flatMap((text) => /^\s*((?:lib|zlib)[^\s|]*)/.exec(text)?.[1] ?? []);
}

function filesOf(directory: string): [name: string, path: string][] {
  const paths = (readdirSync(directory, { recursive: true }) as string[]).map((path) => join(directory, path));
  const files = paths.filter((path) => existsSync(path) && !lstatSync(path).isDirectory());
  return files.map((path) => [basename(path), realpathSync(path)]);
}

function needed(file: string): string[] {
  const dynamic = execFileSync("readelf", ["-d", file], { encoding: "utf8" });
  return [...dynamic.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name!);
}

/** Where a program looks for the dynamic linker, and this for a library of that name. */
export function placeOf(library: string): string {
  return library == basename(LINKER) ? LINKER : `${LIBRARIES}/${library}`;
}

/** The files of Debian's packages for an architecture, and of their libraries, by their names. */
class Packages {
  readonly directory: string;
  private readonly known = new Set<string>();
  private readonly files: Map<string, string>;

  constructor(
    private readonly names: string[],
    private readonly arch: string,
  ) {
    this.directory = join(PROJECT, "build", arch, "packages");
    mkdirSync(this.directory, { recursive: true });
    this.get(names);
    this.files = new Map([...this.known].flatMap((name) => filesOf(join(this.directory, name))));
  }

  /** Unpacks packages, and those of their libraries. */
  private get(names: string[]): void {
    const more = names.filter((name) => !this.known.has(name));
    if (more.length == 0) return;
    // Tests run side by side.
    execFileSync("flock", [`${this.directory}.lock`, join(PROJECT, "cross/packages.sh"), this.arch, ...more]);
    for (const name of more) this.known.add(name);
    for (const name of more) this.get(librariesOf(join(this.directory, name)));
  }

  find(name: string): string {
    const found = this.files.get(name);
    if (!found) throw new Error(`Debian's packages ${this.names.join(", ")} have no ${name}`);
    return found;
  }

  /** The file of a program or library and those that it needs, by their names. */
  closure(name: string, found = new Map<string, string>()): Map<string, string> {
    if (found.has(name)) return found;
    found.set(name, this.find(name));
    for (const library of needed(this.find(name))) this.closure(library, found);
    return found;
  }
}

/**
 * The files of programs, where their packages have them, and of what they are linked to.
 * @param packages the names of programs, by package.
 */
export function programs(packages: Record<string, string[]>): Record<string, File> {
  const all = new Packages(Object.keys(packages), ARCH);
  const names = Object.values(packages).flat();
  const files = names.flatMap((name) => [...all.closure(name)]);
  const inPackage = (path: string) => `/${relative(all.directory, path).split("/").slice(1).join("/")}`; // behind its name
  const place = (name: string, path: string) => (names.includes(name) ? inPackage(path) : placeOf(name));
  return Object.fromEntries(files.map(([name, copy]) => [place(name, copy), { copy }]));
}

/** How to run a program of a package on this computer: the dynamic linker, and its arguments. */
export function runnable(name: string, program: string): string[] {
  const closure = new Packages([name], MACHINE).closure(program);
  const linker = [...closure].find(([name]) => name.startsWith("ld-linux"))![1];
  const libraries = [...closure.values()].map((path) => dirname(path));
  return [linker, "--library-path", [...new Set(libraries)].join(":"), closure.get(program)!];
}

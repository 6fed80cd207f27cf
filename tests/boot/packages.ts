/** Programs of Debian's packages, which are unpacked and not installed, with the libraries that they are linked to. */
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { ARCH, LIBRARIES, LINKERS, built } from "../arch.js";
import { REPOSITORY, type File } from "./qemu.js";

const PACKAGES = built("packages");

/** Unpacks packages, and those of their libraries. */
function get(names: string[], known: Set<string>): void {
  const more = names.filter((name) => !known.has(name));
  if (more.length == 0) return;
  // Tests run side by side.
  execFileSync("flock", [`${PACKAGES}.lock`, join(REPOSITORY, "cross/packages.sh"), ARCH, ...more]);
  for (const name of more) known.add(name);
  for (const name of more) get(librariesOf(name), known);
}

function librariesOf(name: string): string[] {
  const depends = readFileSync(join(PACKAGES, name, "depends"), "utf8");
  return depends.split(",").flatMap((text) => /^\s*((?:lib|zlib)[^\s|]*)/.exec(text)?.[1] ?? []);
}

/** The files of packages, by their names. */
function filesOf(names: Iterable<string>): Map<string, string> {
  const paths = [...names].flatMap((name) =>
    (readdirSync(join(PACKAGES, name), { recursive: true }) as string[]).map((path) => join(PACKAGES, name, path)),
  );
  const files = paths.filter((path) => existsSync(path) && !lstatSync(path).isDirectory());
  return new Map(files.map((path) => [basename(path), realpathSync(path)]));
}

function needed(file: string): string[] {
  const dynamic = execFileSync("readelf", ["-d", file], { encoding: "utf8" });
  return [...dynamic.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name!);
}

/** Where the dynamic linker looks for a library of that name; the first is that linker. */
function placeOf(library: string): string {
  return `${library.startsWith("ld-linux") ? LINKERS : LIBRARIES}/${library}`;
}

function unpack(...names: string[]): Map<string, string> {
  const known = new Set<string>();
  mkdirSync(PACKAGES, { recursive: true });
  get(names, known);
  return filesOf(known);
}

/** The files of Debian's packages and of their libraries, by their names. */
class Packages {
  private readonly files: Map<string, string>;

  constructor(private readonly names: string[]) {
    this.files = unpack(...names);
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
  const all = new Packages(Object.keys(packages));
  const names = Object.values(packages).flat();
  const files = names.flatMap((name) => [...all.closure(name)]);
  const inPackage = (path: string) => `/${relative(PACKAGES, path).split("/").slice(1).join("/")}`; // behind its name
  const place = (name: string, path: string) => (names.includes(name) ? inPackage(path) : placeOf(name));
  return Object.fromEntries(files.map(([name, copy]) => [place(name, copy), { copy }]));
}

/** How to run a program of a package on this computer: the dynamic linker, and its arguments. */
export function runnable(name: string, program: string): string[] {
  const closure = new Packages([name]).closure(program);
  const linker = [...closure].find(([name]) => name.startsWith("ld-linux"))![1];
  const libraries = [...closure.values()].map((path) => dirname(path));
  return [linker, "--library-path", [...new Set(libraries)].join(":"), closure.get(program)!];
}

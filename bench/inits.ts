/** The inits that are measured, each with the least that makes it start /etc/boot as its first service. */
import { execFileSync } from "node:child_process";
import { basename, join, resolve } from "node:path";
import { existsSync, lstatSync, readFileSync, readdirSync } from "node:fs";
import { ARCH, LINKER, PROJECT, built } from "../tests/arch.js";
import { type File, INIT } from "../tests/boot/qemu.js";
import { placeOf } from "../tests/boot/packages.js";

export interface Init {
  name: string;
  version: string;
  /** What becomes /init. */
  path: string;
  /** The files of what it is linked to. */
  libraries: string[];
  /** What else stands in the initramfs, besides the service. */
  files: Record<string, File>;
  /** Words for the kernel's command line. */
  append?: string;
}

interface Packaged {
  name: string;
  package: string;
  /** In the package, or in its /usr: there Debian 13 has what 12 has in /bin and /sbin. */
  path: string;
  /** By their packages. */
  libraries?: Record<string, string[]>;
  files?: Record<string, File>;
  append?: string;
}

/** The program which each init is to start, and which looks at it. */
export const SERVICE: File = { copy: built("bench/marker") };

const PACKAGES = built("packages");
const LIBC = { libc6: [basename(LINKER), "libc.so.6"] };
/** The kernel gives to /init what stands behind ` -- `. */
const ARGUMENT = "-- /etc/boot";

export const SAME = "the same in C";

const PACKAGED: Packaged[] = [
  {
    name: "busybox init",
    package: "busybox-static",
    path: "bin/busybox",
    files: { "/etc/inittab": "::sysinit:/etc/boot\n" },
  },
  {
    name: "runit",
    package: "runit",
    path: "sbin/runit",
    libraries: LIBC,
    files: { "/etc/runit/1": { link: "/etc/boot" } },
  },
  {
    name: "sysvinit",
    package: "sysvinit-core",
    path: "sbin/init",
    libraries: { ...LIBC, libselinux1: ["libselinux.so.1"], "libpcre2-8-0": ["libpcre2-8.so.0"] },
    files: { "/etc/inittab": "si::sysinit:/etc/boot\n" },
  },
  { name: "tini-static", package: "tini", path: "bin/tini-static", append: ARGUMENT },
  { name: "dumb-init", package: "dumb-init", path: "bin/dumb-init", libraries: LIBC, append: ARGUMENT },
  { name: "catatonit", package: "catatonit", path: "bin/catatonit", append: ARGUMENT },
];

/** Has Debian's packages unpacked. */
function getPackages(packages: string[]): void {
  try {
    execFileSync(join(PROJECT, "cross/packages.sh"), [ARCH, ...packages], { stdio: "inherit" });
  } catch {
    throw new Error("the inits to compare with are missing, see above");
  }
}

/** Where a package, which is unpacked, has the first file that `fits`. */
function find(name: string, what: string, fits: (path: string) => boolean): string {
  const paths = (readdirSync(join(PACKAGES, name), { recursive: true }) as string[]).map((path) =>
    join(PACKAGES, name, path),
  );
  const found = paths.find((path) => fits(path) && lstatSync(path).isFile());
  if (!found) throw new Error(`Debian's package ${name} has no ${what}`);
  return found;
}

/** Where a package has a program, whether its /bin and /sbin are in /usr or not. */
function findProgram(name: string, path: string): string {
  return find(name, path, (other) => other.endsWith(`/${path}`));
}

/** Where a package has a library, whatever its folder and the rest of its version are. */
function findLibrary(name: string, library: string): string {
  return find(name, library, (path) => basename(path).startsWith(library));
}

function unpacked(packaged: Packaged): Init {
  const packages = packaged.libraries ?? {};
  getPackages([packaged.package, ...Object.keys(packages)]);
  const libraries = Object.entries(packages).flatMap(([name, files]) =>
    files.map((file): [string, { copy: string }] => [placeOf(file), { copy: findLibrary(name, file) }]),
  );
  return {
    name: packaged.name,
    version: readFileSync(join(PACKAGES, packaged.package, "version"), "utf8").trim(),
    path: findProgram(packaged.package, packaged.path),
    libraries: libraries.map(([, { copy }]) => copy),
    files: { ...Object.fromEntries(libraries), ...packaged.files },
    append: packaged.append,
  };
}

/** An /init that takes its service for granted, as ours does: /etc/boot. */
export function ours(path = INIT, name = "wasinit"): Init {
  const { version } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as { version: string };
  return { name, version, path, libraries: [], files: {} };
}

/** The system calls of ours, made by a program in C: see same.c. */
export function same(): Init {
  const path = built("bench/same");
  return { name: SAME, version: "-", path, libraries: [], files: {} };
}

/** What the user names with PEER: it finds the service at /etc/boot, and that path as its argument. */
function peer(path: string): Init {
  if (!existsSync(path)) throw new Error(`there is no PEER=${path}`);
  return { name: basename(path), version: "-", path: resolve(path), libraries: [], files: {}, append: ARGUMENT };
}

/** All that `make bench` compares. */
export function allInits(): Init[] {
  return [ours(), same(), ...PACKAGED.map(unpacked), ...(process.env.PEER ?? "").split(" ").filter(Boolean).map(peer)];
}

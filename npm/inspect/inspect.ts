/** wasinit inspect: what an /init is, and whether it is what its policy packs to. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { asset } from "../base/assets.js";
import { Complaint } from "../base/complaint.js";
import { type Elf, type Segment, findBuildId, readElf } from "./elf.js";
import { readWhole } from "../base/files.js";
import { type Architecture, hostOf, layoutOf, pack } from "../compiler/pack.js";
import { type Memory, type PackedModule, Unreadable, compareModules, readPacked } from "./packed.js";
import { powersOf } from "../compiler/powers.js";

/** A module that does nothing: `(module (func (export "boot")))`. */
const NOTHING = Buffer.from("0061736d0100000001040160000003020100070801" + "04626f6f740000" + "0a040102000b", "hex");

const { version: OWN_VERSION } = JSON.parse(readFileSync(asset("package.json"), "utf8")) as { version: string };

/** The package's own, the one of those that records; or another, such as one that `make` has pruned for the module. */
export type Host = "generic" | "recorder" | "another";

export interface InspectOptions {
  /** What it is to be compared with: a policy, or a module. */
  policy?: string;
  module?: string;
}

/** How an /init compares with what a module packs to. */
export interface Comparison {
  with: string;
  /** Byte for byte; or only the module in it; or not even that. */
  same: "all" | "module" | "nothing";
  /** What differs first. */
  where?: string;
}

export interface Inspected {
  init: string;
  arch: Architecture;
  bytes: number;
  /** That of wasinit. */
  version: string;
  buildId?: string;
  /** Whether the build id is that of these bytes. */
  intact: boolean;
  /** Unknown of another version. */
  host?: Host;
  module?: {
    /** In /init. */
    bytes: number;
    functions: number;
    stack: number;
    memory: number;
    memoryMax: number;
    exports: string[];
    imports: string[];
  };
  can?: string[];
  cannot?: string[];
  comparison?: Comparison;
}

/** The packer puts the module behind all that the host has, and nothing behind it. */
function moduleOf({ bytes, segments, hasSections }: Elf): Segment | undefined {
  const last = segments.filter(({ isLoaded }) => isLoaded).at(-1);
  return !hasSections && last?.isReadOnly && last.offset + last.size === bytes.length ? last : undefined;
}

/** What its host answers to --version. */
function versionOf(elf: Elf): string | undefined {
  const host = elf.bytes.toString("latin1", 0, moduleOf(elf)?.offset);
  return /wasinit (\d+\.\d+\.\d+\S*)\n\0/.exec(host)?.[1];
}

function memoryOf({ bytes }: Elf, { offset, size, address }: Segment): Memory {
  return { bytes: bytes.subarray(offset, offset + size), address };
}

function checkBuildId(elf: Elf): Pick<Inspected, "buildId" | "intact"> {
  const place = findBuildId(elf);
  if (!place) return { intact: false };
  const buildId = elf.bytes.toString("hex", place.start, place.end);
  const without = Buffer.from(elf.bytes).fill(0, place.start, place.end);
  const checksum = createHash("sha256").update(without).digest("hex");
  return { buildId, intact: checksum.startsWith(buildId) };
}

/** Where a host that records has which module it is packed with, until it is: see host/record/record.c. */
const UNTOLD = "not-told-by-pack";

/** What a host has whatever the module is: all in front of that, but the module's size, what tells of it, and the build id. */
function hostPart(elf: Elf, module: Segment, told: number): Buffer {
  const host = Buffer.from(elf.bytes.subarray(0, module.offset));
  const id = findBuildId(elf);
  if (id) host.fill(0, id.start, id.end);
  if (told >= 0) host.fill(0, told, told + UNTOLD.length);
  return host.fill(0, module.header + 32, module.header + 48);
}

function hasHost(elf: Elf, module: Segment, records: boolean): boolean {
  const own = readElf("the host", Buffer.from(pack(NOTHING, elf.arch, 1024, records)));
  const told = Buffer.from(hostOf(elf.arch, records)).indexOf(UNTOLD);
  return hostPart(elf, module, told).equals(hostPart(own, moduleOf(own)!, told));
}

function findHost(elf: Elf, module: Segment): Host {
  if (hasHost(elf, module, false)) return "generic";
  return hasHost(elf, module, true) ? "recorder" : "another";
}

function namesOf({ imports }: PackedModule): string[] {
  return imports.map(({ module, name }) => `${module}.${name}`).sort();
}

/** A module in an /init. */
interface Part {
  memory: Memory;
  module: PackedModule;
}

function codeOf({ memory, module }: Part, index: number): Buffer {
  const { start = 0, end = 0 } = module.functions[index] ?? {};
  return memory.bytes.subarray(start, end);
}

/** In what two modules differ, in words; `at` is where the first byte does. */
function describe(mine: Part, other: Part, at: number): string {
  const [has, should] = [namesOf(mine.module), namesOf(other.module)];
  const more = has.filter((name) => !should.includes(name));
  const less = should.filter((name) => !has.includes(name));
  if (more.length) return `its imports: it has ${more.join(", ")}`;
  if (less.length) return `its imports: it lacks ${less.join(", ")}`;
  const changed = mine.module.functions.findIndex((_, index) => !codeOf(mine, index).equals(codeOf(other, index)));
  if (changed >= 0) return `the code of ${mine.module.functions[changed]!.name}`;
  return `what its module is beside imports and code, at byte ${at} of that`;
}

function compare(elf: Elf, host: Host, mine: Part, { wasm, name }: Other): Comparison {
  const expected = readElf(name, Buffer.from(pack(wasm, elf.arch, mine.module.stack, host === "recorder")));
  if (expected.bytes.equals(elf.bytes)) return { with: name, same: "all" };
  const other = partOf(expected, moduleOf(expected)!);
  const differs = compareModules(mine.memory, other.memory, mine.module.linked);
  if (differs !== undefined) return { with: name, same: "nothing", where: describe(mine, other, differs) };
  const at = elf.bytes.findIndex((byte, i) => byte !== expected.bytes[i]);
  return { with: name, same: "module", where: `byte ${at} of the file, which is the host's` };
}

function partOf(elf: Elf, segment: Segment): Part {
  const memory = memoryOf(elf, segment);
  return { memory, module: readPacked(memory, layoutOf(elf.arch)) };
}

function readPart(elf: Elf, segment: Segment, path: string): Part {
  try {
    return partOf(elf, segment);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new Complaint(`${path} has a module that can't be read: another wasinit has packed it, or it is damaged`);
  }
}

/** What an /init is compared with. */
interface Other {
  wasm: Uint8Array;
  name: string;
}

async function wasmOf({ policy, module }: InspectOptions): Promise<Other | undefined> {
  if (policy !== undefined) {
    const { compile } = await import("../compiler/compile.js"); // which takes its time to load
    return { wasm: (await compile(policy)).wasm, name: policy };
  }
  return module === undefined ? undefined : { wasm: readWhole(module), name: module };
}

/**
 * Looks into an /init. One of another version of wasinit tells only what has no need of the engine's structures.
 * @throws Complaint, if it is none.
 */
export async function inspect(path: string, options: InspectOptions): Promise<Inspected> {
  const elf = readElf(path, readWhole(path));
  const version = versionOf(elf);
  if (version === undefined) throw new Complaint(`${path} is a program, but no /init of wasinit`);
  const known = { init: path, arch: elf.arch, bytes: elf.bytes.length, version, ...checkBuildId(elf) };
  if (version !== OWN_VERSION) return known;
  const segment = moduleOf(elf);
  if (!segment) throw new Complaint(`${path} is a host without a module: wasinit build makes an /init of one`);
  const part = readPart(elf, segment, path);
  const packed = part.module;
  const imports = namesOf(packed);
  const host = findHost(elf, segment);
  const other = await wasmOf(options);
  return {
    ...known,
    host,
    module: {
      bytes: segment.size,
      functions: packed.functions.length,
      stack: packed.stack,
      memory: packed.memory,
      memoryMax: packed.memoryMax,
      exports: packed.exports.map(({ name }) => name),
      imports,
    },
    ...powersOf(imports),
    ...(other && { comparison: compare(elf, host, part, other) }),
  };
}

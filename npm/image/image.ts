/** wasinit image: an initramfs of a root directory and an /init. */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { Complaint } from "../base/complaint.js";
import { type Compression, compressionOf, filterOf } from "./compress.js";
import { BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, EMPTY, FILE, type Image, type Inode, archive } from "./cpio.js";
import { checkOutput, isDirectory, writePieces } from "../base/files.js";
import { isProgram, join, parentOf, resolve } from "./lookup.js";
import { addManifest } from "./manifest.js";
import { readRoot, shown } from "./root.js";
import { fileAt } from "./source.js";

const WINDOWS = process.platform === "win32";
const BATCH = 1 << 18; // bytes
const DATE_MAX = 2 ** 32 - 1;

export interface Owner {
  uid: number;
  gid: number;
}

export interface ImageOptions {
  root: string;
  init: string;
  out: string;
  /** Where in the image the init lies; unless it is said: at /init, in the place of what the root has there. */
  at?: string;
  /** Whose everything is; unless it is said, root keeps the owners. */
  owner?: Owner;
  manifest?: string;
  compress?: Compression;
  /** Owners and modes are not those of this system: see root.ts. */
  portable: boolean;
}

/** What was packed, as `--json` prints it. */
export interface Packed {
  image: string;
  bytes: number;
  compress: Compression;
  /** How many names are in it. */
  names: number;
  warnings: string[];
}

function checkPaths({ root, out, at }: ImageOptions): void {
  const directory = dirname(out);
  if (!isDirectory(root)) throw new Complaint(`--root ${root} is no directory`);
  if (!isDirectory(directory)) throw new Complaint(`${out} can't be written: there is no directory ${directory}`);
  if (at !== undefined && !/^\/(.*\/)?(?!\.{0,2}$)[^/]*$/s.test(at))
    throw new Complaint(`--at ${at} is not the absolute path of a file`);
}

/** The time of all that is in an image: of https://reproducible-builds.org/specs/source-date-epoch. */
function dateOf(text: string | undefined): number {
  if (!text) return 0;
  if (!/^\d+$/.test(text) || Number(text) > DATE_MAX)
    throw new Complaint(`SOURCE_DATE_EPOCH=${text} is no time in seconds that an image can have`);
  return Number(text);
}

function bytesOf(inode: Inode): Buffer {
  return Buffer.concat([...inode.content()]);
}

/** What the kernel executes begins so: execve(2). */
const PROGRAMS = ["\x7fELF", "#!"];

function readInit(path: string): Inode {
  if (!statSync(path, { throwIfNoEntry: false }))
    throw new Complaint(`there is no ${path}: wasinit build makes it, or --init names another`);
  const init = { ...EMPTY, ...fileAt(path), mode: 0o755 };
  const start = bytesOf(init).toString("latin1", 0, 4);
  if (!PROGRAMS.some((magic) => start.startsWith(magic)))
    throw new Complaint(`${path} is no program that a kernel could start: wasinit build makes one of a policy`);
  return init;
}

/** What a kernel would not find there. */
function checkParents(image: Image, root: string): void {
  for (const name of image.keys()) {
    const parent = parentOf(name);
    const type = image.get(parent)?.type;
    if (type === DIRECTORY) continue;
    throw new Complaint(
      type === undefined
        ? `${shown(name)} is to be in ${shown(parent)}, which neither ${root} nor the manifest has`
        : `${shown(name)} is to be in ${shown(parent)}, which is no directory`,
    );
  }
}

/** As it is with initramfs.sh, whose cp(1) can't copy them: what is nobody's to make is not to be in an image unseen. */
function refuseDevices(image: Image, root: string, said: Set<string>): void {
  for (const [name, { type, device }] of image) {
    if (said.has(name) || (type !== CHARACTER_DEVICE && type !== BLOCK_DEVICE)) continue;
    const line = `nod ${shown(name)} 0600 0 0 ${type === BLOCK_DEVICE ? "b" : "c"} ${device.join(" ")}`;
    throw new Complaint(
      `${shown(name)} in ${root} is a device node, which only root can pack as it is; a manifest can say it: ${line}`,
    );
  }
}

/** Puts the init where it is to be. */
function addInit(image: Image, init: Inode, path: string, root: string, said: Set<string>): void {
  const at = Buffer.from(path).toString("latin1");
  const directory = resolve(image, parentOf(at));
  if (directory === undefined || image.get(directory)!.type !== DIRECTORY)
    throw new Complaint(`--at ${path}: ${dirname(path)} is no directory in ${root}, or a link out of it`);
  const name = join(directory, at.slice(at.lastIndexOf("/") + 1));
  if (image.get(name)?.type === DIRECTORY) throw new Complaint(`--at ${path} is a directory in ${root}`);
  if (said.has(name))
    throw new Complaint(`${path} is the init's place, and the manifest has another there: --at names one`);
  image.set(name, init);
}

/** Whether the root has, as /init, something else. */
function hasOther(image: Image, init: Inode): boolean {
  const own = image.get("init") && image.get(resolve(image, "init") ?? "init")!;
  return own !== undefined && !(own.type === FILE && own.size === init.size && bytesOf(own).equals(bytesOf(init)));
}

/** Pieces of a size that is worth a call. */
function* batched(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let batch: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    batch.push(piece);
    size += piece.length;
    if (size < BATCH) continue;
    yield Buffer.concat(batch);
    batch = [];
    size = 0;
  }
  yield Buffer.concat(batch);
}

/** All that is read for an image. */
function inputsOf(image: Image, { root, manifest }: ImageOptions): string[] {
  const files = [...image.values()].flatMap(({ file }) => file ?? []);
  return [root, ...(manifest === undefined ? [] : [manifest]), ...files];
}

export async function makeImage(options: ImageOptions): Promise<Packed> {
  const { root, out, owner, manifest, at = "/init" } = options;
  const compress = options.compress ?? compressionOf(out);
  const portable = options.portable || WINDOWS;
  const keepsOwners = portable || process.getuid?.() === 0;
  const warnings: string[] = [];

  checkPaths(options);
  const date = dateOf(process.env.SOURCE_DATE_EPOCH);
  const init = { ...readInit(options.init), ...owner };
  const image = readRoot(root, portable);
  if (owner || !keepsOwners) for (const inode of image.values()) Object.assign(inode, owner ?? { uid: 0, gid: 0 });
  const said = manifest === undefined ? new Set<string>() : addManifest(manifest, image);
  checkParents(image, root);
  if (!keepsOwners) refuseDevices(image, root, said);
  if (!owner && !keepsOwners)
    warnings.push(
      `everything is root's in ${out}: only root can keep the owners; --owner 0:0 says the same without this line`,
    );
  if (!isProgram(image, "etc/boot") && bytesOf(init).includes("/etc/boot"))
    warnings.push(`${root} has no executable etc/boot, which is what PID 1 runs`);
  if (options.at === undefined && hasOther(image, init))
    warnings.push(
      `${root} has an /init of its own, replaced in ${out}: --at PATH keeps it, --at /init says the same without this line`,
    );
  addInit(image, init, at, root, said);
  if (!isProgram(image, "init"))
    warnings.push(`${root} has no executable init: the kernel starts ${at} only with rdinit=${at}`);

  checkOutput("--out", out, inputsOf(image, options));
  const filter = await filterOf(compress);
  const bytes = await writePieces(out, filter(batched(archive(image, date))));
  return { image: out, bytes, compress, names: image.size, warnings };
}

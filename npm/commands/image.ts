/** wasinit image: its arguments, and what it prints. */
import { InvalidArgumentError, Option } from "commander";
import { paint, warn } from "../base/terminal.js";
import { COMPRESSIONS } from "../image/compress.js";
import type { Owner, Packed } from "../image/image.js";
import { command, count, jsonOption } from "./arguments.js";

const ID_MAX = 2 ** 32 - 2; // The next one is -1, which chown(2) takes for none.

function owner(text: string): Owner {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(text)?.map(Number) ?? [];
  if (uid === undefined || gid === undefined || uid > ID_MAX || gid > ID_MAX) {
    throw new InvalidArgumentError("It is not UID:GID, two numbers.");
  }
  return { uid, gid };
}

function printImage({ image, bytes, compress, names, warnings }: Packed): void {
  console.log(`${paint(image, "bold")}: ${count(bytes, "bytes")}, ${compress}; ${count(names, "names")}`);
  for (const warning of warnings) warn(`warning: ${warning}`);
}

export const imageCommand = command(
  "image",
  "pack a root directory and an /init into an initramfs: the same bytes, whenever and wherever",
  {
    "image --root root": "packs root and init into initramfs.cpio.gz",
    "image --root root -o initramfs.zst": "compressed by zstd",
    "image --root root --manifest devices": "with device nodes, which the file devices names",
  },
)
  .requiredOption("-r, --root <DIR>", "what is to be in it")
  .option("--init <FILE>", "the /init", "init")
  .option("-o, --out <FILE>", "the image to write", "initramfs.cpio.gz")
  .option("--at <PATH>", "where in the image the init lies, and the root's own /init stays (default: /init)")
  .option("--owner <UID:GID>", "whose everything is (default: root keeps the owners; else all is root's)", owner)
  .option("--manifest <FILE>", "owners, modes and device nodes, in the lines of the kernel's gen_init_cpio")
  .addOption(new Option("--compress <HOW>", "(default: by the name of the image)").choices(COMPRESSIONS))
  .option("--portable", "owners and modes as on any system: programs are 0755, all else is 0644, and root's")
  .addOption(jsonOption)
  .action(async (options) => {
    const { makeImage } = await import("../image/image.js");
    const packed = await makeImage(options);
    if (options.json) console.log(JSON.stringify(packed, null, 2));
    else printImage(packed);
  });

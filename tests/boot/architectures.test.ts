/** README.md's table of architectures: what each kernel is started from, and what it starts by kexec, as this machine shows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { ARCH, PROJECT } from "../arch.js";
import { KERNEL } from "./options.js";
import { KEXEC_KERNEL, noKexec } from "./kexec.js";
import { type Told, life } from "./life.js";

const DEBIAN = { x86_64: "cloud-amd64", aarch64: "cloud-arm64", riscv64: "riscv64" }[ARCH];

/** What README.md calls the kernel, by the directory that it is built or unpacked in. */
const NAME = {
  kernel: `Debian's \`linux-image-${DEBIAN}\``,
  tested: "`make kernel`",
  smallest: "`make kernel`",
}[basename(dirname(KERNEL))];

const HDRS = 0x202; // Documentation/arch/x86/boot.rst
const MAGIC = 0x38; // Documentation/arch/arm64/booting.rst, Documentation/arch/riscv/boot-image-header.rst

/** What a kernel's build calls such a file. */
function kindOf(path: string): string {
  const image = readFileSync(path);
  const text = (at: number, length: number) => image.toString("latin1", at, at + length);
  if (text(HDRS, 4) == "HdrS") return "`bzImage`";
  if (text(0, 4) == "\x7fELF") return "`vmlinux`";
  return ["ARM\x64", "RSC\x05"].includes(text(MAGIC, 4)) ? "`Image`" : "another file";
}

const FILES = { booted: KERNEL, beside: KEXEC_KERNEL };

const BOOT = `#!/bin/sh
cpio -o -H newc </dev/null >/kernel.initramfs
for file in booted beside packed; do
  ln -f /$file /kernel
  /proc/1/exe --check 2>&1 | report $file
done
rm /kernel*
touch /poweroff
`;

function canLoad(told: Told, name: string): boolean {
  return told.all(name).at(-1) == "init: /kernel can be loaded";
}

function rowOf(told: Told): string {
  const names = (Object.keys(FILES) as (keyof typeof FILES)[]).filter((name) => canLoad(told, name));
  const kexecs = [...new Set(names.map((name) => kindOf(FILES[name])))].join(", ") || "-";
  return `| ${ARCH} | ${NAME} | ${kindOf(KERNEL)} | ${kexecs} |`;
}

life(
  "the table of architectures in README.md",
  {
    files: {
      "/etc/boot": BOOT,
      "/booted": { copy: KERNEL },
      "/beside": { copy: KEXEC_KERNEL },
      "/packed": { text: gzipSync(readFileSync(KEXEC_KERNEL), { level: 1 }), mode: 0o644 },
    },
    memory: 512,
  },
  {
    "has this machine": (told) => {
      const readme = readFileSync(join(PROJECT, "README.md"), "utf8").split("\n");
      assert.ok(readme.includes(rowOf(told)), `README.md lacks the row: ${rowOf(told)}`);
    },
    "is of a kernel that is refused when it is compressed, and told to be":
      noKexec ||
      ((told) =>
        assert.match(told.all("packed").at(-1)!, /^init: \/kernel is compressed, unpack it first: (Exec|Invalid)/)),
  },
  NAME ? false : "it is about kernels that `make` gets or builds",
);

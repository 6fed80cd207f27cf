/** The kernel's drivers, as the root of a machine has them. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { KERNEL, MODULES, type File } from "./qemu.js";

/** The drivers that recipes need, by the kernel's options for them. */
const OPTIONS = {
  virtio_pci: "VIRTIO_PCI",
  virtio_blk: "VIRTIO_BLK",
  virtio_net: "VIRTIO_NET",
  virtio_mmio: "VIRTIO_MMIO",
  overlay: "OVERLAY_FS",
  button: "ACPI_BUTTON",
  evdev: "INPUT_EVDEV",
  ext4: "EXT4_FS",
};

/** Tells which of the drivers the kernel can't have, else false. */
export function lacks(...drivers: (keyof typeof OPTIONS)[]): string | false {
  const config = join(dirname(KERNEL), "config");
  if (!existsSync(config)) return `there is no ${config}, with the options of this kernel`;
  const options = readFileSync(config, "utf8").split("\n");
  const missing = drivers.filter(
    (name) => !options.includes(`CONFIG_${OPTIONS[name]}=y`) && !existsSync(join(MODULES, `${name}.ko`)),
  );
  return missing.length ? `the kernel has no ${missing.join(", ")}` : false;
}

/** What `uname -r` prints in the machine. */
function release(): string {
  return readFileSync(join(dirname(KERNEL), "release"), "utf8").trim();
}

let work = "";

/** Drivers with what depmod(8) makes of them, where modprobe(8) looks. */
export function drivers(): Record<string, File> {
  const path = join("lib/modules", release());
  if (!work) {
    work = mkdtempSync(join(tmpdir(), "wasinit-drivers-"));
    process.on("exit", () => rmSync(work, { recursive: true }));
    mkdirSync(join(work, path), { recursive: true });
    for (const name of readdirSync(MODULES).filter((name) => name.endsWith(".ko")))
      cpSync(join(MODULES, name), join(work, path, name));
    execFileSync(process.env.BUSYBOX ?? "busybox", ["depmod", "-b", work, release()]);
  }
  return Object.fromEntries(
    readdirSync(join(work, path)).map((name) => [`/${path}/${name}`, { copy: join(work, path, name) }]),
  );
}

/** Disks of a machine: images with an ext4 file system, made and looked into on this side, and services that write to them. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPORT } from "./devices.js";
import { lacks } from "./options.js";
import type { File, Setup } from "./qemu.js";
import { KEXEC_KERNEL } from "./kexec.js";
import type { Told } from "./life.js";

/** Tells why the kernel can't have disks, else false. */
export const noDisks = lacks("EXT4_FS", "VIRTIO_PCI", "VIRTIO_BLK", "BLK_DEV_LOOP");

/** Makes a directory for images, which goes with this process. */
export function makeShelf(): string {
  const shelf = mkdtempSync(join(tmpdir(), "wasinit-disks-"));
  process.on("exit", () => rmSync(shelf, { recursive: true }));
  return shelf;
}

/** Makes an image of `size` MiB with a file system, which has the files of a directory, and a label. */
export function makeDisk(path: string, size = 32, directory?: string, label?: string): string {
  const options = [...(directory ? ["-d", directory] : []), ...(label ? ["-L", label] : [])];
  execFileSync("mkfs.ext4", ["-q", ...options, path, `${size}M`], { stdio: "pipe" });
  return path;
}

/** Reads a file of an image. */
export function readDisk(disk: string, path: string): Buffer {
  const { stdout, stderr } = spawnSync("debugfs", ["-R", `cat "${path}"`, disk], { maxBuffer: 1 << 26 });
  // The exit status is 0 whatever happens; the first line is the version.
  assert.match(stderr.toString(), /^debugfs .*\n$/, `can't read ${path}`);
  return stdout;
}

function readLines(disk: string, path: string): string[] {
  return readDisk(disk, path).toString().split("\n");
}

/** Asserts that a disk was left as it has to be: nothing is left to recover, and nothing is wrong. */
export function assertClean(disk: string): void {
  const header = execFileSync("dumpe2fs", ["-h", disk], { encoding: "utf8", stdio: "pipe" });
  assert.doesNotMatch(header, /^Filesystem features:.* needs_recovery/m, "the journal has to be recovered");
  assert.match(header, /^Filesystem state: +clean$/m);
  const { status, stdout } = spawnSync("fsck.ext4", ["-fn", disk], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
}

const COUNT = `#!/bin/sh
# usage: count NAME DIRECTORY [stubborn]
# Appends 1, 2, 3, … to DIRECTORY/count, going on from what is there, as fast as it can and without any sync. Every
# hundredth number also replaces DIRECTORY/last, and is then reported. On TERM it reports the last number as NAME-end
# and ends; a stubborn one does not.
if [ "$3" ]; then trap "" TERM; else trap ended=1 TERM; fi
cd "$2" || exit
exec 3>removed # What is removed while it is open leaves work for the one that unmounts.
rm removed
n=$(tail -n 1 count 2>/dev/null)
until [ "$ended" ]; do
  n=$((n + 1))
  echo $n >>count
  echo $n >&3
  [ "\${n%00}" = $n ] || { echo $n >new && mv new last && echo "$1: $n" >/dev/${REPORT}; }
done
trap "" TERM # Another one comes for what is left of all processes.
report "$1-end" $n
`;

/** Asserts that all is on the disk that `count` wrote there under `name` before it ended. */
export function assertCounted(told: Told, name: string, disk: string): void {
  const reported = Math.max(...told.all(name).map(Number));
  const lines = readLines(disk, "/count");
  assert.equal(lines.pop(), "", `the last line of ${name} is not whole`);
  const wrong = lines.findIndex((line, at) => line != `${at + 1}`);
  assert.equal(wrong, -1, `line ${wrong + 1} of ${name} is ${lines[wrong]}`);
  assert.ok(lines.length >= reported, `${name} has reported ${reported}, its file ends with ${lines.length}`);
  const last = Number(readLines(disk, "/last")[0]);
  assert.ok(last >= reported, `${name} has reported ${reported}, its other file has ${last}`);
}

/** Asserts that `count` ended by itself, and that the last that it wrote is on the disk. */
export function assertEnded(told: Told, name: string, disk: string): void {
  const lines = readLines(disk, "/count");
  assert.equal(lines.at(-2), told.one(`${name}-end`));
}

/** How a machine is ended that has been told to by `command`. */
export const ENDS = {
  "power-off": { command: "poweroff", end: "power-off", kexec: false },
  reboot: { command: "reboot", end: "reboot", kexec: false },
  halt: { command: "halt", end: "halt", kexec: false },
  kexec: { command: "reboot", end: "power-off", kexec: true },
} as const;

const KEXEC: Record<string, File> = {
  "/kernel": { copy: KEXEC_KERNEL },
  "/kernel.initramfs": { initramfs: { "/etc/boot": "#!/bin/sh\nreport second here\npoweroff\n" } },
};

/**
 * A machine with three disks, to which services write up to the end: /dev/vda; in it, at a path with a space,
 * /dev/vdb; and /dev/vdc, which can't be unmounted, as a file system that is no disk's is mounted in it.
 * @param how the end, one of `ENDS`.
 * @param stubborn whether the third disk's service ignores TERM.
 * @param pause seconds for which all write before the end.
 */
export function writingMachine(disks: string[], how: keyof typeof ENDS, stubborn: boolean, pause = 1): Setup {
  const boot = `#!/bin/sh
load-drivers
mkdir /data /srv
mount -t ext4 /dev/vda /data && mkdir -p "/data/my disk"
mount -t ext4 /dev/vdb "/data/my disk"
mount -t ext4 /dev/vdc /srv && mkdir -p /srv/tmp
mount -t tmpfs none /srv/tmp
rm -f /data/last "/data/my disk/last" /srv/last
count outer /data &
count inner "/data/my disk" &
setsid count busy /srv ${stubborn ? "stubborn" : ""} &
until [ -e /data/last ] && [ -e "/data/my disk/last" ] && [ -e /srv/last ]; do sleep 0.2; done
sleep ${pause}
${ENDS[how].command}
sleep 1000
`;
  const kexec = ENDS[how].kexec;
  const files = { "/etc/boot": boot, "/bin/count": COUNT, ...(kexec && KEXEC) };
  return { files, disks, memory: kexec ? 512 : 256 };
}

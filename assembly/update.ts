import { ENOENT, KEXEC_FILE_NO_INITRAMFS, SEEK_END, kexec_file_load, lseek, read } from "./linux";
import { closeFile, openFile } from "./files";
import { imageLength } from "./image";
import { error, failed, info } from "./log";

const KERNEL = "/kernel";
const INITRAMFS = "/kernel.initramfs";
const CMDLINE = "/kernel.cmdline";
const RUNNING_CMDLINE = "/proc/cmdline";

const SIZE: u32 = 4096; // bytes; no architecture takes a longer command line, and an image's header is shorter
const buffer = memory.data(4096);

/** Reads the beginning of a file into the buffer and fills the rest with 0; returns bytes or -errno, logged. */
function readFile(path: string, fd: i32): i32 {
  memory.fill(buffer, 0, SIZE);
  let length: u32 = 0;
  while (length < SIZE) {
    const got = read(fd, buffer + length, SIZE - length);
    if (failed("can't read %s: %m", path, got)) return got;
    if (got == 0) break;
    length += got;
  }
  return length;
}

function isWhole(kernel: i32): bool {
  if (readFile(KERNEL, kernel) < 0) return false;
  const size = lseek(kernel, 0, SEEK_END);
  if (failed("can't tell the size of %s: %m", KERNEL, size)) return false;
  const missing = imageLength(buffer, SIZE) - size;
  if (missing > 0) error("%s is cut short: its header tells of %d bytes more", KERNEL, missing);
  return missing <= 0;
}

/** Whether there is a 0 in the buffer's first `length` bytes: the kernel would take only what is before it. */
function hasNul(length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(buffer + i) == 0) return true;
  }
  return false;
}

/** Reads a command line, without the white space at its end, and a 0 into the buffer; returns bytes, 0 if it can't. */
function readCmdline(path: string, fd: i32): u32 {
  let length = readFile(path, fd);
  if (length < 0) return 0;
  if (<u32>length == SIZE) {
    error("%s is longer than %d bytes", path, SIZE - 1);
    return 0;
  }
  while (length > 0 && load<u8>(buffer + length - 1) <= 0x20) length--;
  if (hasNul(length)) {
    error("%s has a NUL in it", path);
    return 0;
  }
  store<u8>(buffer + length, 0);
  return length + 1;
}

/** Puts the new kernel's command line into the buffer: its own, or the running kernel's; returns bytes, 0 if it can't. */
function findCmdline(): u32 {
  let path = CMDLINE;
  let fd = openFile(path);
  if (fd == -ENOENT) {
    path = RUNNING_CMDLINE;
    fd = openFile(path);
    if (fd == -ENOENT) error("can't open %s: %m", path, fd);
  }
  if (fd < 0) return 0;
  const length = readCmdline(path, fd);
  closeFile(path, fd);
  return length;
}

function kexec(kernel: i32, initramfs: i32): bool {
  const length = findCmdline();
  if (length == 0) return false;
  const flags = initramfs < 0 ? KEXEC_FILE_NO_INITRAMFS : 0;
  return !failed("can't load %s: %m", KERNEL, kexec_file_load(kernel, initramfs, length, buffer, flags));
}

function loadWithInitramfs(kernel: i32): bool {
  const initramfs = openFile(INITRAMFS);
  if (initramfs < 0) return initramfs == -ENOENT && kexec(kernel, -1);
  const loaded = kexec(kernel, initramfs);
  closeFile(INITRAMFS, initramfs);
  return loaded;
}

/**
 * Loads `/kernel`, if it is there, for kexec, with `/kernel.initramfs` and `/kernel.cmdline` if they are.
 * @returns whether it is loaded; if it is there and can't be, the log says why, and nothing has changed.
 */
export function loadKernel(): bool {
  const kernel = openFile(KERNEL);
  if (kernel < 0) return false;
  info("loading %s", KERNEL);
  const loaded = isWhole(kernel) && loadWithInitramfs(kernel);
  closeFile(KERNEL, kernel);
  if (!loaded) info("going on without %s", KERNEL);
  return loaded;
}

import { EADDRNOTAVAIL, EINVAL, ENOENT, ENOEXEC, ENOMEM, KEXEC_FILE_NO_INITRAMFS, KEXEC_FILE_UNLOAD } from "./linux";
import { SEEK_END, SEEK_SET, _exit, fork, kexec_file_load, lseek } from "./linux";
import { look, openFile } from "./files";
import { imageCmdlineSize, imageLength, isImageCompressed } from "./image";
import { isInitramfs } from "./initramfs";
import { error, failed, info } from "./log";
import { SIZE, page, readPage } from "./page";
import { waitOrLeave } from "./processes";

const KERNEL = "/kernel";
const INITRAMFS = "/kernel.initramfs";
const CMDLINE = "/kernel.cmdline";
const RUNNING_CMDLINE = "/proc/cmdline";

// What the boot loader has told the running kernel of an initramfs.
const INITRD_START = "/proc/device-tree/chosen/linux,initrd-start";
const BOOT_PARAMS = "/sys/kernel/boot_params/data"; // Documentation/arch/x86/zero-page.rst
const RAMDISK_SIZE: usize = 0x21c;

/** Bytes of the longest command line that the new kernel takes, the 0 at its end among them. */
let longest: u32 = SIZE;

/** Whether the new kernel is compressed: whether it can be started so is the running one's to say. */
let isPacked: bool = false;

function isWhole(kernel: i32): bool {
  if (readPage(KERNEL, kernel, 0, SEEK_SET) < 0) return false;
  const size = lseek(kernel, 0, SEEK_END);
  if (failed("can't tell the size of %s: %m", KERNEL, size)) return false;
  if (size == 0) error("%s is empty", KERNEL);
  longest = min(imageCmdlineSize(page), SIZE);
  isPacked = isImageCompressed(page);
  const missing = imageLength(page, SIZE) - size;
  if (missing > 0) error("%s is cut short: its header tells of %d bytes more", KERNEL, missing);
  return size > 0 && missing <= 0;
}

/** Whether there is a 0 in the page's first `length` bytes: the kernel would take only what is before it. */
function hasNul(length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(page + i) == 0) return true;
  }
  return false;
}

/** Reads a command line, without the white space at its end, and a 0 into the page; returns bytes, 0 if it can't. */
function readCmdline(path: string, fd: i32): u32 {
  let length = readPage(path, fd, 0, SEEK_SET);
  if (length < 0) return 0;
  const isAll = <u32>length < SIZE;
  while (isAll && length > 0 && load<u8>(page + length - 1) <= 0x20) length--;
  if (<u32>length >= longest) {
    error("%s is longer than %d bytes", path, longest - 1);
    return 0;
  }
  if (hasNul(length)) {
    error("%s has a NUL in it", path);
    return 0;
  }
  store<u8>(page + length, 0);
  return length + 1;
}

/** Puts the new kernel's command line into the page: its own, or the running kernel's; returns bytes, 0 if it can't. */
function findCmdline(): u32 {
  let path = CMDLINE;
  let fd = openFile(path);
  if (fd == -ENOENT) {
    path = RUNNING_CMDLINE;
    fd = openFile(path);
    if (fd == -ENOENT) error("can't open %s: %m", path, fd);
  }
  return fd < 0 ? 0 : readCmdline(path, fd);
}

/**
 * What the log says of the -errno with which the kernel refuses an image. A bad one is ENOEXEC, but EINVAL to arm64; of
 * one that would take more than half of the memory it is EINVAL, too, or EADDRNOTAVAIL.
 */
function verdict(result: i32): string {
  const isVague = result == -EINVAL || result == -EADDRNOTAVAIL;
  if (!isVague && result != -ENOEXEC) return "can't load %s: %m";
  if (isPacked) return "%s is compressed, unpack it first: %m";
  if (isVague) return "%s is no kernel that this one can start, or too big for the memory: %m";
  return "%s is no kernel that this one can start: %m";
}

/** Has the kernel load them; `initramfs` is below 0 if there is none. */
function kexec(kernel: i32, initramfs: i32): bool {
  const length = findCmdline();
  if (length == 0) return false;
  const flags = initramfs < 0 ? KEXEC_FILE_NO_INITRAMFS : 0;
  const result = kexec_file_load(kernel, initramfs, length, page, flags);
  return !failed(verdict(result), KERNEL, result);
}

/** Whether the running kernel was given an initramfs, as far as can be told: the new one then needs one, too. */
function wasGivenInitramfs(): bool {
  if (look(INITRD_START) == 0) return true;
  const fd = openFile(BOOT_PARAMS);
  return fd >= 0 && readPage(BOOT_PARAMS, fd, 0, SEEK_SET) >= 0 && load<u32>(page + RAMDISK_SIZE) != 0;
}

/** Whether the kernel may do without an initramfs of its own. */
function canBeBare(): bool {
  if (wasGivenInitramfs()) {
    error("%s is missing; if it is built into the kernel: cpio -o -H newc </dev/null >%s", INITRAMFS);
    return false;
  }
  info("without %s: one must be built in", INITRAMFS);
  return true;
}

/** Loads the kernel; what is opened for it is closed with the child that does this. */
function loadFiles(): bool {
  const kernel = openFile(KERNEL);
  if (kernel == -ENOENT) error("can't open %s: %m", KERNEL, kernel);
  if (kernel < 0 || !isWhole(kernel)) return false;
  const initramfs = openFile(INITRAMFS);
  const isGood = initramfs == -ENOENT ? canBeBare() : initramfs >= 0 && isInitramfs(INITRAMFS, initramfs);
  return isGood && kexec(kernel, initramfs);
}

function unload(): bool {
  return !failed("can't unload %s: %m", KERNEL, kexec_file_load(-1, -1, 0, page, KEXEC_FILE_UNLOAD));
}

/**
 * Has a child load the kernel: one that waits for a disk or a server that does not answer can be left, and one that
 * takes more memory than there is can be killed.
 * @param isTrial whether to unload it again.
 */
function tryKernel(isTrial: bool): bool {
  info("loading %s", KERNEL);
  const pid = fork();
  if (pid == 0) _exit(loadFiles() && (!isTrial || unload()) ? 0 : 1);
  if (failed("can't fork: %m", null, pid)) return false;
  const status = waitOrLeave(pid, "%s does not answer", KERNEL);
  if (status > 0 && (status & 0x7f) != 0) {
    error("can't load %s: %m", KERNEL, -ENOMEM); // for which the kernel has killed it
  }
  return status == 0;
}

/**
 * Loads `/kernel` for kexec, with `/kernel.initramfs` and `/kernel.cmdline` if they are.
 * @returns whether it is loaded; if it can't be, the log says why, and nothing has changed.
 */
export function loadKernel(): bool {
  const isLoaded = tryKernel(false);
  if (!isLoaded) info("going on without %s", KERNEL);
  return isLoaded;
}

/** Tells, with the reason in the log, whether `loadKernel` would load a kernel; none is loaded afterwards. */
export function checkKernel(): bool {
  const isGood = tryKernel(true);
  if (isGood) info("%s can be loaded", KERNEL);
  return isGood;
}

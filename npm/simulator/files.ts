import { O_APPEND, O_CREAT, O_EXCL, O_TRUNC } from "./flags";
import { O_CLOEXEC, O_RDONLY, TMPFS_MAGIC } from "../../assembly/linux";
import { Descriptor, File, self } from "./caller";
import { MOUNTS, above, attach, isMountPoint, listMounts } from "./mounts";
import { errnoNumber } from "./names";

/** As UTF-8. */
export function bytesOf(text: string): u8[] {
  const bytes = new Array<u8>(String.UTF8.byteLength(text));
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, bytes.dataStart);
  return bytes;
}

const files = new Map<string, File>();
const directories = new Set<string>();
const links = new Map<string, string>();

export function addFile(path: string, file: File): void {
  files.set(path, file);
}

export function fileAt(path: string): File | null {
  return files.has(path) ? files.get(path) : null;
}

export function addLink(path: string, target: string): void {
  links.set(path, target);
}

/** What a link reads, or null if it is none. */
export function linkAt(path: string): string | null {
  return links.has(path) ? links.get(path) : null;
}

function follow(path: string): string {
  return links.has(path) ? links.get(path) : path;
}

export function addDirectory(path: string): void {
  directories.add(path);
}

export function isDirectory(path: string): bool {
  return directories.has(path);
}

/** Where a path is in the RAM disk, which is what all other functions call it. */
export function located(path: string): string {
  if (path == "/..") return above;
  const root = self.root;
  if (path.startsWith("/")) return path == "/" && root != "" ? root : root + path;
  return path == "." ? self.directory : `${self.directory}/${path}`;
}

export function exists(path: string): bool {
  path = follow(path);
  return files.has(path) || directories.has(path);
}

export function changeDirectory(path: string): void {
  self.directory = path;
}

export function changeRoot(path: string): void {
  self.root = path == "/" ? "" : path;
}

export function makeDirectory(path: string): i32 {
  if (exists(path)) return -errnoNumber("EEXIST");
  directories.add(path);
  return 0;
}

export function makeLink(path: string, target: string): i32 {
  if (exists(path) || links.has(path)) return -errnoNumber("EEXIST");
  links.set(path, target);
  return 0;
}

export function remove(path: string): i32 {
  return files.delete(path) || links.delete(path) ? 0 : -errnoNumber(directories.has(path) ? "EISDIR" : "ENOENT");
}

export function removeDirectory(path: string): i32 {
  if (!directories.has(path)) return -errnoNumber(exists(path) ? "ENOTDIR" : "ENOENT");
  if (isMountPoint(path)) return -errnoNumber("EBUSY");
  const paths = files.keys().concat(directories.values()).concat(links.keys());
  for (let i = 0; i < paths.length; i++) if (paths[i].startsWith(path + "/")) return -errnoNumber("ENOTEMPTY");
  directories.delete(path);
  return 0;
}

function put(fd: i32, descriptor: Descriptor | null): void {
  const descriptors = self.descriptors;
  while (descriptors.length <= fd) descriptors.push(null);
  descriptors[fd] = descriptor;
}

function at(fd: i32): Descriptor | null {
  return fd >= 0 && fd < self.descriptors.length ? self.descriptors[fd] : null;
}

function putLowest(descriptor: Descriptor): i32 {
  let fd = 0;
  while (at(fd)) fd++;
  put(fd, descriptor);
  return fd;
}

/** A control group has its files as soon as it is made. */
function isOfCgroup(path: string): bool {
  return path.startsWith("/sys/fs/cgroup/") && directories.has(path.slice(0, path.lastIndexOf("/")));
}

function contentOf(path: string, flags: i32): File {
  const file = path == MOUNTS ? listMounts() : files.has(path) ? files.get(path) : new File();
  if (flags & O_CREAT && !exists(path)) files.set(path, file);
  if (flags & O_TRUNC && keepsBytes(path)) file.bytes = [];
  return file;
}

/** The lowest free descriptor gets the file, or -errno. */
export function openFile(path: string, flags: i32): i32 {
  path = follow(path);
  if (!exists(path) && !isOfCgroup(path) && !(flags & O_CREAT)) return -errnoNumber("ENOENT");
  if (exists(path) && flags & O_CREAT && flags & O_EXCL) return -errnoNumber("EEXIST");
  const descriptor = new Descriptor(path, contentOf(path, flags), (flags & O_CLOEXEC) != 0);
  if (flags & O_APPEND) descriptor.offset = descriptor.file.bytes.length;
  return putLowest(descriptor);
}

/** A socket has the name of its family in the place of a path. */
export function openSocket(family: string, closesOnExec: bool): i32 {
  const file = new File();
  file.seekError = -errnoNumber("ESPIPE");
  return putLowest(new Descriptor(family, file, closesOnExec));
}

/** The descriptor of `/` that the host has opened for WASI, or -1. */
export let rootDescriptor = -1;

export function openRoot(fd: i32): void {
  put(fd, new Descriptor("/", new File(), true));
  rootDescriptor = fd;
}

/** Closes what an exec closes. */
export function closeOnExec(): void {
  for (let fd = 0; fd < self.descriptors.length; fd++) {
    const descriptor = at(fd);
    if (descriptor && descriptor.closesOnExec) put(fd, null);
  }
}

/** 0, or -EBADF if it is not open. */
export function check(fd: i32): i32 {
  return at(fd) ? 0 : -errnoNumber("EBADF");
}

export function closeFile(fd: i32): i32 {
  if (!at(fd)) return -errnoNumber("EBADF");
  put(fd, null);
  return 0;
}

export function duplicate(fd: i32, target: i32): i32 {
  if (!at(fd)) return -errnoNumber("EBADF");
  const descriptor = at(fd) as Descriptor;
  put(target, new Descriptor(descriptor.path, descriptor.file, false));
  return target;
}

/** The path with which a descriptor was opened, or "" if it is not open. */
export function pathOf(fd: i32): string {
  const descriptor = at(fd);
  return descriptor ? descriptor.path : "";
}

/** Bytes of a file that has an offset, or -errno. */
export function size(fd: i32): i64 {
  const descriptor = at(fd);
  if (!descriptor) return -errnoNumber("EBADF");
  return descriptor.file.seekError || descriptor.file.bytes.length;
}

/** Where the next read or write begins, or -errno. */
export function offsetOf(fd: i32): i64 {
  const descriptor = at(fd);
  return descriptor ? descriptor.offset : -errnoNumber("EBADF");
}

/** lseek(2), from the file's start. */
export function seek(fd: i32, offset: i64): i64 {
  const descriptor = at(fd);
  if (!descriptor) return -errnoNumber("EBADF");
  if (descriptor.file.seekError) return descriptor.file.seekError;
  if (offset < 0) return -errnoNumber("EINVAL");
  return (descriptor.offset = offset);
}

/** Closes all but the standard streams: as the kernel does when a process exits, and the host after a trap. */
export function closeAll(): void {
  for (let fd = 3; fd < self.descriptors.length; fd++) put(fd, null);
}

let seed: u32 = 1;

/** A byte that is the same in each life: of a linear congruential generator. */
export function randomByte(): u8 {
  seed = seed * 1664525 + 1013904223;
  return <u8>(seed >> 24);
}

/** The bytes of a device that has no end, or null if it is none. */
function endless(path: string, count: u32): u8[] | null {
  const isRandom = path == "/dev/random" || path == "/dev/urandom";
  if (!isRandom && path != "/dev/zero" && path != "/dev/full") return null;
  const bytes = new Array<u8>(count);
  for (let i: u32 = 0; i < count && isRandom; i++) bytes[i] = randomByte();
  return bytes;
}

/** Takes up to `count` bytes from where the last read ended; returns null and leaves the errno in `readError`. */
export function readBytes(fd: i32, count: u32): u8[] | null {
  const descriptor = at(fd);
  readError = descriptor ? descriptor.file.readError : -errnoNumber("EBADF");
  if (!descriptor || readError) return null;
  const made = endless(descriptor.path, count);
  if (made) return made;
  const from = <i32>min(descriptor.offset, descriptor.file.bytes.length);
  const bytes = descriptor.file.bytes.slice(from, from + <i32>count);
  descriptor.offset += bytes.length;
  return bytes;
}

export let readError: i32 = 0;

/** Whether what is written to a file is what is read from it: not in what the kernel makes. */
function keepsBytes(path: string): bool {
  return !path.startsWith("/dev/") && !path.startsWith("/proc/") && !path.startsWith("/sys/");
}

/** Writes bytes at an offset; returns how many. */
export function writeBytes(fd: i32, bytes: u8[], offset: i64): i32 {
  const descriptor = at(fd);
  if (!descriptor) return -errnoNumber("EBADF");
  if (!keepsBytes(descriptor.path)) return bytes.length;
  const all = descriptor.file.bytes;
  while (all.length < <i32>offset) all.push(0);
  for (let i = 0; i < bytes.length; i++) {
    const to = <i32>offset + i;
    if (to < all.length) all[to] = bytes[i];
    else all.push(bytes[i]);
  }
  return bytes.length;
}

/** The same where the last read or write ended. */
export function writeNext(fd: i32, bytes: u8[]): i32 {
  const descriptor = at(fd);
  const written = writeBytes(fd, bytes, descriptor ? descriptor.offset : 0);
  if (descriptor) descriptor.offset += bytes.length;
  return written;
}

/** What was opened and not closed, as `fd</path>`. */
export function leftOpen(): string {
  let shown = "";
  for (let fd = 3; fd < self.descriptors.length; fd++) {
    if (at(fd) && fd != rootDescriptor) shown += ` ${fd}<${pathOf(fd)}>`;
  }
  return shown;
}

/** What statfs(2) tells of `/`. */
export let rootType: i64 = TMPFS_MAGIC;

export function setRootType(type: i64): void {
  rootType = type;
}

function addText(path: string, text: string): void {
  const file = new File();
  file.bytes = bytesOf(text);
  addFile(path, file);
}

/** The kernel's parameters that a usual one has, and that an init may want to set: see sysctl(8). */
const SYSCTLS: string[] = [
  "fs/file-max fs/inotify/max_user_instances fs/inotify/max_user_watches fs/nr_open fs/suid_dumpable",
  "fs/protected_fifos fs/protected_hardlinks fs/protected_regular fs/protected_symlinks",
  "kernel/core_pattern kernel/dmesg_restrict kernel/domainname kernel/hostname kernel/hung_task_timeout_secs",
  "kernel/kexec_load_disabled kernel/kptr_restrict kernel/modules_disabled kernel/panic kernel/panic_on_oops",
  "kernel/pid_max kernel/printk kernel/printk_devkmsg kernel/randomize_va_space kernel/sysrq kernel/threads-max",
  "kernel/unprivileged_bpf_disabled kernel/yama/ptrace_scope",
  "net/core/default_qdisc net/core/rmem_max net/core/somaxconn net/core/wmem_max net/ipv4/conf/all/forwarding",
  "net/ipv4/conf/all/rp_filter net/ipv4/conf/default/rp_filter net/ipv4/ip_forward net/ipv4/ip_local_port_range",
  "net/ipv4/ip_unprivileged_port_start net/ipv4/ping_group_range net/ipv4/tcp_congestion_control",
  "net/ipv4/tcp_syncookies net/ipv6/conf/all/disable_ipv6 net/ipv6/conf/all/forwarding",
  "net/ipv6/conf/default/disable_ipv6 vm/dirty_background_ratio vm/dirty_expire_centisecs vm/dirty_ratio",
  "vm/dirty_writeback_centisecs vm/drop_caches vm/max_map_count vm/min_free_kbytes vm/overcommit_memory",
  "vm/overcommit_ratio vm/panic_on_oom vm/swappiness vm/vfs_cache_pressure",
];

/** Makes what a kernel with devtmpfs and an initramfs shows. */
export function createAll(): void {
  const sysctls = SYSCTLS.join(" ").split(" ");
  const devices = ["console", "full", "kmsg", "null", "random", "tty", "ttyS0", "urandom", "zero"];
  for (let i = 0; i < devices.length; i++) addFile("/dev/" + devices[i], new File());
  for (let i = 0; i < sysctls.length; i++) addFile("/proc/sys/" + sysctls[i], new File());
  addFile("/init", new File());
  addText("/proc/cmdline", "console=ttyS0 quiet\n");
  addText("/sys/class/tty/console/active", "ttyS0\n");
  addFile(MOUNTS, new File());
  attach("rootfs", "0:2", "rootfs", "/");
  attach("none", "0:21", "proc", "/proc");
  addDirectory("/");
  addDirectory("/dev");
  addDirectory("/proc/1");
  addDirectory("/proc/2");
  addDirectory("/sys/fs/cgroup");
}

/** Opens the standard streams as the kernel does. */
export function openConsole(): void {
  for (let fd = 0; fd < 3; fd++) openFile("/dev/console", O_RDONLY);
}

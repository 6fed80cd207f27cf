/**
 * The imports of WASI preview 1, as the host has them: over the same files and descriptors as those of linux.ts. The trace
 * has Linux's names of errnos and flags, and what a call gives in the place of 0. What only few programs call is ENOSYS.
 */

import { O_CLOEXEC, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, SEEK_END } from "../../assembly/linux";
import { self } from "./caller";
import { failure } from "./failures";
import { bytesOf, check, closeFile, exists, fileAt, isDirectory, linkAt, makeDirectory } from "./files";
import {
  makeLink,
  offsetOf,
  openFile,
  pathOf,
  randomByte,
  readBytes,
  readError,
  remove,
  removeDirectory,
  rootDescriptor,
  seek,
} from "./files";
import { size, writeBytes, writeNext } from "./files";
import { O_APPEND, O_CREAT, O_EXCL, O_TRUNC, WHENCE, openFlags } from "./flags";
import { errnoNumber } from "./names";
import { bytesAt, isMemory, peek16, peek32, peek64, peek8, poke16, poke32, poke64, poke8, pokeBytes } from "./peek";
import { exit } from "./programs";
import { timeOf } from "./time";
import { quote, quoteBytes, trace, traced } from "./trace";
import { end, sleep } from "./world";

/** In WASI's order, from 1 on. */
const ERRNO = (
  "E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED ECHILD ECONNABORTED " +
  "ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG EHOSTUNREACH EIDRM EILSEQ EINPROGRESS " +
  "EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG ENETDOWN ENETRESET ENETUNREACH " +
  "ENFILE ENOBUFS ENODEV ENOENT ENOEXEC ENOLCK ENOLINK ENOMEM ENOMSG ENOPROTOOPT ENOSPC ENOSYS ENOTCONN ENOTDIR " +
  "ENOTEMPTY ENOTRECOVERABLE ENOTSOCK EOPNOTSUPP ENOTTY ENXIO EOVERFLOW EOWNERDEAD EPERM EPIPE EPROTO EPROTONOSUPPORT " +
  "EPROTOTYPE ERANGE EROFS ESPIPE ESRCH ESTALE ETIMEDOUT ETXTBSY EXDEV"
).split(" ");

const NANOSECONDS: u64 = 1000000; // of a millisecond

/** The errno of WASI for -errno of Linux, 0 for all else. */
function errno(result: i64): i32 {
  for (let i = 0; result < 0 && i < ERRNO.length; i++) if (errnoNumber(ERRNO[i]) == -result) return i + 1;
  return result < 0 ? ERRNO.indexOf("EIO") + 1 : 0;
}

function answered(shown: string, result: i64): i32 {
  return errno(traced<i64>(shown, result));
}

/** The same, with what is not below 0 where the module wants it. */
function counted(shown: string, result: i64, to: usize): i32 {
  if (result >= 0) poke32(to, <u32>result);
  return answered(shown, result);
}

function fault(address: usize, length: u64): i32 {
  return isMemory(address, length) ? 0 : -errnoNumber("EFAULT");
}

const PATH_MAX: u32 = 4096;

/** What is wrong with a path by itself. */
function badPath(path: usize, length: u32): i32 {
  if (!isMemory(path, length)) return -errnoNumber("EFAULT");
  if (length >= PATH_MAX) return -errnoNumber("ENAMETOOLONG");
  for (let i: u32 = 0; i < length; i++) if (!peek8(path + i)) return -errnoNumber("EINVAL");
  return 0;
}

function file(fd: i32): string {
  const path = pathOf(fd);
  return path == "" ? fd.toString() : `${fd}<${path}>`;
}

function textAt(address: usize, length: u32): string {
  const bytes = bytesAt(address, length);
  return String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length);
}

/** Where a path is that is one from a directory onward, whether or not it begins with `/`. */
function pathAt(dir: i32, name: string): string {
  const directory = pathOf(dir);
  while (name.startsWith("/")) name = name.slice(1);
  if (name == "" || name == ".") return directory;
  return directory == "/" ? directory + name : `${directory}/${name}`;
}

// --- arguments and environment -----------------------------------------------------------------------------------------

/** What the kernel passes to /init. */
export const programArguments: string[] = ["/init"];

function environment(): string[] {
  const names = self.environment.keys();
  const list: string[] = [];
  for (let i = 0; i < names.length; i++) list.push(`${names[i]}=${self.environment.get(names[i])}`);
  return list;
}

function sizes(call: string, list: string[], count: usize, bytes: usize): i32 {
  const error = fault(count, 4) || fault(bytes, 4) || failure(call, "");
  if (error) return answered(`${call}()`, error);
  let sum = 0;
  for (let i = 0; i < list.length; i++) sum += String.UTF8.byteLength(list[i]) + 1;
  poke32(count, list.length);
  poke32(bytes, sum);
  return 0;
}

function strings(call: string, list: string[], pointers: usize, buffer: usize): i32 {
  const error = fault(pointers, 4 * list.length) || failure(call, "");
  if (error) return answered(`${call}()`, error);
  for (let i = 0; i < list.length; i++) {
    const bytes = bytesOf(list[i]);
    bytes.push(0);
    if (fault(buffer, bytes.length)) return answered(`${call}()`, fault(buffer, bytes.length));
    poke32(pointers + 4 * i, <u32>buffer);
    pokeBytes(buffer, bytes);
    buffer += bytes.length;
  }
  trace(`${call}() = ${list.length}`);
  return 0;
}

export function args_sizes_get(count: usize, bytes: usize): i32 {
  return sizes("args_sizes_get", programArguments, count, bytes);
}

export function args_get(pointers: usize, buffer: usize): i32 {
  return strings("args_get", programArguments, pointers, buffer);
}

export function environ_sizes_get(count: usize, bytes: usize): i32 {
  return sizes("environ_sizes_get", environment(), count, bytes);
}

export function environ_get(pointers: usize, buffer: usize): i32 {
  return strings("environ_get", environment(), pointers, buffer);
}

// --- clocks, chance, the end -------------------------------------------------------------------------------------------

/** Leaves a line only if it fails, as all that asks a clock. */
function clockAnswer(call: string, id: i32, value: i64, to: usize): i32 {
  const error = fault(to, 8) || failure(call, "") || (value < 0 ? -errnoNumber("EINVAL") : 0);
  if (error) return answered(`${call}(${id})`, error);
  poke64(to, value);
  return 0;
}

export function clock_res_get(id: i32, to: usize): i32 {
  return clockAnswer("clock_res_get", id, timeOf(id) < 0 ? -1 : 1, to);
}

export function clock_time_get(id: i32, _precision: u64, to: usize): i32 {
  return clockAnswer("clock_time_get", id, timeOf(id), to);
}

const SUBSCRIPTION = 48; // bytes
const EVENT = 32;

/** Nanoseconds until a subscription's event. */
function left(subscription: usize): u64 {
  const timeout = peek64(subscription + 24);
  const now = timeOf(peek32(subscription + 16));
  if (!(peek16(subscription + 40) & 1)) return timeout; // not an absolute time
  return now < 0 || <u64>now > timeout ? 0 : timeout - now;
}

/** Waits for clocks, whatever happens meanwhile; other events are not there, as in the host. */
export function poll_oneoff(subscriptions: usize, events: usize, count: u32, occurred: usize): i32 {
  let error =
    fault(subscriptions, <u64>SUBSCRIPTION * count) || fault(events, <u64>EVENT * count) || fault(occurred, 4);
  let shortest = u64.MAX_VALUE;
  for (let i: u32 = 0; i < count && !error; i++) {
    if (peek8(subscriptions + SUBSCRIPTION * i + 8)) error = -errnoNumber("EOPNOTSUPP");
    shortest = min(shortest, left(subscriptions + SUBSCRIPTION * i));
  }
  if (!error && !count) error = -errnoNumber("EINVAL");
  if (!error) error = failure("poll_oneoff", "");
  if (error) return answered("poll_oneoff()", error);
  let put = 0;
  for (let i: u32 = 0; i < count; i++) {
    const subscription = subscriptions + SUBSCRIPTION * i;
    if (left(subscription) > shortest) continue;
    const event = events + EVENT * put++;
    for (let at = 0; at < EVENT; at++) poke8(event + at, 0);
    poke64(event, peek64(subscription));
  }
  const time = <i64>((shortest + NANOSECONDS - 1) / NANOSECONDS);
  sleep(time);
  return counted(`poll_oneoff(${time} ms)`, put, occurred);
}

export function sched_yield(): i32 {
  return answered("sched_yield()", failure("sched_yield", ""));
}

export function random_get(buffer: usize, length: u32): i32 {
  const error = fault(buffer, length) || failure("random_get", "");
  for (let i: u32 = 0; i < length && !error; i++) poke8(buffer + i, randomByte());
  return answered(`random_get(${length})`, error);
}

/** Ends a child. PID 1's logic ends, too, and the host would start it again: no policy should. */
export function proc_exit(status: i32): void {
  trace(`proc_exit(${status})`);
  if (self.pid != 1) exit((status & 0xff) << 8);
  end(`the policy ends by proc_exit(${status})`);
}

// --- open files --------------------------------------------------------------------------------------------------------

/** Bytes in all pieces of a list of iovec; -EFAULT if a piece is outside of the memory. */
function total(list: usize, count: u32): i64 {
  if (!isMemory(list, <u64>8 * count)) return -errnoNumber("EFAULT");
  let sum: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = list + 8 * i;
    if (!isMemory(peek32(at), peek32(at + 4))) return -errnoNumber("EFAULT");
    sum += peek32(at + 4);
  }
  return sum;
}

function gather(list: usize, count: u32): u8[] {
  let bytes: u8[] = [];
  for (let i: u32 = 0; i < count; i++) bytes = bytes.concat(bytesAt(peek32(list + 8 * i), peek32(list + 8 * i + 4)));
  return bytes;
}

function scatter(list: usize, count: u32, bytes: u8[]): void {
  let from = 0;
  for (let i: u32 = 0; i < count && from < bytes.length; i++) {
    const length = min(<i32>peek32(list + 8 * i + 4), bytes.length - from);
    pokeBytes(peek32(list + 8 * i), bytes.slice(from, from + length));
    from += length;
  }
}

function readPieces(call: string, shown: string, fd: i32, list: usize, count: u32, to: usize): i32 {
  const bytes = total(list, count);
  const error = fault(to, 4) || <i32>min(bytes, 0) || failure(call, pathOf(fd));
  if (error) return answered(shown, error);
  const got = readBytes(fd, <u32>bytes);
  if (!got) return answered(shown, readError);
  scatter(list, count, got);
  return counted(shown, got.length, to);
}

export function fd_read(fd: i32, list: usize, count: u32, to: usize): i32 {
  return readPieces("fd_read", `fd_read(${file(fd)}, ${max(total(list, count), 0)})`, fd, list, count, to);
}

export function fd_pread(fd: i32, list: usize, count: u32, offset: i64, to: usize): i32 {
  const before = offsetOf(fd);
  const shown = `fd_pread(${file(fd)}, ${max(total(list, count), 0)}, ${offset})`;
  const sought = seek(fd, offset);
  if (sought < 0) return answered(shown, sought);
  const error = readPieces("fd_pread", shown, fd, list, count, to);
  seek(fd, before);
  return error;
}

export function fd_write(fd: i32, list: usize, count: u32, to: usize): i32 {
  const error = fault(to, 4) || <i32>min(total(list, count), 0);
  if (error) return answered(`fd_write(${file(fd)}, ...)`, error);
  const bytes = gather(list, count);
  const shown = `fd_write(${file(fd)}, ${quoteBytes(bytes)})`;
  return counted(shown, failure("fd_write", pathOf(fd)) || writeNext(fd, bytes), to);
}

export function fd_pwrite(fd: i32, list: usize, count: u32, offset: i64, to: usize): i32 {
  const error = fault(to, 4) || <i32>min(total(list, count), 0);
  if (error) return answered(`fd_pwrite(${file(fd)}, ...)`, error);
  const bytes = gather(list, count);
  const text = quoteBytes(bytes);
  const sought = <i32>min(size(fd), 0);
  const result = failure("fd_pwrite", pathOf(fd)) || sought || writeBytes(fd, bytes, offset);
  return counted(`fd_pwrite(${file(fd)}, ${text}, ${offset})`, result, to);
}

function moved(shown: string, error: i32, fd: i32, offset: i64, whence: i32, to: usize): i32 {
  const base = whence == SEEK_END ? size(fd) : whence ? offsetOf(fd) : 0;
  const position = error ? <i64>error : base < 0 ? base : seek(fd, base + offset);
  if (position >= 0) poke64(to, position);
  return answered(shown, position);
}

export function fd_seek(fd: i32, offset: i64, whence: i32, to: usize): i32 {
  const error = fault(to, 8) || (<u32>whence > <u32>SEEK_END ? -errnoNumber("EINVAL") : failure("fd_seek", pathOf(fd)));
  return moved(`fd_seek(${file(fd)}, ${offset}, ${WHENCE.show(whence)})`, error, fd, offset, whence, to);
}

export function fd_tell(fd: i32, to: usize): i32 {
  return moved(`fd_tell(${file(fd)})`, fault(to, 8) || failure("fd_tell", pathOf(fd)), fd, 0, 1, to);
}

/** A call about a descriptor, of which no more is known here than that it is open. */
function ofOpen(call: string, fd: i32): i32 {
  return answered(`${call}(${file(fd)})`, failure(call, pathOf(fd)) || check(fd));
}

export function fd_sync(fd: i32): i32 {
  return ofOpen("fd_sync", fd);
}

export function fd_datasync(fd: i32): i32 {
  return ofOpen("fd_datasync", fd);
}

export function fd_advise(fd: i32, _offset: i64, _length: i64, _advice: i32): i32 {
  return ofOpen("fd_advise", fd);
}

export function fd_fdstat_set_flags(fd: i32, _flags: i32): i32 {
  return ofOpen("fd_fdstat_set_flags", fd);
}

export function fd_close(fd: i32): i32 {
  const shown = `fd_close(${file(fd)})`;
  const error = failure("fd_close", pathOf(fd));
  const result = closeFile(fd);
  return answered(shown, error || result);
}

const CHARACTER_DEVICE: u8 = 2;
const DIRECTORY: u8 = 3;
const REGULAR_FILE: u8 = 4;

function typeOf(path: string): u8 {
  if (path.startsWith("/dev/")) return CHARACTER_DEVICE;
  return isDirectory(path) ? DIRECTORY : REGULAR_FILE;
}

export function fd_fdstat_get(fd: i32, to: usize): i32 {
  const error = fault(to, 24) || failure("fd_fdstat_get", pathOf(fd)) || check(fd);
  if (!error) {
    poke8(to, typeOf(pathOf(fd)));
    poke8(to + 1, 0);
    poke16(to + 2, 0);
    poke32(to + 4, 0);
    poke64(to + 8, u64.MAX_VALUE);
    poke64(to + 16, u64.MAX_VALUE);
  }
  return answered(`fd_fdstat_get(${file(fd)})`, error);
}

function putStat(to: usize, path: string, bytes: i64): void {
  for (let at = 0; at < 64; at += 8) poke64(to + at, 0);
  poke8(to + 16, typeOf(path));
  poke64(to + 24, 1); // links
  poke64(to + 32, bytes);
}

export function fd_filestat_get(fd: i32, to: usize): i32 {
  const error = fault(to, 64) || failure("fd_filestat_get", pathOf(fd)) || check(fd);
  if (!error) putStat(to, pathOf(fd), max(size(fd), 0));
  return answered(`fd_filestat_get(${file(fd)})`, error);
}

/** Whether that is still the directory that the host has opened. */
function isRoot(fd: i32): bool {
  return fd == rootDescriptor && pathOf(fd) == "/";
}

export function fd_prestat_get(fd: i32, to: usize): i32 {
  if (!isRoot(fd)) return errno(-errnoNumber("EBADF"));
  const error = fault(to, 8);
  if (error) return errno(error);
  poke32(to, 0);
  poke32(to + 4, 1);
  return 0;
}

export function fd_prestat_dir_name(fd: i32, to: usize, length: u32): i32 {
  if (!isRoot(fd)) return errno(-errnoNumber("EBADF"));
  const error = length ? fault(to, 1) : -errnoNumber("ENAMETOOLONG");
  if (error) return errno(error);
  poke8(to, 0x2f);
  return 0;
}

// --- paths -------------------------------------------------------------------------------------------------------------

const FD_READ: u64 = 1 << 1;
const FD_WRITE: u64 = 1 << 6;

function linuxFlags(how: i32, rights: u64, flags: i32): i32 {
  const access = rights & FD_WRITE ? (rights & FD_READ ? O_RDWR : O_WRONLY) : O_RDONLY;
  return (
    access |
    O_NOCTTY |
    O_CLOEXEC |
    (how & 1 ? O_CREAT : 0) |
    (how & 4 ? O_EXCL : 0) |
    (how & 8 ? O_TRUNC : 0) |
    (flags & 1 ? O_APPEND : 0) |
    (flags & 4 ? O_NONBLOCK : 0)
  );
}

export function path_open(
  dir: i32,
  _lookup: i32,
  path: usize,
  length: u32,
  how: i32,
  rights: u64,
  _inheriting: u64,
  flags: i32,
  to: usize,
): i32 {
  const error = badPath(path, length) || fault(to, 4);
  if (error) return answered(`path_open(${file(dir)}, ...)`, error);
  const name = textAt(path, length);
  const open = linuxFlags(how, rights, flags);
  const shown = `path_open(${file(dir)}, ${quote(name)}, ${openFlags(open)})`;
  return counted(shown, failure("path_open", name) || check(dir) || openFile(pathAt(dir, name), open), to);
}

export function path_create_directory(dir: i32, path: usize, length: u32): i32 {
  if (badPath(path, length)) return answered("path_create_directory()", badPath(path, length));
  const name = textAt(path, length);
  const result = failure("path_create_directory", name) || check(dir) || makeDirectory(pathAt(dir, name));
  return answered(`path_create_directory(${file(dir)}, ${quote(name)})`, result);
}

export function path_remove_directory(dir: i32, path: usize, length: u32): i32 {
  if (badPath(path, length)) return answered("path_remove_directory()", badPath(path, length));
  const name = textAt(path, length);
  const result = failure("path_remove_directory", name) || check(dir) || removeDirectory(pathAt(dir, name));
  return answered(`path_remove_directory(${file(dir)}, ${quote(name)})`, result);
}

export function path_unlink_file(dir: i32, path: usize, length: u32): i32 {
  if (badPath(path, length)) return answered("path_unlink_file()", badPath(path, length));
  const name = textAt(path, length);
  const result = failure("path_unlink_file", name) || check(dir) || remove(pathAt(dir, name));
  return answered(`path_unlink_file(${file(dir)}, ${quote(name)})`, result);
}

export function path_symlink(target: usize, targetLength: u32, dir: i32, path: usize, length: u32): i32 {
  const error = badPath(path, length) || badPath(target, targetLength);
  if (error) return answered("path_symlink()", error);
  const name = textAt(path, length);
  const to = textAt(target, targetLength);
  const result = failure("path_symlink", name) || check(dir) || makeLink(pathAt(dir, name), to);
  return answered(`path_symlink(${quote(to)}, ${file(dir)}, ${quote(name)})`, result);
}

export function path_readlink(dir: i32, path: usize, length: u32, buffer: usize, room: u32, to: usize): i32 {
  const error = badPath(path, length) || fault(buffer, room) || fault(to, 4);
  if (error) return answered("path_readlink()", error);
  const name = textAt(path, length);
  const at = pathAt(dir, name);
  const shown = `path_readlink(${file(dir)}, ${quote(name)})`;
  const target = linkAt(at);
  const failed = failure("path_readlink", name) || check(dir);
  if (failed || !target) return answered(shown, failed || -errnoNumber(exists(at) ? "EINVAL" : "ENOENT"));
  const bytes = bytesOf(target).slice(0, room);
  pokeBytes(buffer, bytes);
  return counted(shown, bytes.length, to);
}

export function path_filestat_get(dir: i32, _lookup: i32, path: usize, length: u32, to: usize): i32 {
  const outside = badPath(path, length) || fault(to, 64);
  if (outside) return answered("path_filestat_get()", outside);
  const name = textAt(path, length);
  const at = pathAt(dir, name);
  const missing = exists(at) ? 0 : -errnoNumber("ENOENT");
  const error = failure("path_filestat_get", name) || check(dir) || missing;
  const file = fileAt(at);
  if (!error) putStat(to, at, file ? file.bytes.length : 0);
  return answered(`path_filestat_get(${dir}, ${quote(name)})`, error);
}

// --- what is not simulated ---------------------------------------------------------------------------------------------

function notHere(call: string): i32 {
  return answered(`${call}()`, failure(call, "") || -errnoNumber("ENOSYS"));
}

export function fd_allocate(_fd: i32, _offset: i64, _length: i64): i32 {
  return notHere("fd_allocate");
}

export function fd_fdstat_set_rights(_fd: i32, _base: i64, _inheriting: i64): i32 {
  return notHere("fd_fdstat_set_rights");
}

export function fd_filestat_set_size(_fd: i32, _size: i64): i32 {
  return notHere("fd_filestat_set_size");
}

export function fd_filestat_set_times(_fd: i32, _atim: i64, _mtim: i64, _flags: i32): i32 {
  return notHere("fd_filestat_set_times");
}

export function fd_readdir(_fd: i32, _buffer: usize, _length: u32, _cookie: i64, _to: usize): i32 {
  return notHere("fd_readdir");
}

export function fd_renumber(_from: i32, _to: i32): i32 {
  return notHere("fd_renumber");
}

export function path_filestat_set_times(
  _dir: i32,
  _lookup: i32,
  _path: usize,
  _length: u32,
  _atim: i64,
  _mtim: i64,
  _flags: i32,
): i32 {
  return notHere("path_filestat_set_times");
}

export function path_link(
  _oldDir: i32,
  _lookup: i32,
  _oldPath: usize,
  _oldLength: u32,
  _newDir: i32,
  _newPath: usize,
  _newLength: u32,
): i32 {
  return notHere("path_link");
}

export function path_rename(
  _oldDir: i32,
  _oldPath: usize,
  _oldLength: u32,
  _newDir: i32,
  _newPath: usize,
  _newLength: u32,
): i32 {
  return notHere("path_rename");
}

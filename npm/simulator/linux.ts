/**
 * The imports of the module under test: each answers from the world that the scenario describes, and leaves a line in
 * the trace. `clock_gettime` leaves none, as it would drown the others.
 */

import * as linux from "../../assembly/linux";
import { self } from "./caller";
import { IFNAMSIZ, answer, askInterface, askNumber } from "./devices";
import { failure } from "./failures";
import { bytesOf, changeDirectory, changeRoot, check, closeFile, duplicate, exists, linkAt, located } from "./files";
import { makeDirectory, makeLink, openFile, openSocket, pathOf, readBytes, readError, remove } from "./files";
import { offsetOf, removeDirectory, rootType, seek, size, writeBytes, writeNext } from "./files";
import { ACCESS_MODES, FAMILIES, FCNTL, INTERFACE_FLAGS, IOCTL, KEXEC_FLAGS, LIMITS, MOUNT_FLAGS } from "./flags";
import { REBOOT, SOCKETS, UMOUNT_FLAGS, WHENCE, openFlags } from "./flags";
import { isLoaded, setLoaded } from "./kernel";
import { detach, deviceOf, freeze, isMountPoint, mountNew, move } from "./mounts";
import { errnoName, errnoNumber, signalName } from "./names";
import {
  bytesAt,
  isMemory,
  peek16,
  peek32,
  peek8,
  peekBytes,
  peekName,
  peekString,
  peekStrings,
  peekText,
} from "./peek";
import { poke16, poke32, pokeBytes } from "./peek";
import { DIRENT, makeProc } from "./proc";
import { ended, leftAlive, nobody, signalAll } from "./processes";
import { beginSession, become, cantSpawn, exit, lacks, startFork, startProgram } from "./programs";
import { timeOf } from "./time";
import { quote, quoteBytes, showAll, trace, traced } from "./trace";
import { awaitChild, awaitSignal, countReaped, end, noteRun } from "./world";

const ALL_SIGNALS = u64.MAX_VALUE;
const EFAULT = 14;

function attached(source: string, target: string, type: string, flags: u32): i32 {
  if (flags == linux.MS_MOVE) return move(located(source), located(target));
  if (flags == linux.MS_PRIVATE) return isMountPoint(target) ? 0 : -errnoNumber("EINVAL");
  if (flags == (linux.MS_REMOUNT | linux.MS_RDONLY)) freeze(target);
  if (flags & linux.MS_REMOUNT) return 0;
  return mountNew(source, target, type);
}

/** -EFAULT where there are not so many bytes of memory. */
function outside(address: usize, length: u32): i32 {
  return isMemory(address, length) ? 0 : -EFAULT;
}

/** No system call takes a path of PATH_MAX bytes. */
function tooLong(path: string): i32 {
  return path.length < 4096 ? 0 : -errnoNumber("ENAMETOOLONG");
}

function text(address: usize): string {
  return quote(peekString(address));
}

function textOrNull(address: usize): string {
  return address ? text(address) : "null";
}

function octal(mode: u32): string {
  return mode ? "0" + mode.toString(8) : "0";
}

function file(fd: i32): string {
  const path = pathOf(fd);
  return path == "" ? fd.toString() : `${fd}<${path}>`;
}

function signals(set: u64): string {
  return set == ALL_SIGNALS ? "every signal" : "0x" + set.toString(16);
}

export function mount(source: usize, target: usize, type: usize, flags: u32, data: usize): i32 {
  const at = peekString(target);
  const shown = `${textOrNull(source)}, ${quote(at)}, ${textOrNull(type)}, ${MOUNT_FLAGS.show(flags)}`;
  const from = source ? peekString(source) : "";
  const fs = type ? peekString(type) : "";
  const options = textOrNull(data);
  const result = failure("mount", at) || tooLong(at) || attached(from, at, fs, flags);
  return traced(`mount(${shown}, ${options})`, result);
}

export function umount2(target: usize, flags: i32): i32 {
  const point = peekString(target);
  const shown = `umount2(${quote(point)}, ${UMOUNT_FLAGS.show(flags)})`;
  return traced(shown, failure("umount2", point) || tooLong(point) || detach(point));
}

export function mkdir(path: usize, mode: u32): i32 {
  const name = peekString(path);
  return traced(`mkdir(${quote(name)}, ${octal(mode)})`, failure("mkdir", name) || makeDirectory(located(name)));
}

export function chmod(path: usize, mode: u32): i32 {
  return traced(`chmod(${text(path)}, ${octal(mode)})`, failure("chmod", peekString(path)));
}

export function symlink(target: usize, linkpath: usize): i32 {
  const name = peekString(linkpath);
  const to = peekString(target);
  return traced(`symlink(${quote(to)}, ${quote(name)})`, failure("symlink", name) || makeLink(located(name), to));
}

function isThere(path: string): bool {
  return exists(path) || isMountPoint(path) || !lacks(path);
}

export function readlink(path: usize, buffer: usize, size: u32): i32 {
  const name = peekString(path);
  const target = linkAt(located(name));
  const none = -errnoNumber(isThere(located(name)) ? "EINVAL" : "ENOENT");
  const bytes = target ? bytesOf(target).slice(0, size) : [];
  const result = outside(buffer, size) || failure("readlink", name) || (target ? bytes.length : none);
  if (result > 0) pokeBytes(buffer, bytes);
  return traced(`readlink(${quote(name)}, ${size})`, result);
}

export function unlink(path: usize): i32 {
  const name = peekString(path);
  return traced(`unlink(${quote(name)})`, failure("unlink", name) || remove(located(name)));
}

export function rmdir(path: usize): i32 {
  const name = peekString(path);
  return traced(`rmdir(${quote(name)})`, failure("rmdir", name) || removeDirectory(located(name)));
}

export function access(path: usize, mode: i32): i32 {
  const name = peekString(path);
  const shown = `access(${quote(name)}, ${ACCESS_MODES.show(mode)})`;
  return traced(shown, failure("access", name) || lacks(located(name)));
}

function show(type: i64): string {
  return type == linux.TMPFS_MAGIC
    ? "TMPFS_MAGIC"
    : type == linux.RAMFS_MAGIC
      ? "RAMFS_MAGIC"
      : "0x" + type.toString(16);
}

export function statfs(path: usize): i64 {
  const name = peekString(path);
  const error = failure("statfs", name);
  if (error) return traced<i64>(`statfs(${quote(name)})`, error);
  trace(`statfs(${quote(name)}) = ${show(rootType)}`);
  return rootType;
}

export function lstat(path: usize): i64 {
  const name = peekString(path);
  const point = located(name.endsWith("/.") ? name.slice(0, -2) : name);
  const error = failure("lstat", name) || (exists(point) || isMountPoint(point) ? 0 : -errnoNumber("ENOENT"));
  return traced<i64>(`lstat(${quote(name)})`, error ? <i64>error : deviceOf(point));
}

export function chdir(path: usize): i32 {
  const name = peekString(path);
  const error = failure("chdir", name);
  if (!error) changeDirectory(located(name));
  return traced(`chdir(${quote(name)})`, error);
}

export function fchdir(fd: i32): i32 {
  const error = failure("fchdir", "") || check(fd);
  if (!error) changeDirectory(pathOf(fd));
  return traced(`fchdir(${file(fd)})`, error);
}

export function chroot(path: usize): i32 {
  const name = peekString(path);
  const error = failure("chroot", name);
  if (!error) changeRoot(located(name));
  return traced(`chroot(${quote(name)})`, error);
}

export function setenv(name: usize, value: usize, overwrite: i32): i32 {
  const variable = peekString(name);
  const set = value ? peekString(value) : "";
  const error = failure("setenv", variable);
  if (!error && !value) self.environment.delete(variable);
  else if (!error && (overwrite || !self.environment.has(variable))) self.environment.set(variable, set);
  return traced(`setenv(${quote(variable)}, ${value ? quote(set) : "null"}, ${overwrite})`, error);
}

export function getenv(name: usize, buffer: usize, size: u32): i32 {
  const variable = peekString(name);
  const shown = `getenv(${quote(variable)}, ${size})`;
  const error = outside(buffer, size) || failure("getenv", variable);
  if (error || !self.environment.has(variable)) return traced(shown, error || -errnoNumber("ENOENT"));
  const bytes = bytesOf(self.environment.get(variable));
  pokeBytes(buffer, bytes.slice(0, size));
  trace(`${shown} = ${quote(self.environment.get(variable))}`);
  return bytes.length;
}

export function open(path: usize, flags: i32, mode: u32): i32 {
  const name = peekString(path);
  makeProc(name);
  const shown = `open(${quote(name)}, ${openFlags(flags)}, ${octal(mode)})`;
  return traced(shown, failure("open", name) || openFile(located(name), flags));
}

/** Whatever it returns, the descriptor is closed. */
export function close(fd: i32): i32 {
  const shown = `close(${file(fd)})`;
  const error = failure("close", pathOf(fd));
  const result = closeFile(fd);
  return traced(shown, error || result);
}

export function close_range(first: u32, last: u32, flags: u32): i32 {
  const shown = flags == linux.CLOSE_RANGE_CLOEXEC ? "CLOSE_RANGE_CLOEXEC" : flags.toString();
  return traced(
    `close_range(${first}, ${last == u32.MAX_VALUE ? "~0" : last.toString()}, ${shown})`,
    failure("close_range", ""),
  );
}

export function dup2(oldfd: i32, newfd: i32): i32 {
  const shown = `dup2(${file(oldfd)}, ${newfd})`;
  return traced(shown, failure("dup2", pathOf(oldfd)) || duplicate(oldfd, newfd));
}

export function fcntl(fd: i32, cmd: i32, arg: i32): i32 {
  return traced(`fcntl(${file(fd)}, ${FCNTL.show(cmd)}, ${arg})`, failure("fcntl", pathOf(fd)) || check(fd));
}

export function lseek(fd: i32, offset: i64, whence: i32): i64 {
  const shown = `lseek(${file(fd)}, ${offset}, ${WHENCE.show(whence)})`;
  const error = failure("lseek", pathOf(fd));
  const base = whence == linux.SEEK_END ? size(fd) : whence == linux.SEEK_SET ? 0 : offsetOf(fd);
  return traced<i64>(shown, error ? <i64>error : base < 0 ? base : seek(fd, base + offset));
}

function readInto(call: string, fd: i32, buffer: usize, count: u32, most: u32): i32 {
  const shown = `${call}(${file(fd)}, ${count})`;
  const error = outside(buffer, count) || failure(call, pathOf(fd));
  if (error) return traced(shown, error);
  const bytes = readBytes(fd, most);
  if (!bytes) return traced(shown, readError);
  pokeBytes(buffer, bytes);
  return traced(shown, bytes.length);
}

export function read(fd: i32, buffer: usize, count: u32): i32 {
  return readInto("read", fd, buffer, count, count);
}

export function getdents64(fd: i32, buffer: usize, count: u32): i32 {
  return readInto("getdents64", fd, buffer, count, count - (count % DIRENT));
}

export function write(fd: i32, string: usize): i32 {
  const written = peekString(string);
  const result = failure("write", pathOf(fd)) || writeNext(fd, bytesOf(written));
  if (result > 0 && pathOf(fd) == "/proc/sysrq-trigger") freeze(null);
  return traced(`write(${file(fd)}, ${quote(written)})`, result);
}

export function pwrite(fd: i32, buffer: usize, count: u32, offset: i64): i32 {
  if (outside(buffer, count)) return traced(`pwrite(${file(fd)}, ..., ${count}, ${offset})`, -EFAULT);
  const shown = `pwrite(${file(fd)}, ${quoteBytes(bytesAt(buffer, count))}, ${count}, ${offset})`;
  const sought = <i32>min(size(fd), 0); // ESPIPE is that of the file.
  const error = failure("pwrite", pathOf(fd)) || sought;
  return traced(shown, error || writeBytes(fd, bytesAt(buffer, count), offset));
}

const IFREQ = 40; // bytes of struct ifreq

function interfaceRequest(fd: i32, request: u32, argument: usize): i32 {
  const name = peekName(argument, IFNAMSIZ);
  const flags = argument + IFNAMSIZ;
  const error = failure("ioctl", IOCTL.show(request)) || check(fd);
  const result = error || askInterface(request, name, peek16(flags));
  if (result == 0) poke16(flags, <u16>answer);
  const shown = INTERFACE_FLAGS.show(peek16(flags));
  return traced(`ioctl(${file(fd)}, ${IOCTL.show(request)}, {ifr_name=${quote(name)}, ifr_flags=${shown}})`, result);
}

function numberRequest(fd: i32, request: u32, argument: usize): i32 {
  const error = failure("ioctl", IOCTL.show(request)) || check(fd);
  const result = error || askNumber(request, peek32(argument));
  if (result == 0) poke32(argument, answer);
  return traced(`ioctl(${file(fd)}, ${IOCTL.show(request)}, [${peek32(argument)}])`, result);
}

export function ioctl(fd: i32, request: u32, argument: usize): i32 {
  const name = IOCTL.show(request);
  const isUnknown = name.startsWith("0x"); // of the host
  const size = request == linux.SIOCGIFFLAGS || request == linux.SIOCSIFFLAGS ? IFREQ : 4;
  if (isUnknown || request == linux.TIOCSCTTY || outside(argument, size)) {
    const error = isUnknown ? -errnoNumber("EINVAL") : request == linux.TIOCSCTTY ? 0 : -EFAULT;
    return traced(`ioctl(${file(fd)}, ${name}, ${argument})`, error || failure("ioctl", name) || check(fd));
  }
  return size == IFREQ ? interfaceRequest(fd, request, argument) : numberRequest(fd, request, argument);
}

export function socket(domain: i32, type: i32, protocol: i32): i32 {
  const family = FAMILIES.show(domain);
  const closesOnExec = (type & linux.SOCK_CLOEXEC) != 0;
  const shown = SOCKETS.show(type & ~linux.SOCK_CLOEXEC) + (closesOnExec ? "|SOCK_CLOEXEC" : "");
  return traced(
    `socket(${family}, ${shown}, ${protocol})`,
    failure("socket", family) || openSocket(family, closesOnExec),
  );
}

/** An address of vsock(7) as `{AF_VSOCK, CID, PORT}`; of others only the family. */
function addressAt(address: usize, length: u32): string {
  const family = FAMILIES.show(peek16(address));
  if (family != "AF_VSOCK" || length < 12) return `{${family}}`;
  return `{${family}, ${peek32(address + 8)}, ${peek32(address + 4)}}`;
}

export function connect(fd: i32, address: usize, length: u32): i32 {
  if (outside(address, length)) return traced(`connect(${file(fd)}, ..., ${length})`, -EFAULT);
  const shown = `connect(${file(fd)}, ${addressAt(address, length)}, ${length})`;
  return traced(shown, failure("connect", pathOf(fd)) || check(fd));
}

/** What the host would write; only the errno stays a name. */
export function syslog(priority: i32, format: usize, argument: usize, value: i64): i32 {
  let line = peekText(format);
  if (line.includes("%m")) line = line.replace("%m", value < 0 ? errnoName(-(<i32>value)) : value.toString());
  if (line.includes("%d")) line = line.replace("%d", value.toString());
  line = line.replace("%v", "1.2.3");
  line = line.split("%s").join(argument ? peekText(argument) : "(null)"); // replaceAll cuts what is long.
  if (line.startsWith("abort: ")) showAll(); // See assembly/abort.ts.
  const error = failure("syslog", "");
  trace(`log <${priority}>init: ${line}${error ? " = -" + errnoName(-error) : ""}`);
  return error;
}

export function spawn(path: usize, passed: i32): i32 {
  const name = peekString(path);
  const error = failure("spawn", name) || cantSpawn(name);
  const pid = traced(`spawn(${quote(name)}${passed ? ", passed" : ""})`, error || startProgram(name));
  if (pid > 0) noteRun(name);
  return pid;
}

export function execve(path: usize, oldRoot: i32): i32 {
  const name = peekString(path);
  const shown = `execve(${quote(name)}, ${file(oldRoot)})`;
  const error = failure("execve", name) || check(oldRoot);
  if (error) return traced(shown, error);
  trace(shown);
  return become(located(name));
}

export function execv(path: usize, args: usize): i32 {
  const name = peekString(path);
  const strings = args ? peekStrings(args) : [];
  for (let i = 0; i < strings.length; i++) strings[i] = quote(strings[i]);
  const shown = `execv(${quote(name)}, [${strings.join(", ")}])`;
  const error = failure("execv", name) || lacks(located(name));
  if (error) return traced(shown, error);
  trace(shown);
  return become(located(name));
}

export function setsid(): i32 {
  return traced("setsid()", failure("setsid", "") || beginSession());
}

function limit(value: u64): string {
  return value == linux.RLIM_INFINITY ? "RLIM_INFINITY" : value.toString();
}

export function setrlimit(resource: i32, soft: u64, hard: u64): i32 {
  const name = LIMITS.show(resource);
  const shown = `setrlimit(${name}, {rlim_cur=${limit(soft)}, rlim_max=${limit(hard)}})`;
  return traced(shown, failure("setrlimit", name) || (soft > hard ? -errnoNumber("EINVAL") : 0));
}

export function waitpid(pid: i32, options: i32): i64 {
  const shown = `waitpid(${pid}, ${options == linux.WNOHANG ? "WNOHANG" : options.toString()})`;
  const error = failure("waitpid", "");
  if (error) return traced<i64>(shown, error);
  const child = awaitChild(pid, (options & linux.WNOHANG) != 0);
  if (!child) return traced<i64>(shown, nobody(pid));
  trace(`${shown} = ${child.label}, ${ended(child.status)}`);
  countReaped();
  return ((<i64>child.status) << 32) | child.pid;
}

export function kill(pid: i32, sig: i32): i32 {
  const name = signalName(sig);
  return traced(`kill(${pid}, ${name})`, failure("kill", name) || signalAll(pid, sig));
}

export function sigtimedwait(set: u64, timeout: i64): i32 {
  const error = failure("sigtimedwait", "");
  const signal = error ? 0 : awaitSignal(set, timeout);
  const shown = `sigtimedwait(${signals(set)}, ${timeout < 0 ? "for ever" : timeout.toString() + " ms"})`;
  if (!signal) return traced(shown, error || -errnoNumber("EAGAIN"));
  trace(`${shown} = ${signalName(signal)}`);
  return signal;
}

export function fork(): i32 {
  return startFork(failure("fork", ""));
}

export function _exit(status: i32): i32 {
  const error = failure("_exit", "") || (self.pid == 1 ? -errnoNumber("EPERM") : 0);
  if (error) return traced(`_exit(${status})`, error);
  trace(`_exit(${status})`);
  exit((status & 0xff) << 8);
  return 0;
}

export function sync(): i32 {
  return traced("sync()", failure("sync", ""));
}

function unload(shown: string): i32 {
  const result = traced(`kexec_file_load(${shown})`, failure("kexec_file_load", "KEXEC_FILE_UNLOAD"));
  if (result == 0) setLoaded(false);
  return result;
}

export function kexec_file_load(kernel: i32, initrd: i32, length: u32, cmdline: usize, flags: u32): i32 {
  const names = KEXEC_FLAGS.show(flags);
  if (outside(cmdline, length)) return traced(`kexec_file_load(${kernel}, ${initrd}, ${length}, ...)`, -EFAULT);
  if (flags == linux.KEXEC_FILE_UNLOAD) return unload(`${kernel}, ${initrd}, ${length}, ..., ${names}`);
  const line = quote(peekBytes(cmdline, length - 1)) + (peek8(cmdline + length - 1) ? " without its final 0" : "");
  const shown = `${file(kernel)}, ${file(initrd)}, ${length}, ${line}, ${names}`;
  const closed = check(kernel) || (initrd < 0 ? 0 : check(initrd));
  const result = traced(`kexec_file_load(${shown})`, failure("kexec_file_load", "") || closed);
  if (result == 0) setLoaded(true);
  return result;
}

function ends(cmd: u32): string {
  if (cmd == linux.RB_AUTOBOOT) return "the machine restarts";
  if (cmd == linux.RB_HALT_SYSTEM) return "the machine halts";
  if (cmd == linux.RB_POWER_OFF) return "the machine powers off";
  if (cmd == linux.RB_KEXEC && isLoaded) return "the new kernel starts";
  return "";
}

export function reboot(cmd: u32): i32 {
  const name = REBOOT.show(cmd);
  const error = failure("reboot", name);
  const how = error ? "" : ends(cmd);
  if (how == "") return traced(`reboot(${name})`, error || (cmd == linux.RB_DISABLE_CAD ? 0 : -errnoNumber("EINVAL")));
  trace(`reboot(${name})`);
  end(leftAlive() == "" ? how : `${how} while there is${leftAlive()}`);
  return 0;
}

/** Leaves a line only if it fails: it would drown the others. */
export function clock_gettime(id: i32): i64 {
  const error = failure("clock_gettime", "") || (timeOf(id) < 0 ? -errnoNumber("EINVAL") : 0);
  return error ? traced<i64>(`clock_gettime(${id})`, error) : timeOf(id);
}

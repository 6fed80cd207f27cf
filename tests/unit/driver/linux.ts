/**
 * The imports of the module under test: each answers from the world that the scenario describes, and leaves a line in
 * the trace. `clock_gettime` leaves none, as it would drown the others.
 */

import * as linux from "../../../assembly/linux";
import { IFNAMSIZ, answer, askInterface, askNumber } from "./devices";
import { failure } from "./failures";
import {
  bytesOf,
  changeDirectory,
  changeRoot,
  check,
  closeAll,
  closeFile,
  closeOnExec,
  detach,
  deviceOf,
  duplicate,
  exists,
} from "./files";
import { freeze, isMountPoint, linkAt, located, makeDirectory, moveMount, openFile, openSocket } from "./files";
import { pathOf, readBytes, readError, remove, removeDirectory, rootType, seek, size } from "./files";
import { isLoaded, setLoaded } from "./kernel";
import { Choice, Flags, errnoName, errnoNumber, signalName } from "./names";
import { peek16, peek32, peek8, peekBytes, peekName, peekString, peekStrings, poke16, poke32, poke8 } from "./peek";
import { DIRENT, makeProc } from "./proc";
import { collect, ended, leftAlive, nobodyToCollect, signalAll } from "./processes";
import { beginSession, environment, isPid1, leaveGrandchild, stages, startFork, startStage } from "./programs";
import { clock } from "./time";
import { quote, trace, traced } from "./trace";
import { awaitSignal, countReaped, end, noteRun } from "./world";

const MOUNT_FLAGS = new Flags()
  .with(linux.MS_RDONLY, "MS_RDONLY")
  .with(linux.MS_REMOUNT, "MS_REMOUNT")
  .with(linux.MS_NOSUID, "MS_NOSUID")
  .with(linux.MS_NODEV, "MS_NODEV")
  .with(linux.MS_NOEXEC, "MS_NOEXEC")
  .with(linux.MS_STRICTATIME, "MS_STRICTATIME")
  .with(linux.MS_MOVE, "MS_MOVE")
  .with(linux.MS_PRIVATE, "MS_PRIVATE");
const ACCESS = new Choice()
  .with(linux.O_RDONLY, "O_RDONLY")
  .with(linux.O_WRONLY, "O_WRONLY")
  .with(linux.O_RDWR, "O_RDWR");
const OPEN_FLAGS = new Flags()
  .with(linux.O_NONBLOCK, "O_NONBLOCK")
  .with(linux.O_NOCTTY, "O_NOCTTY")
  .with(linux.O_CLOEXEC, "O_CLOEXEC");
const FCNTL = new Choice().with(linux.F_GETFD, "F_GETFD").with(linux.F_SETFD, "F_SETFD").with(linux.F_SETFL, "F_SETFL");
const REBOOT = new Choice()
  .with(linux.RB_AUTOBOOT, "RB_AUTOBOOT")
  .with(linux.RB_HALT_SYSTEM, "RB_HALT_SYSTEM")
  .with(linux.RB_POWER_OFF, "RB_POWER_OFF")
  .with(linux.RB_KEXEC, "RB_KEXEC")
  .with(linux.RB_DISABLE_CAD, "RB_DISABLE_CAD");
const WHENCE = new Choice().with(linux.SEEK_SET, "SEEK_SET").with(linux.SEEK_END, "SEEK_END");
const KEXEC_FLAGS = new Flags()
  .with(linux.KEXEC_FILE_UNLOAD, "KEXEC_FILE_UNLOAD")
  .with(linux.KEXEC_FILE_NO_INITRAMFS, "KEXEC_FILE_NO_INITRAMFS");
const IOCTL = new Choice()
  .with(linux.TIOCSCTTY, "TIOCSCTTY")
  .with(linux.SIOCGIFFLAGS, "SIOCGIFFLAGS")
  .with(linux.SIOCSIFFLAGS, "SIOCSIFFLAGS")
  .with(linux.RNDADDTOENTCNT, "RNDADDTOENTCNT")
  .with(linux.WDIOC_SETTIMEOUT, "WDIOC_SETTIMEOUT")
  .with(linux.WDIOC_GETTIMEOUT, "WDIOC_GETTIMEOUT");
const INTERFACE_FLAGS = new Flags() // netdevice(7)
  .with(1, "IFF_UP")
  .with(2, "IFF_BROADCAST")
  .with(8, "IFF_LOOPBACK")
  .with(64, "IFF_RUNNING");
const FAMILIES = new Choice().with(linux.AF_INET, "AF_INET").with(linux.AF_VSOCK, "AF_VSOCK");
const SOCKETS = new Choice().with(linux.SOCK_STREAM, "SOCK_STREAM").with(linux.SOCK_DGRAM, "SOCK_DGRAM");
const LIMITS = new Choice()
  .with(linux.RLIMIT_CORE, "RLIMIT_CORE")
  .with(linux.RLIMIT_NOFILE, "RLIMIT_NOFILE")
  .with(linux.RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK");

const ALL_SIGNALS = u64.MAX_VALUE;

const mounted = new Set<string>();

function moved(from: string, to: string): i32 {
  if (!mounted.has(from)) return moveMount(from, to);
  if (!exists(to)) return -errnoNumber("ENOENT");
  mounted.delete(from);
  mounted.add(to);
  return 0;
}

/** mount(2) of what is mounted already is EBUSY. */
function attached(source: string, target: string, flags: u32): i32 {
  if (flags == linux.MS_MOVE) return moved(located(source), located(target));
  if (flags == linux.MS_PRIVATE) return isMountPoint(target) ? 0 : -errnoNumber("EINVAL");
  if (flags == (linux.MS_REMOUNT | linux.MS_RDONLY)) freeze(target);
  if (flags & linux.MS_REMOUNT) return 0;
  if (mounted.has(target)) return -errnoNumber("EBUSY");
  mounted.add(target);
  return 0;
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
  const result = failure("mount", at) || tooLong(at) || attached(from, at, flags);
  return traced(`mount(${shown}, ${textOrNull(data)})`, result);
}

export function umount2(target: usize, flags: i32): i32 {
  const point = peekString(target);
  const shown = `umount2(${quote(point)}, ${flags == linux.UMOUNT_NOFOLLOW ? "UMOUNT_NOFOLLOW" : flags.toString()})`;
  return traced(shown, failure("umount2", point) || tooLong(point) || detach(point));
}

export function mkdir(path: usize, mode: u32): i32 {
  const name = peekString(path);
  return traced(`mkdir(${quote(name)}, ${octal(mode)})`, failure("mkdir", name) || makeDirectory(name));
}

export function chmod(path: usize, mode: u32): i32 {
  return traced(`chmod(${text(path)}, ${octal(mode)})`, failure("chmod", peekString(path)));
}

export function symlink(target: usize, linkpath: usize): i32 {
  return traced(`symlink(${text(target)}, ${text(linkpath)})`, failure("symlink", peekString(linkpath)));
}

export function readlink(path: usize, buffer: usize, size: u32): i32 {
  const name = peekString(path);
  const target = linkAt(name);
  const length = target
    ? min(target.length, <i32>size)
    : exists(name) || isMountPoint(name) || stages.has(name)
      ? -errnoNumber("EINVAL")
      : -errnoNumber("ENOENT");
  const result = traced(`readlink(${quote(name)}, ${size})`, failure("readlink", name) || length);
  for (let i = 0; i < result; i++) poke8(buffer + i, <u8>(target as string).charCodeAt(i));
  return result;
}

export function unlink(path: usize): i32 {
  const name = peekString(path);
  return traced(`unlink(${quote(name)})`, failure("unlink", name) || remove(name));
}

export function rmdir(path: usize): i32 {
  const name = peekString(path);
  return traced(`rmdir(${quote(name)})`, failure("rmdir", name) || removeDirectory(name));
}

export function access(path: usize, mode: i32): i32 {
  const name = peekString(path);
  const missing = exists(located(name)) || stages.has(name) ? 0 : -errnoNumber("ENOENT");
  const shown = `access(${quote(name)}, ${mode == linux.X_OK ? "X_OK" : mode.toString()})`;
  return traced(shown, failure("access", name) || missing);
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
  return traced(`setenv(${text(name)}, ${textOrNull(value)}, ${overwrite})`, failure("setenv", peekString(name)));
}

export function getenv(name: usize, buffer: usize, size: u32): i32 {
  const variable = peekString(name);
  const shown = `getenv(${quote(variable)}, ${size})`;
  const error = failure("getenv", variable);
  if (error || !environment.has(variable)) return traced(shown, error || -errnoNumber("ENOENT"));
  const bytes = bytesOf(environment.get(variable));
  for (let i = 0; i < min(<i32>size, bytes.length); i++) poke8(buffer + i, bytes[i]);
  trace(`${shown} = ${quote(environment.get(variable))}`);
  return bytes.length;
}

export function open(path: usize, flags: i32, mode: u32): i32 {
  const name = peekString(path);
  const rest = flags & ~3;
  const shown = ACCESS.show(flags & 3) + (rest ? "|" + OPEN_FLAGS.show(rest) : "");
  makeProc(name);
  const closesOnExec = (flags & linux.O_CLOEXEC) != 0;
  return traced(
    `open(${quote(name)}, ${shown}, ${octal(mode)})`,
    failure("open", name) || openFile(name, closesOnExec),
  );
}

export function close(fd: i32): i32 {
  const shown = `close(${file(fd)})`;
  return traced(shown, closeFile(fd));
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
  return traced<i64>(shown, failure("lseek", pathOf(fd)) || seek(fd, offset, whence == linux.SEEK_END));
}

export function read(fd: i32, buffer: usize, count: u32): i32 {
  const shown = `read(${file(fd)}, ${count})`;
  const error = failure("read", pathOf(fd));
  if (error) return traced(shown, error);
  const bytes = readBytes(fd, count);
  if (!bytes) return traced(shown, readError);
  for (let i = 0; i < bytes.length; i++) poke8(buffer + i, bytes[i]);
  return traced(shown, bytes.length);
}

export function getdents64(fd: i32, buffer: usize, count: u32): i32 {
  const shown = `getdents64(${file(fd)}, ${count})`;
  const error = failure("getdents64", pathOf(fd));
  if (error) return traced(shown, error);
  const bytes = readBytes(fd, count - (count % DIRENT));
  if (!bytes) return traced(shown, readError);
  for (let i = 0; i < bytes.length; i++) poke8(buffer + i, bytes[i]);
  return traced(shown, bytes.length);
}

export function write(fd: i32, string: usize): i32 {
  const bytes = peekString(string).length; // Nobody writes more than ASCII.
  const result = failure("write", pathOf(fd)) || check(fd) || bytes;
  if (result > 0 && pathOf(fd) == "/proc/sysrq-trigger") freeze(null);
  return traced(`write(${file(fd)}, ${text(string)})`, result);
}

export function pwrite(fd: i32, buffer: usize, count: u32, offset: i64): i32 {
  const shown = `pwrite(${file(fd)}, ${quote(peekBytes(buffer, count))}, ${count}, ${offset})`;
  const sought = <i32>size(fd); // ESPIPE is that of the file.
  return traced(shown, failure("pwrite", pathOf(fd)) || (sought < 0 ? sought : <i32>count));
}

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
  if (request == linux.SIOCGIFFLAGS || request == linux.SIOCSIFFLAGS) return interfaceRequest(fd, request, argument);
  if (request != linux.TIOCSCTTY && !name.startsWith("0x")) return numberRequest(fd, request, argument);
  const unknown = name.startsWith("0x") ? -errnoNumber("EINVAL") : 0; // as the host says
  return traced(`ioctl(${file(fd)}, ${name}, ${argument})`, unknown || failure("ioctl", name) || check(fd));
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
  const shown = `connect(${file(fd)}, ${addressAt(address, length)}, ${length})`;
  return traced(shown, failure("connect", pathOf(fd)) || check(fd));
}

/** What the host would write; only the errno stays a name. */
export function syslog(priority: i32, format: usize, argument: usize, value: i64): i32 {
  let line = peekString(format);
  if (line.includes("%m")) line = line.replace("%m", value < 0 ? errnoName(-(<i32>value)) : value.toString());
  if (line.includes("%d")) line = line.replace("%d", value.toString());
  line = line.replace("%v", "1.2.3");
  line = line.split("%s").join(argument ? peekString(argument) : "(null)"); // replaceAll cuts what is long.
  trace(`log <${priority}>init: ${line}`);
  return 0;
}

export function spawn(path: usize, passed: i32): i32 {
  const name = peekString(path);
  const missing = stages.has(name) ? 0 : -errnoNumber("ENOENT");
  const pid = traced(
    `spawn(${quote(name)}${passed ? ", passed" : ""})`,
    failure("spawn", name) || missing || startStage(name),
  );
  if (pid > 0) noteRun(name, stages.get(name).started);
  return pid;
}

export function execve(path: usize, oldRoot: i32): i32 {
  const name = peekString(path);
  const shown = `execve(${quote(name)}, ${file(oldRoot)})`;
  const error = failure("execve", name) || check(oldRoot);
  if (error) return traced(shown, error);
  trace(shown);
  closeOnExec();
  end(`the machine goes on as ${located(name)}${leftAlive() == "" ? "" : " while there is" + leftAlive()}`);
  return 0;
}

function lacks(program: string): i32 {
  return stages.has(program) || exists(located(program)) ? 0 : -errnoNumber("ENOENT");
}

/** The one who calls it becomes another program: PID 1, or the child that is followed. */
export function execv(path: usize, args: usize): i32 {
  const name = peekString(path);
  const strings = args ? peekStrings(args) : [];
  for (let i = 0; i < strings.length; i++) strings[i] = quote(strings[i]);
  const shown = `execv(${quote(name)}, [${strings.join(", ")}])`;
  const error = failure("execv", name) || lacks(name);
  if (error) return traced(shown, error);
  trace(shown);
  closeOnExec();
  if (!isPid1()) end(`the child goes on as ${name}`);
  else end(`the machine goes on as ${name}${leftAlive() == "" ? "" : " while there is" + leftAlive()}`);
  return 0;
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
  const child = collect(pid);
  if (!child) return traced<i64>(shown, nobodyToCollect(pid));
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
  return traced("fork()", failure("fork", "") || startFork());
}

export function _exit(status: i32): i32 {
  trace(`_exit(${status})`);
  if (leaveGrandchild()) return 0;
  closeAll();
  end("the child exits");
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

export function clock_gettime(id: i32): i64 {
  return id == linux.CLOCK_MONOTONIC ? clock * 1000000 : -errnoNumber("EINVAL");
}

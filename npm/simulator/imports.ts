/**
 * What the module under test calls. A call that was answered before, see answers.ts, gets that answer again; any other
 * is that of linux.ts or wasi.ts.
 */

import { again32, again64, first32, first64, isTold } from "./answers";
import * as linux from "./linux";
import * as wasi from "./wasi";

export function mount(source: usize, target: usize, type: usize, flags: u32, data: usize): i32 {
  return isTold() ? again32() : first32(linux.mount(source, target, type, flags, data));
}

export function umount2(target: usize, flags: i32): i32 {
  return isTold() ? again32() : first32(linux.umount2(target, flags));
}

export function mkdir(path: usize, mode: u32): i32 {
  return isTold() ? again32() : first32(linux.mkdir(path, mode));
}

export function chmod(path: usize, mode: u32): i32 {
  return isTold() ? again32() : first32(linux.chmod(path, mode));
}

export function symlink(target: usize, linkpath: usize): i32 {
  return isTold() ? again32() : first32(linux.symlink(target, linkpath));
}

export function readlink(path: usize, buffer: usize, size: u32): i32 {
  return isTold() ? again32() : first32(linux.readlink(path, buffer, size));
}

export function unlink(path: usize): i32 {
  return isTold() ? again32() : first32(linux.unlink(path));
}

export function rmdir(path: usize): i32 {
  return isTold() ? again32() : first32(linux.rmdir(path));
}

export function access(path: usize, mode: i32): i32 {
  return isTold() ? again32() : first32(linux.access(path, mode));
}

export function statfs(path: usize): i64 {
  return isTold() ? again64() : first64(linux.statfs(path));
}

export function lstat(path: usize): i64 {
  return isTold() ? again64() : first64(linux.lstat(path));
}

export function chdir(path: usize): i32 {
  return isTold() ? again32() : first32(linux.chdir(path));
}

export function fchdir(fd: i32): i32 {
  return isTold() ? again32() : first32(linux.fchdir(fd));
}

export function chroot(path: usize): i32 {
  return isTold() ? again32() : first32(linux.chroot(path));
}

export function setenv(name: usize, value: usize, overwrite: i32): i32 {
  return isTold() ? again32() : first32(linux.setenv(name, value, overwrite));
}

export function getenv(name: usize, buffer: usize, size: u32): i32 {
  return isTold() ? again32() : first32(linux.getenv(name, buffer, size));
}

export function open(path: usize, flags: i32, mode: u32): i32 {
  return isTold() ? again32() : first32(linux.open(path, flags, mode));
}

export function close(fd: i32): i32 {
  return isTold() ? again32() : first32(linux.close(fd));
}

export function close_range(first: u32, last: u32, flags: u32): i32 {
  return isTold() ? again32() : first32(linux.close_range(first, last, flags));
}

export function dup2(oldfd: i32, newfd: i32): i32 {
  return isTold() ? again32() : first32(linux.dup2(oldfd, newfd));
}

export function fcntl(fd: i32, cmd: i32, arg: i32): i32 {
  return isTold() ? again32() : first32(linux.fcntl(fd, cmd, arg));
}

export function lseek(fd: i32, offset: i64, whence: i32): i64 {
  return isTold() ? again64() : first64(linux.lseek(fd, offset, whence));
}

export function read(fd: i32, buffer: usize, count: u32): i32 {
  return isTold() ? again32() : first32(linux.read(fd, buffer, count));
}

export function getdents64(fd: i32, buffer: usize, count: u32): i32 {
  return isTold() ? again32() : first32(linux.getdents64(fd, buffer, count));
}

export function write(fd: i32, string: usize): i32 {
  return isTold() ? again32() : first32(linux.write(fd, string));
}

export function pwrite(fd: i32, buffer: usize, count: u32, offset: i64): i32 {
  return isTold() ? again32() : first32(linux.pwrite(fd, buffer, count, offset));
}

export function ioctl(fd: i32, request: u32, argument: usize): i32 {
  return isTold() ? again32() : first32(linux.ioctl(fd, request, argument));
}

export function socket(domain: i32, type: i32, protocol: i32): i32 {
  return isTold() ? again32() : first32(linux.socket(domain, type, protocol));
}

export function connect(fd: i32, address: usize, length: u32): i32 {
  return isTold() ? again32() : first32(linux.connect(fd, address, length));
}

export function syslog(priority: i32, format: usize, argument: usize, value: i64): i32 {
  return isTold() ? again32() : first32(linux.syslog(priority, format, argument, value));
}

export function spawn(path: usize, passed: i32): i32 {
  return isTold() ? again32() : first32(linux.spawn(path, passed));
}

export function execve(path: usize, oldRoot: i32): i32 {
  return isTold() ? again32() : first32(linux.execve(path, oldRoot));
}

export function execv(path: usize, argv: usize): i32 {
  return isTold() ? again32() : first32(linux.execv(path, argv));
}

export function setsid(): i32 {
  return isTold() ? again32() : first32(linux.setsid());
}

export function setrlimit(resource: i32, soft: u64, hard: u64): i32 {
  return isTold() ? again32() : first32(linux.setrlimit(resource, soft, hard));
}

export function waitpid(pid: i32, options: i32): i64 {
  return isTold() ? again64() : first64(linux.waitpid(pid, options));
}

export function kill(pid: i32, sig: i32): i32 {
  return isTold() ? again32() : first32(linux.kill(pid, sig));
}

export function sigtimedwait(set: u64, timeout: i64): i32 {
  return isTold() ? again32() : first32(linux.sigtimedwait(set, timeout));
}

export function fork(): i32 {
  return isTold() ? again32() : first32(linux.fork());
}

export function _exit(status: i32): i32 {
  return isTold() ? again32() : first32(linux._exit(status));
}

export function sync(): i32 {
  return isTold() ? again32() : first32(linux.sync());
}

export function kexec_file_load(kernel: i32, initrd: i32, length: u32, cmdline: usize, flags: u32): i32 {
  return isTold() ? again32() : first32(linux.kexec_file_load(kernel, initrd, length, cmdline, flags));
}

export function reboot(cmd: u32): i32 {
  return isTold() ? again32() : first32(linux.reboot(cmd));
}

export function clock_gettime(id: i32): i64 {
  return isTold() ? again64() : first64(linux.clock_gettime(id));
}

export function args_sizes_get(count: usize, bytes: usize): i32 {
  return isTold() ? again32() : first32(wasi.args_sizes_get(count, bytes));
}

export function args_get(pointers: usize, buffer: usize): i32 {
  return isTold() ? again32() : first32(wasi.args_get(pointers, buffer));
}

export function environ_sizes_get(count: usize, bytes: usize): i32 {
  return isTold() ? again32() : first32(wasi.environ_sizes_get(count, bytes));
}

export function environ_get(pointers: usize, buffer: usize): i32 {
  return isTold() ? again32() : first32(wasi.environ_get(pointers, buffer));
}

export function clock_res_get(id: i32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.clock_res_get(id, to));
}

export function clock_time_get(id: i32, precision: u64, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.clock_time_get(id, precision, to));
}

export function poll_oneoff(subscriptions: usize, events: usize, count: u32, occurred: usize): i32 {
  return isTold() ? again32() : first32(wasi.poll_oneoff(subscriptions, events, count, occurred));
}

export function sched_yield(): i32 {
  return isTold() ? again32() : first32(wasi.sched_yield());
}

export function random_get(buffer: usize, length: u32): i32 {
  return isTold() ? again32() : first32(wasi.random_get(buffer, length));
}

export function proc_exit(status: i32): void {
  wasi.proc_exit(status);
}

export function fd_read(fd: i32, list: usize, count: u32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_read(fd, list, count, to));
}

export function fd_pread(fd: i32, list: usize, count: u32, offset: i64, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_pread(fd, list, count, offset, to));
}

export function fd_write(fd: i32, list: usize, count: u32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_write(fd, list, count, to));
}

export function fd_pwrite(fd: i32, list: usize, count: u32, offset: i64, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_pwrite(fd, list, count, offset, to));
}

export function fd_seek(fd: i32, offset: i64, whence: i32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_seek(fd, offset, whence, to));
}

export function fd_tell(fd: i32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_tell(fd, to));
}

export function fd_sync(fd: i32): i32 {
  return isTold() ? again32() : first32(wasi.fd_sync(fd));
}

export function fd_datasync(fd: i32): i32 {
  return isTold() ? again32() : first32(wasi.fd_datasync(fd));
}

export function fd_advise(fd: i32, offset: i64, length: i64, advice: i32): i32 {
  return isTold() ? again32() : first32(wasi.fd_advise(fd, offset, length, advice));
}

export function fd_fdstat_set_flags(fd: i32, flags: i32): i32 {
  return isTold() ? again32() : first32(wasi.fd_fdstat_set_flags(fd, flags));
}

export function fd_close(fd: i32): i32 {
  return isTold() ? again32() : first32(wasi.fd_close(fd));
}

export function fd_fdstat_get(fd: i32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_fdstat_get(fd, to));
}

export function fd_filestat_get(fd: i32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_filestat_get(fd, to));
}

export function fd_prestat_get(fd: i32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_prestat_get(fd, to));
}

export function fd_prestat_dir_name(fd: i32, to: usize, length: u32): i32 {
  return isTold() ? again32() : first32(wasi.fd_prestat_dir_name(fd, to, length));
}

export function path_open(
  dir: i32,
  lookup: i32,
  path: usize,
  length: u32,
  how: i32,
  rights: u64,
  inheriting: u64,
  flags: i32,
  to: usize,
): i32 {
  return isTold() ? again32() : first32(wasi.path_open(dir, lookup, path, length, how, rights, inheriting, flags, to));
}

export function path_create_directory(dir: i32, path: usize, length: u32): i32 {
  return isTold() ? again32() : first32(wasi.path_create_directory(dir, path, length));
}

export function path_remove_directory(dir: i32, path: usize, length: u32): i32 {
  return isTold() ? again32() : first32(wasi.path_remove_directory(dir, path, length));
}

export function path_unlink_file(dir: i32, path: usize, length: u32): i32 {
  return isTold() ? again32() : first32(wasi.path_unlink_file(dir, path, length));
}

export function path_symlink(target: usize, targetLength: u32, dir: i32, path: usize, length: u32): i32 {
  return isTold() ? again32() : first32(wasi.path_symlink(target, targetLength, dir, path, length));
}

export function path_readlink(dir: i32, path: usize, length: u32, buffer: usize, room: u32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.path_readlink(dir, path, length, buffer, room, to));
}

export function path_filestat_get(dir: i32, lookup: i32, path: usize, length: u32, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.path_filestat_get(dir, lookup, path, length, to));
}

export function fd_allocate(fd: i32, offset: i64, length: i64): i32 {
  return isTold() ? again32() : first32(wasi.fd_allocate(fd, offset, length));
}

export function fd_fdstat_set_rights(fd: i32, base: i64, inheriting: i64): i32 {
  return isTold() ? again32() : first32(wasi.fd_fdstat_set_rights(fd, base, inheriting));
}

export function fd_filestat_set_size(fd: i32, size: i64): i32 {
  return isTold() ? again32() : first32(wasi.fd_filestat_set_size(fd, size));
}

export function fd_filestat_set_times(fd: i32, atim: i64, mtim: i64, flags: i32): i32 {
  return isTold() ? again32() : first32(wasi.fd_filestat_set_times(fd, atim, mtim, flags));
}

export function fd_readdir(fd: i32, buffer: usize, length: u32, cookie: i64, to: usize): i32 {
  return isTold() ? again32() : first32(wasi.fd_readdir(fd, buffer, length, cookie, to));
}

export function fd_renumber(from: i32, to: i32): i32 {
  return isTold() ? again32() : first32(wasi.fd_renumber(from, to));
}

export function path_filestat_set_times(
  dir: i32,
  lookup: i32,
  path: usize,
  length: u32,
  atim: i64,
  mtim: i64,
  flags: i32,
): i32 {
  return isTold() ? again32() : first32(wasi.path_filestat_set_times(dir, lookup, path, length, atim, mtim, flags));
}

export function path_link(
  oldDir: i32,
  lookup: i32,
  oldPath: usize,
  oldLength: u32,
  newDir: i32,
  newPath: usize,
  newLength: u32,
): i32 {
  return isTold() ? again32() : first32(wasi.path_link(oldDir, lookup, oldPath, oldLength, newDir, newPath, newLength));
}

export function path_rename(
  oldDir: i32,
  oldPath: usize,
  oldLength: u32,
  newDir: i32,
  newPath: usize,
  newLength: u32,
): i32 {
  return isTold() ? again32() : first32(wasi.path_rename(oldDir, oldPath, oldLength, newDir, newPath, newLength));
}

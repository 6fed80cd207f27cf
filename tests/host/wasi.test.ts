/**
 * WASI as policies use it, through as-wasi where that is sound and raw where it is not. All behaviours are functions of
 * one policy, which the host runs as its logic; each returns a text that is compared.
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { QUICK, compile } from "./modules.js";
import { type Life, live, skip } from "./namespace.js";

/** as-wasi calls abort() without arguments. */
const ABORT = `
import * as logic from "../../../assembly/abort";

export function abort(message: string | null = null, file: string | null = null, line: u32 = 0, column: u32 = 0): void {
  logic.abort(message, file, line, column);
}
`;

const READ = 1 << 1;
const WRITE = 1 << 6;
const SEEK = (1 << 2) | (1 << 5); // and FD_TELL
const SIZE = (1 << 8) | (1 << 22); // FD_ALLOCATE and FD_FILESTAT_SET_SIZE
const TRUNCATE = 1 << 19; // PATH_FILESTAT_SET_SIZE
const ALL = READ + WRITE + SEEK + SIZE;

const PRELUDE = `
import { F_GETFD, RB_POWER_OFF, dup2, fcntl, reboot, setenv } from "../../../assembly/linux";
import { CommandLine, Console, Date, Environ, FileSystem, Random, Time } from "as-wasi/assembly";
import * as wasi from "@assemblyscript/wasi-shim/assembly/bindings/wasi_snapshot_preview1";

const ROOT: u32 = 3;
const READ: u64 = ${READ};
const WRITE: u64 = ${WRITE};
const SEEK: u64 = ${SEEK};
const SIZE: u64 = ${SIZE};
const TRUNCATE: u64 = ${TRUNCATE};
const out = memory.data(64, 8);
const iovs = memory.data(512, 8);
const buffer = memory.data(8192, 8);

function open(path: string, oflags: u16, rights: u64, fdflags: u16 = 0, lookup: u32 = 1, directory: u32 = ROOT): i32 {
  const utf8 = String.UTF8.encode(path);
  const error = wasi.path_open(
    directory, lookup, changetype<usize>(utf8), utf8.byteLength, oflags, rights, rights, fdflags, out);
  return error ? -<i32>error : load<i32>(out);
}

type PathCall = (fd: u32, path: usize, length: usize) => u16;

function at(call: PathCall, path: string): u16 {
  const utf8 = String.UTF8.encode(path);
  return call(ROOT, changetype<usize>(utf8), utf8.byteLength);
}

const mkdir: PathCall = (fd, path, length) => wasi.path_create_directory(fd, path, length);
const rmdir: PathCall = (fd, path, length) => wasi.path_remove_directory(fd, path, length);
const unlink: PathCall = (fd, path, length) => wasi.path_unlink_file(fd, path, length);

function symlink(target: string, path: string): u16 {
  const from = String.UTF8.encode(target);
  const to = String.UTF8.encode(path);
  return wasi.path_symlink(changetype<usize>(from), from.byteLength, ROOT, changetype<usize>(to), to.byteLength);
}

function rename(path: string, newPath: string): u16 {
  const from = String.UTF8.encode(path);
  const to = String.UTF8.encode(newPath);
  return wasi.path_rename(
    ROOT, changetype<usize>(from), from.byteLength, ROOT, changetype<usize>(to), to.byteLength);
}

/** Fills iovs with pieces of the buffer, of so many bytes each. */
function pieces(count: i32, length: u32): void {
  for (let i = 0; i < count; i++) {
    store<u32>(iovs + 8 * i, buffer + i * length);
    store<u32>(iovs + 8 * i + 4, length);
  }
}

function read(fd: i32, length: u32 = 4096): string {
  pieces(1, length);
  const error = wasi.fd_read(fd, iovs, 1, out);
  return error ? "error " + error.toString() : String.UTF8.decodeUnsafe(buffer, load<u32>(out));
}

function write(fd: i32, text: string): u16 {
  store<u32>(iovs, buffer);
  store<u32>(iovs + 4, <u32>String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, buffer));
  return wasi.fd_write(fd, iovs, 1, out);
}

function save(path: string, text: string): void {
  const fd = open(path, 1 | 8, WRITE);
  assert(fd >= 0 && !write(fd, text));
  wasi.fd_close(fd);
}

function contents(path: string): string {
  const fd = open(path, 0, READ);
  if (fd < 0) return "error " + (-fd).toString();
  const text = read(fd);
  wasi.fd_close(fd);
  return text;
}

function stat(path: string, lookup: u32): u16 {
  const utf8 = String.UTF8.encode(path);
  memory.fill(buffer, 0xff, 64);
  return wasi.path_filestat_get(ROOT, lookup, changetype<usize>(utf8), utf8.byteLength, changetype<wasi.filestat>(buffer));
}

function rights(fd: i32): u64 {
  assert(!wasi.fd_fdstat_get(fd, changetype<wasi.fdstat>(buffer)));
  return load<u64>(buffer + 8);
}

function monotonic(): u64 {
  wasi.clock_time_get(1, 0, out);
  return load<u64>(out);
}

function subscribe(at: i32, type: u8, clock: u32, timeout: u64, flags: u16): void {
  const subscription = buffer + 48 * at;
  memory.fill(subscription, 0, 48);
  store<u64>(subscription, 100 + at);
  store<u8>(subscription + 8, type);
  store<u32>(subscription + 16, clock);
  store<u64>(subscription + 24, timeout);
  store<u16>(subscription + 40, flags);
}

/** Waits for so many subscriptions; tells the error, the events' userdata, errors and types, and whether it took long. */
function poll(count: u32, shortest: u64): string {
  const start = monotonic();
  const error = wasi.poll_oneoff(buffer, buffer + 4096, count, out);
  const events = load<u32>(out);
  const took = monotonic() - start;
  if (error) return "error " + error.toString();
  let text = took >= shortest && took < shortest + 1000000000 ? "in time" : "took " + took.toString();
  for (let i: u32 = 0; i < events; i++) {
    const event = buffer + 4096 + 32 * i;
    text += " " + load<u64>(event).toString() + "/" + load<u16>(event + 8).toString() + "/" + load<u8>(event + 10).toString();
  }
  return text;
}

function list(fd: i32, size: u32): string[] {
  const names: string[] = [];
  let cookie: u64 = 0;
  let used = size;
  while (used == size) {
    assert(!wasi.fd_readdir(fd, buffer, size, cookie, out));
    used = load<u32>(out);
    let offset: u32 = 0;
    while (offset + 24 <= used) {
      const length = load<u32>(buffer + offset + 16);
      if (offset + 24 + length > used) break;
      names.push(load<u8>(buffer + offset + 20).toString() + String.UTF8.decodeUnsafe(buffer + offset + 24, length));
      cookie = load<u64>(buffer + offset);
      offset += 24 + length;
    }
    assert(offset > 0 || used == 0);
  }
  return names.sort();
}
`;

function policy(name: string, source: string): Uint8Array {
  return compile(name, source, { ...QUICK, use: [`abort=build/tests/policies/${name}/abort`] });
}

interface Behaviour {
  is: string;
  policy: string;
  gives: string;
}

const BEHAVIOURS: Behaviour[] = [
  {
    is: "args are the kernel's, though cleared from /proc/1/cmdline",
    policy: `return new CommandLine().all().join("|");`,
    gives: "/init|quiet|root=/dev/größe|",
  },
  {
    is: "environ is what setenv made it",
    policy: `
      const none = new Environ().all().length;
      setenv("GREETING", "hällo=wörld", 1);
      const environ = new Environ();
      return none.toString() + " " + environ.all().length.toString() + " " + environ.get("GREETING")!;`,
    gives: "0 1 hällo=wörld",
  },
  {
    is: "the clocks run, and have a resolution",
    policy: `
      const now = Date.now();
      const first = monotonic();
      const error = wasi.clock_res_get(1, out);
      const resolution = load<u64>(out);
      return [
        now > 1.7e12 && now < 4.0e12, monotonic() > first, !error && resolution > 0 && resolution < 1000000000,
        wasi.clock_time_get(2, 0, out) == 0, wasi.clock_time_get(3, 0, out) == 0,
      ].join(" ") + " " + wasi.clock_time_get(4, 0, out).toString() + " " + wasi.clock_res_get(u32.MAX_VALUE, out).toString();`,
    gives: "true true true true true 28 28",
  },
  {
    is: "random bytes are random",
    policy: `
      const once = Random.randomBytes(1000).toString();
      const size = wasi.random_get(buffer, 0).toString();
      return (once != Random.randomBytes(1000).toString()).toString() + " " + size;`,
    gives: "true 0",
  },
  {
    is: "as-wasi writes a file and reads it",
    policy: `
      const file = FileSystem.open("/tmp/file", "w")!;
      file.writeString("größe\\n");
      file.writeStringLn("zwei");
      file.close();
      const again = FileSystem.open("/tmp/file", "r")!;
      const line = again.readLine()!;
      const at = again.tell();
      const rest = again.readString()!;
      again.seek(1, 0);
      const second = again.read([], 2)!;
      again.close();
      return [line, at.toString(), rest.length.toString(), second.toString()].join("|");`,
    gives: "größe|8|5|114,195",
  },
  {
    is: "a path is from / whatever it begins with",
    policy: `
      save("/tmp/path", "here");
      return [contents("tmp/path"), contents("//tmp/path"), contents("./tmp/../tmp/path"), contents(""),
        (open("/", 2, READ) > 2).toString(), (open("/tmp/", 2, READ) > 2).toString()].join("|");`,
    gives: "here|here|here|error 44|true|true",
  },
  {
    is: "a path is from its directory onward, and may lead out of it",
    policy: `
      assert(!at(mkdir, "/tmp/inner") && !symlink("/tmp/outside", "/tmp/inner/link"));
      save("/tmp/outside", "");
      save("/tmp/inner/inside", "");
      const inner = open("/tmp/inner", 2, READ);
      return [open("/inside", 0, READ, 0, 1, inner) > 2, open("../outside", 0, READ, 0, 1, inner) > 2,
        open("link", 0, READ, 0, 1, inner) > 2, open("/outside", 0, READ, 0, 1, inner) > 2].join(" ");`,
    gives: "true true true false",
  },
  {
    is: "path_open heeds its flags",
    policy: `
      save("/tmp/flags", "12345");
      const excl = open("/tmp/flags", 1 | 4, WRITE);
      const missing = open("/tmp/missing", 0, READ);
      const directory = open("/tmp/flags", 2, READ);
      const append = open("/tmp/flags", 0, WRITE, 1);
      write(append, "67");
      const appended = contents("/tmp/flags");
      const both = open("/tmp/flags", 0, READ | WRITE);
      write(both, "ab");
      const after = read(both);
      const readOnly = write(open("/tmp/flags", 0, READ), "x");
      const writeOnly = read(open("/tmp/flags", 0, WRITE));
      const directoryToWrite = open("/tmp", 2, READ | WRITE);
      save("/tmp/flags", "");
      return [excl.toString(), missing.toString(), directory.toString(), appended, after, readOnly.toString(), writeOnly,
        directoryToWrite.toString(), open("/tmp", 0, WRITE).toString(), contents("/tmp/flags")].join("|");`,
    gives: "-20|-44|-54|1234567|34567|8|error 8|-31|-31|",
  },
  {
    is: "a descriptor is close-on-exec, and is as good as Linux's own",
    policy: `return fcntl(open("/tmp", 2, READ), F_GETFD, 0).toString();`,
    gives: "1",
  },
  {
    is: "fd_fdstat_get tells type and flags, fd_fdstat_set_flags sets them",
    policy: `
      const fd = open("/tmp/fdstat", 1, WRITE, 1);
      let text = "";
      for (let i = 0; i < 2; i++) {
        memory.fill(buffer, 0xff, 32);
        assert(!wasi.fd_fdstat_get(fd, changetype<wasi.fdstat>(buffer)));
        text += load<u8>(buffer).toString() + "/" + load<u16>(buffer + 2).toString() + " ";
        assert(!wasi.fd_fdstat_set_flags(fd, 4));
      }
      assert(!wasi.fd_fdstat_get(0, changetype<wasi.fdstat>(buffer)));
      const rights = load<u64>(buffer + 8);
      return text + load<u8>(buffer).toString() + " " + (rights & 36).toString()
        + " " + wasi.fd_fdstat_get(99, changetype<wasi.fdstat>(buffer)).toString();`,
    gives: "4/1 4/4 2 0 8",
  },
  {
    is: "rights are what can be done: with how a file is open, with a directory, with a terminal",
    policy: `
      const all = READ | WRITE | SEEK | SIZE | TRUNCATE;
      const text = [rights(open("/tmp/rights", 1, READ)) & all, rights(open("/tmp/rights", 0, WRITE)) & all,
        rights(open("/tmp/rights", 0, READ | WRITE)) & all, rights(0) & (READ | SEEK), rights(ROOT) & all].toString();
      return text + " " + (load<u64>(buffer + 16) & all).toString();`,
    gives: `${READ + SEEK},${WRITE + SEEK + SIZE},${ALL},${READ},0 ${ALL + TRUNCATE}`,
  },
  {
    is: "a directory is opened again with the rights that it has",
    policy: `return (open(".", 0, rights(ROOT)) > 2).toString() + " " + (open("tmp", 2, rights(ROOT)) > 2).toString();`,
    gives: "true true",
  },
  {
    is: "fd_fdstat_set_rights is refused, as no rights are kept",
    policy: `
      const fd = open("/tmp/rights", 1, READ);
      const error = wasi.fd_fdstat_set_rights(fd, 0, 0);
      return error.toString() + " " + read(fd).length.toString() + " " + wasi.fd_fdstat_set_rights(99, 0, 0).toString();`,
    gives: "58 0 8",
  },
  {
    is: "filestat tells type, links and size, in 64 bytes",
    policy: `
      save("/tmp/stat", "12345");
      symlink("stat", "/tmp/stat.link");
      let text = "";
      const paths = ["/tmp/stat", "/tmp/stat.link", "/tmp/stat.link", "/tmp", "/dev/null"];
      for (let i = 0; i < paths.length; i++) {
        assert(!stat(paths[i], i == 2 ? 0 : 1));
        text += load<u8>(buffer + 16).toString() + " ";
        if (i < 3) text += load<u64>(buffer + 24).toString() + " " + load<u64>(buffer + 32).toString() + " ";
      }
      const time = load<u64>(buffer + 48) > 0 && load<u64>(buffer + 56) > 0 && load<u64>(buffer + 8) != u64.MAX_VALUE;
      const fd = open("/tmp/stat", 0, READ);
      memory.fill(buffer, 0xff, 72);
      assert(!wasi.fd_filestat_get(fd, changetype<wasi.filestat>(buffer)));
      return text + time.toString() + " " + load<u64>(buffer + 32).toString() + " " + load<i64>(buffer + 64).toString()
        + " " + stat("/tmp/missing", 1).toString();`,
    gives: "4 1 5 4 1 5 7 1 4 3 2 true 5 -1 44",
  },
  {
    is: "directories are made and removed, files renamed and unlinked",
    policy: `
      const made = at(mkdir, "/tmp/dir");
      const again = at(mkdir, "tmp/dir");
      save("/tmp/dir/a", "a");
      const full = at(rmdir, "/tmp/dir");
      const renamed = rename("/tmp/dir/a", "/tmp/dir/b");
      const text = contents("/tmp/dir/b") + " " + contents("/tmp/dir/a");
      const wrong = at(unlink, "/tmp/dir");
      const unlinked = at(unlink, "/tmp/dir/b");
      const removed = at(rmdir, "/tmp/dir");
      return [made, again, full, renamed, wrong, unlinked, removed, at(rmdir, "/tmp/dir")].toString() + " " + text
        + " " + FileSystem.mkdir("/tmp/as").toString() + " " + FileSystem.rename("/tmp/as", "/tmp/was").toString()
        + " " + FileSystem.rmdir("/tmp/was").toString() + " " + FileSystem.unlink("/tmp/was").toString();`,
    gives: "0,20,55,0,31,0,0,44 a error 44 true true true false",
  },
  {
    is: "links read what they were made with, absolute ones too, cut to the buffer",
    policy: `
      const made = symlink("/proc/mounts", "/tmp/link");
      const path = String.UTF8.encode("/tmp/link");
      const from = changetype<usize>(path);
      let text = made.toString() + symlink("x", "/tmp/link").toString();
      for (let size = 5; size < 50; size += 40) {
        const error = wasi.path_readlink(ROOT, from, path.byteLength, buffer, size, out);
        text += " " + error.toString() + String.UTF8.decodeUnsafe(buffer, load<u32>(out));
      }
      const nofollow = open("/tmp/link", 0, READ, 0, 0);
      save("/tmp/hard", "hard");
      const old = String.UTF8.encode("/tmp/hard");
      const link = String.UTF8.encode("/tmp/hard2");
      const linked = wasi.path_link(ROOT, 0, changetype<usize>(old), old.byteLength, ROOT, changetype<usize>(link), link.byteLength);
      return text + " " + nofollow.toString() + " " + linked.toString() + contents("/tmp/hard2");`,
    gives: "020 0/proc 0/proc/mounts -32 0hard",
  },
  {
    is: "a directory is read whole, in one buffer or in many",
    policy: `
      assert(!at(mkdir, "/tmp/many") && !at(mkdir, "/tmp/many/directory") && !symlink("x", "/tmp/many/link"));
      for (let i = 0; i < 300; i++) wasi.fd_close(open("/tmp/many/a-file-with-a-longer-name-" + i.toString(), 1, WRITE));
      const fd = open("/tmp/many", 2, READ);
      const big = list(fd, 8192);
      const small = list(fd, 100);
      const names = FileSystem.readdir("/tmp/many")!;
      let files = 0;
      for (let i = 0; i < big.length; i++) if (big[i] == small[i] && big[i].startsWith("4a-file-with-a-")) files++;
      return [big.length.toString(), files.toString(), small.length.toString(), names.length.toString(),
        big[0], big[1], big[2], big[303], wasi.fd_readdir(fd, buffer, 0, 0, out).toString(),
        wasi.fd_readdir(fd, buffer, 100, u64.MAX_VALUE, out).toString(),
        wasi.fd_readdir(0, buffer, 100, 0, out).toString()].join(" ");`,
    gives: "304 300 304 304 3. 3.. 3directory 7link 0 28 54",
  },
  {
    is: "the root can be read through descriptor 3, as a program for WASI finds it",
    policy: `
      const error = wasi.fd_prestat_get(ROOT, changetype<wasi.prestat>(buffer));
      const tag = load<u8>(buffer);
      const length = load<u32>(buffer + 4);
      store<u16>(buffer, 0);
      const name = wasi.fd_prestat_dir_name(ROOT, buffer, length);
      const path = String.UTF8.decodeUnsafe(buffer, length);
      const none = wasi.fd_prestat_dir_name(ROOT, buffer, 0);
      return [error, tag, name, wasi.fd_prestat_get(4, changetype<wasi.prestat>(buffer)), none].toString()
        + " " + path + " " + list(ROOT, 8192).includes("3tmp").toString();`,
    gives: "0,0,0,8,37 / true",
  },
  {
    is: "a closed descriptor is bad",
    policy: `
      const fd = open("/tmp", 2, READ);
      return [wasi.fd_close(fd), wasi.fd_close(fd), wasi.fd_tell(fd, out), wasi.fd_sync(u32.MAX_VALUE)].toString();`,
    gives: "0,8,8,8",
  },
  {
    is: "fd_renumber gives a file the number of another, and its own back",
    policy: `
      save("/tmp/one", "one");
      save("/tmp/two", "two");
      const one = open("/tmp/one", 0, READ);
      const two = open("/tmp/two", 0, READ);
      const errors = [wasi.fd_renumber(one, two), wasi.fd_close(one), wasi.fd_renumber(two, one),
        wasi.fd_renumber(one, two), wasi.fd_renumber(two, two), wasi.fd_renumber(99, 99)];
      return errors.toString() + " " + read(two) + " " + fcntl(two, F_GETFD, 0).toString();`,
    gives: "0,8,8,8,0,8 one 1",
  },
  {
    is: "what is given the number of a standard stream is what children have of it",
    policy: `
      const kept = dup2(2, 20);
      const error = wasi.fd_renumber(open("/tmp/stream", 1, WRITE), 2);
      const flags = fcntl(2, F_GETFD, 0);
      return [error, <u16>flags, wasi.fd_renumber(kept, 2), <u16>fcntl(2, F_GETFD, 0)].toString();`,
    gives: "0,0,0,0",
  },
  {
    is: "pieces are written and read in order; more than 16 are left to the next call",
    policy: `
      const fd = open("/tmp/pieces", 1, READ | WRITE);
      for (let i = 0; i < 80; i++) store<u8>(buffer + i, 65 + (i >> 1));
      pieces(40, 2);
      const error = wasi.fd_write(fd, iovs, 40, out);
      const written = load<u32>(out);
      store<u32>(iovs + 4, 0); // nothing of it: no matter
      wasi.fd_write(fd, iovs, 3, out);
      wasi.fd_seek(fd, 0, 0, out);
      memory.fill(buffer, 0, 100);
      pieces(3, 20);
      store<u32>(iovs + 4, 0);
      wasi.fd_read(fd, iovs, 3, out);
      return error.toString() + " " + written.toString() + " " + load<u32>(out).toString()
        + " " + load<u8>(buffer).toString() + " " + String.UTF8.decodeUnsafe(buffer + 20, 36);`,
    gives: "0 32 36 0 AABBCCDDEEFFGGHHIIJJKKLLMMNNOOPPBBCC",
  },
  {
    is: "fd_seek and fd_tell, from the start, here and the end",
    policy: `
      save("/tmp/seek", "0123456789");
      const fd = open("/tmp/seek", 0, READ);
      let text = "";
      for (let whence: u8 = 0; whence < 4; whence++) {
        text += wasi.fd_seek(fd, whence == 2 ? -4 : 3, whence, out).toString() + "/" + load<u64>(out).toString() + " ";
      }
      wasi.fd_tell(fd, out);
      return text + load<u64>(out).toString() + " " + wasi.fd_seek(fd, -1, 0, out).toString() + " " + read(fd);`,
    gives: "0/3 0/6 0/6 28/6 6 28 6789",
  },
  {
    is: "a directory has no offset to seek: a cookie says where to read it",
    policy: `
      const fd = open("/tmp", 2, READ);
      return [wasi.fd_seek(fd, 0, 0, out), wasi.fd_seek(fd, 0, 1, out), wasi.fd_seek(fd, 0, 2, out), wasi.fd_tell(fd, out),
        wasi.fd_seek(fd, 0, 3, out), wasi.fd_seek(99, 0, 0, out)].toString();`,
    gives: "31,31,31,31,28,8",
  },
  {
    is: "fd_pread and fd_pwrite leave the offset; sizes, times and space are set; syncs are made",
    policy: `
      save("/tmp/more", "0123456789");
      const fd = open("/tmp/more", 0, READ | WRITE);
      store<u16>(buffer, 0x6261);
      pieces(1, 2);
      const wrote = wasi.fd_pwrite(fd, iovs, 1, 4, out);
      pieces(1, 4);
      const got = wasi.fd_pread(fd, iovs, 1, 3, out);
      const text = String.UTF8.decodeUnsafe(buffer, 4);
      wasi.fd_tell(fd, out);
      const offset = load<u64>(out);
      const errors = [wrote, got, wasi.fd_filestat_set_size(fd, 100), wasi.fd_allocate(fd, 0, 200), wasi.fd_sync(fd),
        wasi.fd_datasync(fd), wasi.fd_advise(fd, 0, 0, 0), wasi.fd_filestat_set_times(fd, 5, 7000000009, 1 | 4)];
      stat("/tmp/more", 1);
      const path = String.UTF8.encode("/tmp/more");
      const size = load<u64>(buffer + 32);
      const atim = load<u64>(buffer + 40);
      const mtim = load<u64>(buffer + 48);
      errors.push(wasi.path_filestat_set_times(ROOT, 1, changetype<usize>(path), path.byteLength, 0, 9, 4));
      stat("/tmp/more", 1);
      return errors.toString() + " " + [offset, size, atim, mtim, load<u64>(buffer + 40), load<u64>(buffer + 48)].toString()
        + " " + text;`,
    gives: "0,0,0,0,0,0,0,0,0 0,200,5,7000000009,5,9 3ab6",
  },
  {
    is: "a time that is both given and now is refused, and nothing is set",
    policy: `
      save("/tmp/times", "");
      const fd = open("/tmp/times", 0, READ);
      const path = String.UTF8.encode("/tmp/times");
      const errors: u16[] = [wasi.fd_filestat_set_times(fd, 5, 7, 1 | 4)];
      for (let flags: u16 = 0; flags < 16; flags++) {
        if ((flags & 3) != 3 && (flags & 12) != 12) continue;
        errors.push(wasi.fd_filestat_set_times(fd, 1, 1, flags));
        errors.push(wasi.path_filestat_set_times(ROOT, 1, changetype<usize>(path), path.byteLength, 1, 1, flags));
      }
      stat("/tmp/times", 1);
      const set = [load<u64>(buffer + 40), load<u64>(buffer + 48)].toString();
      errors.push(wasi.fd_filestat_set_times(fd, 0, 0, 2 | 8));
      stat("/tmp/times", 1);
      return errors.toString() + " " + set + " " + (load<u64>(buffer + 40) > 7 && load<u64>(buffer + 48) > 7).toString();`,
    gives: `0,${"28,".repeat(14)}0 5,7 true`,
  },
  {
    is: "poll_oneoff sleeps until the first of its clocks",
    policy: `
      subscribe(0, 0, 1, 50000000, 0);
      const one = poll(1, 50000000);
      subscribe(0, 0, 1, 9000000000, 0);
      subscribe(1, 0, 0, 30000000, 0);
      subscribe(2, 0, 1, monotonic() + 9000000000, 1);
      const three = poll(3, 30000000);
      subscribe(0, 0, 1, monotonic() + 40000000, 1);
      const absolute = poll(1, 39000000);
      subscribe(0, 0, 1, 1, 1);
      subscribe(1, 0, 0, 0, 0);
      const past = poll(2, 0);
      return [one, three, absolute, past].join("; ");`,
    gives: "in time 100/0/0; in time 101/0/0; in time 100/0/0; in time 100/0/0 101/0/0",
  },
  {
    is: "poll_oneoff of descriptors or of a wrong clock is refused",
    policy: `
      subscribe(0, 1, 0, 0, 0);
      const read = poll(1, 0);
      subscribe(0, 0, 9, 0, 0);
      return read + " " + poll(1, 0);`,
    gives: "error 58 error 28",
  },
  {
    is: "as-wasi's Time.sleep sleeps",
    policy: `
      const start = monotonic();
      Time.sleep(60 * Time.MILLISECOND);
      const took = monotonic() - start;
      return (took >= 60000000 && took < 1060000000).toString();`,
    gives: "true",
  },
  { is: "sched_yield returns", policy: `return wasi.sched_yield().toString();`, gives: "0" },
  {
    is: "what is written to standard output and error goes there",
    policy: `
      Console.error("<6>an error\\n", false);
      return "an output";`,
    gives: "an output",
  },
];

const POLICY = `${ABORT}${PRELUDE}
${BEHAVIOURS.map(({ policy }, i) => `function behaviour${i}(): string {${policy}\n}`).join("\n")}
export const kept: StaticArray<i64> = [0];

export function boot(): void {
  if (kept[0]++) reboot(RB_POWER_OFF); // A behaviour has trapped; those before it are told of.
${BEHAVIOURS.map((_, i) => `  Console.write("${i}: " + behaviour${i}() + "\\n", false);`).join("\n")}
  reboot(RB_POWER_OFF);
}`;

describe("WASI, as a policy uses it", { skip }, () => {
  let life: Life;
  const told = new Map<number, string>();
  before(async () => {
    life = live({ module: policy("wasi", POLICY), args: ["quiet", "root=/dev/größe", ""] });
    await life.ends("power-off or halt");
    for (const [, i, text] of life.console.matchAll(/^(\d+): (.*)$/gm)) told.set(Number(i), text);
  });

  for (const [i, { is, gives }] of BEHAVIOURS.entries())
    test(is, () => assert.equal(told.get(i), gives, life.log.join("\n")));

  test("standard error has what was written to it", () => assert.deepEqual(life.log, ["<6>an error"]));
});

describe("descriptor 3", { skip }, () => {
  const ends = {
    "is closed": `wasi.fd_close(ROOT)`,
    "is renumbered": `wasi.fd_renumber(ROOT, open("/tmp", 2, READ))`,
    "becomes another": `wasi.fd_renumber(open("/tmp", 2, READ), ROOT)`,
  };
  for (const [what, call] of Object.entries(ends))
    test(`is no longer the root when it ${what}, and is again when the logic is started again`, async () => {
      const name = `root-${what.replace(" ", "-")}`;
      const source = `${ABORT}${PRELUDE}
        export const kept: StaticArray<i64> = [0];
        export function boot(): void {
          const before = wasi.fd_prestat_get(ROOT, changetype<wasi.prestat>(buffer));
          const file = open("/etc/file", 0, READ);
          const error = ${call};
          const after = wasi.fd_prestat_get(ROOT, changetype<wasi.prestat>(buffer));
          const name = wasi.fd_prestat_dir_name(ROOT, buffer, 1);
          Console.write([before, <u16>(file > 3), error, after, name].toString() + "\\n", false);
          if (kept[0]++) reboot(RB_POWER_OFF);
        }`;
      const life = await live({ module: policy(name, source), files: { "etc/file": "" } }).ends("power-off or halt");
      assert.equal(life.console, "0,1,0,8,8\n".repeat(2), life.log.join("\n"));
    });
});

describe("as-wasi's files", { skip }, () => {
  test("need no import but their own for the root to be open", async () => {
    const source = `${ABORT}
      import { RB_POWER_OFF, reboot } from "../../../assembly/linux";
      import { FileSystem } from "as-wasi/assembly";
      export function boot(): void {
        const file = FileSystem.open("/out/greeting", "w");
        if (file) file.writeString("hello");
        reboot(RB_POWER_OFF);
      }`;
    const life = await live({ module: policy("files", source) }).ends("power-off or halt");
    assert.equal(life.read("greeting").toString(), "hello");
  });
});

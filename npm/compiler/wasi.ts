/**
 * Runs a program for WASI whose files are in memory: it reads and writes nothing else, on any system, and leaves no half of
 * a file if it fails. There are as many calls as wasi-libc makes of fopen(3), fread(3), fwrite(3) and exit(3).
 */

// WASI preview 1: errno
const SUCCESS = 0;
const BADF = 8;
const NOENT = 44;

// oflags, filetype, whence
const O_CREAT = 1;
const O_TRUNC = 8;
const CHARACTER_DEVICE = 2;
const DIRECTORY = 3;
const REGULAR_FILE = 4;
const SEEK_CUR = 1;
const SEEK_END = 2;

const ROOT = 3; // the descriptor of the one directory that is open at first

class Exit extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

class Open {
  offset = 0;
  constructor(readonly name: string) {}
}

export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end.
 * @param files its files, by their paths without a `/` in front; what it writes is there afterwards.
 * @param args its arguments, its own name first.
 */
export function runWasi(program: WebAssembly.Module, args: string[], files: Map<string, Uint8Array>): Outcome {
  const open = new Map<number, Open>();
  const said = ["", "", ""];
  let next = ROOT + 1;
  let memory: WebAssembly.Memory; // eslint-disable-line prefer-const -- It is the program's, whose imports use it.

  const bytes = (address: number, length: number) => new Uint8Array(memory.buffer, address, length);
  const view = () => new DataView(memory.buffer);
  const text = (address: number, length: number) => new TextDecoder().decode(bytes(address, length));
  const put = (address: number, value: number) => (view().setUint32(address, value, true), SUCCESS);
  const buffers = (iovs: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      bytes(view().getUint32(iovs + 8 * i, true), view().getUint32(iovs + 8 * i + 4, true)),
    );
  const strings = args.map((arg) => new TextEncoder().encode(`${arg}\0`));

  const append = ({ name, offset }: Open, piece: Uint8Array) => {
    const before = files.get(name)!;
    const after = new Uint8Array(Math.max(before.length, offset + piece.length));
    after.set(before);
    after.set(piece, offset);
    files.set(name, after);
  };

  const imports = {
    args_sizes_get: (count: number, size: number) => {
      put(count, strings.length);
      return put(
        size,
        strings.reduce((sum, { length }) => sum + length, 0),
      );
    },
    args_get: (pointers: number, at: number) => {
      strings.forEach((string, i) => {
        put(pointers + 4 * i, at);
        bytes(at, string.length).set(string);
        at += string.length;
      });
      return SUCCESS;
    },
    fd_prestat_get: (fd: number, at: number) => (fd === ROOT ? (put(at, 0), put(at + 4, 1)) : BADF),
    fd_prestat_dir_name: (_fd: number, at: number) => (bytes(at, 1).set([0x2f]), SUCCESS),
    fd_fdstat_get: (fd: number, at: number) => {
      bytes(at, 24).fill(0);
      bytes(at, 1)[0] = fd < ROOT ? CHARACTER_DEVICE : fd === ROOT ? DIRECTORY : REGULAR_FILE;
      bytes(at + 8, 16).fill(0xff); // all rights
      return SUCCESS;
    },
    fd_fdstat_set_flags: () => SUCCESS,
    path_open: (_fd: number, _follow: number, path: number, length: number, flags: number, ...rest: unknown[]) => {
      const name = text(path, length);
      if (!files.has(name) && !(flags & O_CREAT)) return NOENT;
      if (!files.has(name) || flags & O_TRUNC) files.set(name, new Uint8Array());
      open.set(next, new Open(name));
      return put(rest.at(-1) as number, next++);
    },
    fd_read: (fd: number, iovs: number, count: number, got: number) => {
      const file = open.get(fd);
      if (!file) return BADF;
      let sum = 0;
      for (const buffer of buffers(iovs, count)) {
        const piece = files.get(file.name)!.subarray(file.offset, file.offset + buffer.length);
        buffer.set(piece);
        file.offset += piece.length;
        sum += piece.length;
      }
      return put(got, sum);
    },
    fd_write: (fd: number, iovs: number, count: number, written: number) => {
      const piece = Buffer.concat(buffers(iovs, count));
      const file = open.get(fd);
      if (file) {
        append(file, piece);
        file.offset += piece.length;
      } else if (fd < ROOT) said[fd] += piece.toString();
      else return BADF;
      return put(written, piece.length);
    },
    fd_seek: (fd: number, offset: bigint, whence: number, at: number) => {
      const file = open.get(fd);
      if (!file) return BADF;
      const base = whence === SEEK_CUR ? file.offset : whence === SEEK_END ? files.get(file.name)!.length : 0;
      file.offset = base + Number(offset);
      view().setBigUint64(at, BigInt(file.offset), true);
      return SUCCESS;
    },
    fd_close: (fd: number) => (open.delete(fd) ? SUCCESS : BADF),
    path_unlink_file: (_fd: number, path: number, length: number) =>
      files.delete(text(path, length)) ? SUCCESS : NOENT,
    path_remove_directory: () => NOENT,
    proc_exit: (status: number) => {
      throw new Exit(status);
    },
  };

  const { exports } = new WebAssembly.Instance(program, { wasi_snapshot_preview1: imports });
  memory = exports.memory as WebAssembly.Memory;
  let status = 0;
  try {
    (exports._start as () => void)();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    status = error.status;
  }
  return { status, stdout: said[1]!, stderr: said[2]! };
}

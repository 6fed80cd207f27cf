/** Calls with pointers and lengths that no call can take, one in each; and a module that makes them. */
import assert from "node:assert/strict";
import { imports } from "../abi.js";
import { assemble } from "./modules.js";
import { rows, shimDeclarations } from "./tables.js";
import { RB_POWER_OFF, bytes, text, u32 } from "./wat.js";

const E2BIG = -7;
const EBADF = -9;
const EFAULT = -14;
const EINVAL = -22;
const ENAMETOOLONG = -36;
const WASI_SUCCESS = 0;
const WASI_FAULT = 21;
const WASI_INVAL = 28;
const WASI_NAMETOOLONG = 37;

export const PAGE = 65536; // bytes: all the memory that the module has
const WILD = [PAGE, PAGE + 1, 0x7ffffffc, 0x7fffffff, 0x80000000, 0xfffffffc, 0xfffffffe, 0xffffffff];

// Where things are in the module's memory; what is not named is 0.
export const ZEROS = 1024;
const PATH = 2048;
export const LISTS = 3072;
export const GOOD = 4096;
export const WITH_NUL = 4200;
const LENGTHS = 4304;
const ONE = 4500;
export const FORMAT = 4600;
const ARRAYS = 5000;
export const LONG = 8192;
export const RESULTS = 36864;
const PATH_MAX = 4096;
export const LOG_LINE = 976;

/** Lists of one iovec each that leave the memory. */
const BAD_PIECES = [
  [PAGE, 1],
  [PAGE - 1, 2],
  [0, PAGE + 1],
  [0, 0xffffffff],
  [1, 0xffffffff],
  [0xffffffff, 0xffffffff],
  [0xfffffff8, 8],
];

/** Requests of ioctl(2) with a pointer, and the bytes that are there. */
const REQUESTS = [
  [0x8913, 40], // SIOCGIFFLAGS
  [0x8914, 40], // SIOCSIFFLAGS
  [0x40045201, 4], // RNDADDTOENTCNT
  [0xc0045706, 4], // WDIOC_SETTIMEOUT
  [0x80045707, 4], // WDIOC_GETTIMEOUT
];
const TIOCSCTTY = 0x540e;
const ARGUMENTS_MAX = 33;
export const MOST = (PAGE - 4 - 36864) / 8; // calls, for whose results there is room

/** What may stand in front of a string as its length that isn't, with the string's address. */
const BAD_LENGTHS = [0xffffffff, 0xfffffffe, 0x80000000, 0x7fffffff, PAGE, PAGE - (LENGTHS + 5 * 16) + 1];

const NO_STRINGS: [number, number][] = [
  ...[1, 2, 3, PAGE - 3, PAGE - 1, ...WILD].map((address): [number, number] => [address, EFAULT]),
  ...BAD_LENGTHS.map((_, i): [number, number] => [LENGTHS + 16 * i, EFAULT]),
];

/** Those and what no call can take, but syslog: that logs the beginning. */
const BAD_STRINGS: [number, number][] = [...NO_STRINGS, [WITH_NUL, EINVAL], [LONG, ENAMETOOLONG]];

/** Arrays of strings: a good one and one that is bad, and one with too many. */
const STRING_ARRAYS = [[0, EFAULT], ...BAD_STRINGS].map(([address]) => [GOOD, address]);
STRING_ARRAYS.push(new Array<number>(ARGUMENTS_MAX + 1).fill(GOOD));

const MEMORY = [
  `(memory (export "memory") 1)`,
  `(data (i32.const ${PATH}) "etc\\00\\00")`,
  ...BAD_PIECES.map((piece, i) => `(data (i32.const ${LISTS + 8 * i}) "${bytes(u32(...piece))}")`),
  text(GOOD, "/no/such"),
  text(WITH_NUL, "/no\0such"),
  ...BAD_LENGTHS.map((length, i) => `(data (i32.const ${LENGTHS + 16 * i - 4}) "${bytes(u32(length))}")`),
  ...STRING_ARRAYS.map((array, i) => {
    return `(data (i32.const ${ARRAYS + 16 * i - 4}) "${bytes(u32(4 * array.length, ...array))}")`;
  }),
  text(ONE, "A"),
  text(FORMAT, "%s, %d"),
  text(LONG, "a".repeat(3 * PATH_MAX + 1)),
  `(data (i32.const ${PAGE - 4}) "\\ff\\ff\\ff\\ff")`,
];

export interface Call {
  module: string;
  name: string;
  args: number[];
  expected: number;
}

interface Parameter {
  name: string;
  tsType: string;
}

function isLength({ name }: Parameter): boolean {
  return name === "count" || name === "bufsiz" || /^nsubscriptions$|^addrlen$|_len$/.test(name);
}

function isPath({ name }: Parameter): boolean {
  return /^(old_|new_)?path$/.test(name);
}

function isPointer(parameter: Parameter): boolean {
  return /^(ptr|struct)<|^usize$/.test(parameter.tsType) && !isLength(parameter);
}

function replaced(list: number[], at: number, value: number): number[] {
  return list.map((item, i) => (i === at ? value : item));
}

/** Arguments with which a call finds nothing wrong in its pointers. */
function goodArguments(module: string, params: Parameter[]): number[] {
  return params.map((parameter) => {
    if (parameter.tsType.startsWith("string")) return GOOD;
    if (parameter.name === "request") return REQUESTS[0][0];
    if (isPath(parameter)) return PATH;
    if (isPointer(parameter) || parameter.tsType === "StaticArray<string> | null") return ZEROS;
    if (isLength(parameter)) return parameter.name.endsWith("path_len") ? 3 : 4;
    return module !== "linux" && /(^|_|dir)fd$/.test(parameter.name) ? 3 : 0;
  });
}

/** The calls in which one argument is wild. */
function wildCalls(module: string, name: string, params: Parameter[]): Call[] {
  const fault = module === "linux" ? EFAULT : WASI_FAULT;
  const good = goodArguments(module, params);
  const strings = name === "syslog" ? NO_STRINGS : BAD_STRINGS;
  return params.flatMap((parameter, i) => {
    let bad: [number, number][] = [];
    if (parameter.tsType === "string") bad = [[0, EFAULT], ...strings];
    else if (parameter.tsType === "string | null") bad = strings;
    else if (parameter.tsType === "StaticArray<string> | null") bad = NO_STRINGS;
    else if (isPointer(parameter)) bad = [PAGE - 1, ...WILD].map((address) => [address, fault]);
    else if (isLength(parameter)) bad = WILD.map((length) => [length, fault]);
    return bad.map(([value, expected]) => ({ module, name, args: replaced(good, i, value), expected }));
  });
}

/** The same of all imports of Linux. */
export function linuxCalls(): Call[] {
  const linux = imports().filter(({ module }) => module === "linux");
  return linux.flatMap(({ name, params }) => wildCalls("linux", name, params));
}

export const WASI = "wasi_snapshot_preview1";

export function wasiCalls(): Call[] {
  const has = new Set(rows().map(({ name }) => name));
  const declarations = shimDeclarations().filter(({ name }) => has.has(name));
  const prestat = declarations.find(({ name }) => name === "fd_prestat_dir_name");
  assert.ok(prestat);
  prestat.params[1].name = "buf"; // `path` in WASI, but it is written to
  const calls = declarations.flatMap(({ name, params }) => wildCalls(WASI, name, params));
  const paths = declarations.flatMap(({ name, params }) =>
    params.flatMap((parameter, i) => {
      const good = goodArguments(WASI, params);
      if (!isPath(parameter)) return [];
      return [
        { module: WASI, name, args: replaced(good, i + 1, 5), expected: WASI_INVAL }, // a 0 in it
        { module: WASI, name, args: replaced(replaced(good, i, LONG), i + 1, PATH_MAX), expected: WASI_NAMETOOLONG },
      ];
    }),
  );
  // Of the name / only a byte is written, wherever it goes and however long the buffer is said to be.
  for (const call of calls)
    if (call.name === "fd_prestat_dir_name" && (call.args[1] === PAGE - 1 || call.args[1] === ZEROS))
      call.expected = WASI_SUCCESS;
  return [...calls, ...paths];
}

/** What is at the address depends on the request; one that the host does not know is not made. */
export function requestCalls(): Call[] {
  const call = (fd: number, request: number, arg: number, expected: number) => {
    return { module: "linux", name: "ioctl", args: [fd, request, arg], expected };
  };
  const known = REQUESTS.flatMap(([request, size]) => [
    ...[PAGE - size + 1, PAGE - 1, ...WILD].map((address) => call(0, request, address, EFAULT)),
    call(-1, request, PAGE - size, EBADF),
  ]);
  return [...known, call(-1, TIOCSCTTY, PAGE, EBADF), call(0, 0x5401, ZEROS, EINVAL), call(0, 0, PAGE, EINVAL)];
}

/** Arrays of strings in which one is wild, or that are too long. */
export function arrayCalls(): Call[] {
  const expected = [EFAULT, ...BAD_STRINGS.map(([, error]) => error), E2BIG];
  return STRING_ARRAYS.map((_, i) => {
    return { module: "linux", name: "execv", args: [GOOD, ARRAYS + 16 * i], expected: expected[i] };
  });
}

export function listCalls(): Call[] {
  const pieces = BAD_PIECES.flatMap((_, i) =>
    ["fd_read", "fd_write", "fd_pread", "fd_pwrite"].map((name) => {
      const offset = name.startsWith("fd_p") ? [0] : [];
      return { module: WASI, name, args: [3, LISTS + 8 * i, 1, ...offset, ZEROS], expected: WASI_FAULT };
    }),
  );
  const overflow = [
    { module: WASI, name: "fd_write", args: [3, ZEROS, 0x20000001, ZEROS], expected: WASI_FAULT }, // 8 bytes each
    { module: WASI, name: "poll_oneoff", args: [ZEROS, ZEROS, 0x05555556, ZEROS], expected: WASI_FAULT }, // 48
    { module: WASI, name: "poll_oneoff", args: [ZEROS, ZEROS, 0x08000001, ZEROS], expected: WASI_FAULT }, // 32
    { module: WASI, name: "poll_oneoff", args: [ZEROS, ZEROS, 0, ZEROS], expected: WASI_INVAL },
  ];
  return [...pieces, ...overflow];
}

/** A module that makes the calls and writes their results, 8 bytes each, to its standard output. */
export function hostile(calls: Call[]): Uint8Array {
  const functions = rows().filter(({ name }) => name !== "proc_exit");
  const types = new Map(functions.map((row) => [`${row.module}.${row.name}`, row]));
  const imported = functions.map(({ module, name, params, result }) => {
    const type = `${params.map((param) => `(param ${param})`).join(" ")} (result ${result})`;
    return `(import "${module}" "${name}" (func $${module}.${name} ${type}))`;
  });
  const body = calls.map(({ module, name, args }, i) => {
    const row = types.get(`${module}.${name}`);
    assert.ok(row, name);
    const list = args.map((value, at) => `(${row.params[at]}.const ${value})`).join(" ");
    const result = `(call $${module}.${name} ${list})`;
    const wide = row.result === "i64" ? result : `(i64.extend_i32_s ${result})`;
    return `(i64.store (i32.const ${RESULTS + 8 * i}) ${wide})`;
  });
  const list = `(data (i32.const ${LISTS + 512}) "${bytes(u32(RESULTS, 8 * calls.length))}")`;
  return assemble(`(module ${[...imported, ...MEMORY, list].join("\n")}
    (func $boot (export "boot")
      (drop (call $linux.setenv (i32.const ${ONE}) (i32.const ${ONE}) (i32.const 1)))
      ${body.join("\n")}
      (drop (call $${WASI}.fd_write (i32.const 1) (i32.const ${LISTS + 512}) (i32.const 1) (i32.const ${ZEROS})))
      (drop (call $linux.reboot (i32.const ${RB_POWER_OFF})))))`);
}

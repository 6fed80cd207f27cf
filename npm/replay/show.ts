/** Calls as strace(1) would show them. */
import { errnoName } from "../base/errno.js";
import { CONSTANTS, DECLARATIONS } from "./linux.js";
import { type Memory, type Value } from "./memory.js";
import { type Argument, type Call, type Text, unquote } from "./trace.js";

const MOST = 100; // bytes of a text
const MOST_BYTES = 40; // of memory

/** An argument as it is to be shown. */
type Shown = bigint | { text: Buffer; isCut?: boolean } | { address: number; bytes?: Uint8Array };

/** What the constants begin with that an argument is one of, or bits of. */
const CHOICES: Record<string, RegExp> = {
  "fcntl.cmd": /^F_/,
  "lseek.whence": /^SEEK_/,
  "ioctl.request": /^(TIOC|SIOC|RND|WDIOC)/,
  "socket.domain": /^AF_/,
  "setrlimit.resource": /^RLIMIT_/,
  "setrlimit.soft": /^RLIM_/,
  "setrlimit.hard": /^RLIM_/,
  "clock_gettime.clock": /^CLOCK_/,
  "kill.sig": /^SIG/,
  "reboot.cmd": /^RB_/,
};
const FLAGS: Record<string, RegExp> = {
  "mount.flags": /^MS_/,
  "umount2.flags": /^UMOUNT_/,
  "access.mode": /^X_OK/,
  "open.flags": /^O_/,
  "close_range.flags": /^CLOSE_RANGE_/,
  "socket.type": /^SOCK_/,
  "waitpid.options": /^W/,
  "kexec_file_load.flags": /^KEXEC_/,
};
const OCTAL = new Set(["mkdir.mode", "chmod.mode", "open.mode"]);

function named(pattern: RegExp): [name: string, value: bigint][] {
  return [...CONSTANTS].filter(([name]) => pattern.test(name)).sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0));
}

function choice(pattern: RegExp, value: bigint): string {
  return named(pattern).find(([, constant]) => constant === value)?.[0] ?? `${value}`;
}

function flags(pattern: RegExp, value: bigint): string {
  const shown: string[] = [];
  let left = value;
  for (const [name, bits] of named(pattern)) {
    if (bits === 0n || (left & bits) !== bits) continue;
    shown.unshift(name);
    left &= ~bits;
  }
  if (left) shown.push(`0x${left.toString(16)}`);
  return shown.join("|") || (pattern.test("O_RDONLY") ? "O_RDONLY" : "0");
}

/** A number, by what its parameter is. */
function showNumber(place: string, type: string | undefined, value: bigint): string {
  const bits = type?.endsWith("64") ? 64 : 32;
  const number = type?.startsWith("u") ? BigInt.asUintN(bits, value) : value;
  if (CHOICES[place]) return choice(CHOICES[place], number);
  if (FLAGS[place]) return flags(FLAGS[place], number);
  if (OCTAL.has(place)) return number ? `0${number.toString(8)}` : "0";
  if (place === "sigtimedwait.set" && number === 2n ** 64n - 1n) return "every signal";
  return `${number}`;
}

const ESCAPES: Record<string, string> = { "\n": "\\n", "\t": "\\t", "\0": "\\0", '"': '\\"', "\\": "\\\\" };

function escape(text: string): string {
  return text.replace(/[\0-\x1f\x7f"\\]/g, (c) => ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function showText(bytes: Uint8Array, isCut = false, most = MOST): string {
  const text = Buffer.from(bytes.subarray(0, most));
  const utf8 = text.toString();
  const shown = escape(utf8.includes("\ufffd") ? text.toString("latin1") : utf8);
  return `"${shown}"${isCut || bytes.length > most ? "..." : ""}`;
}

function show(place: string, type: string | undefined, argument: Shown): string {
  if (typeof argument === "bigint") {
    if (argument === 0n && type?.endsWith("| null")) return "null";
    return showNumber(place, type, argument);
  }
  if ("text" in argument) return showText(argument.text, argument.isCut);
  return argument.bytes ? showText(argument.bytes, false, MOST_BYTES) : `0x${argument.address.toString(16)}`;
}

/** A line of the log, as syslog(3) of the host makes it; an errno is told by its name. */
function showLog([priority, format, text, value]: Shown[]): string | null {
  if (typeof priority !== "bigint" || typeof value !== "bigint" || typeof format !== "object") return null;
  const said = (shown?: Shown) =>
    typeof shown === "object" && "text" in shown ? `${shown.text.toString()}${shown.isCut ? "..." : ""}` : "(null)";
  const line = said(format).replace(/%([sdm])/g, (_, directive: string) =>
    directive === "s" ? said(text) : directive === "d" ? `${value}` : errnoName(Number(-value)),
  );
  return `log <${priority}>init: ${escape(line)}`;
}

/** How a process ended: wait(2). */
function showStatus(result: bigint): string {
  const [pid, status] = [BigInt.asUintN(32, result), result >> 32n];
  const signal = status & 0x7fn;
  return signal ? `${pid}, killed by ${choice(CHOICES["kill.sig"]!, signal)}` : `${pid}, exited with ${status >> 8n}`;
}

function showResult(name: string, isLinux: boolean, result: bigint): string {
  if (!isLinux) return `${result}`;
  if (result < 0n) return `-${errnoName(Number(-result))}`;
  if (name === "waitpid" && result > 0n) return showStatus(result);
  if (name === "sigtimedwait") return choice(CHOICES["kill.sig"]!, result);
  if (name === "clock_gettime") return `${(Number(result) / 1e9).toFixed(6)} s`;
  return `${result}`;
}

function showAny(name: string, isLinux: boolean, args: Shown[], list: Buffer[], result?: bigint | null): string {
  const log = isLinux && name === "syslog" ? showLog(args) : null;
  const end =
    result === undefined ? "" : result === null ? " does not return" : ` = ${showResult(name, isLinux, result)}`;
  if (log) return result !== undefined && result !== null && result < 0n ? log + end : log;
  const params = isLinux ? DECLARATIONS.get(name)?.params : undefined;
  const shown = args.map((argument, i) => show(`${name}.${params?.[i]?.name}`, params?.[i]?.type, argument));
  const texts = list.length ? ` {${list.map((text) => showText(text)).join(", ")}}` : "";
  return `${name}(${shown.join(", ")})${texts}${end}`;
}

/** A call as the trace has it. */
export function showRecorded(call: Call): string {
  const toText = ({ quoted, isCut }: Text) => ({ text: unquote(quoted), isCut });
  const args = call.args.map((argument): Shown => {
    if (typeof argument === "bigint") return argument;
    if ("quoted" in argument) return toText(argument);
    return { ...argument, bytes: call.writes.find(({ address }) => address === argument.address)?.bytes };
  });
  const list = call.list.map((text) => toText(text).text);
  return showAny(call.name, DECLARATIONS.has(call.name), args, list, call.result);
}

/** Which arguments of WASI's calls are paths, or bytes, whose length is the next argument; and which are lists of such. */
const PATHS = /^path_/;
const LISTS = new Set(["fd_write", "fd_pwrite"]);

/** What is written by a call, to be shown in the place of its address. */
function input(name: string, args: Value[], i: number, memory: Memory): Buffer | null {
  const [address, length] = [Number(args[i]) >>> 0, Number(args[i + 1])];
  if (name === "pwrite" && i === 1) return memory.bytes(address, length);
  if (!LISTS.has(name) || i !== 1) return null;
  const pieces = Array.from({ length: Math.min(length, 16) }, (_, n) =>
    memory.bytes(memory.u32(address + 8 * n), memory.u32(address + 8 * n + 4)),
  );
  return Buffer.concat(pieces);
}

/** A call as a policy makes it; `recorded` is what the trace has in its place, and tells, if it is the same, how it ended. */
export function showCall(name: string, args: Value[], memory: Memory, recorded?: Call, isSame = false): string {
  const params = DECLARATIONS.get(name)?.params;
  const known = (i: number): Argument | undefined => (recorded?.name === name ? recorded.args[i] : undefined);
  const shown = args.map((value, i): Shown => {
    const address = Number(value) >>> 0;
    const type = params?.[i]?.type;
    const written = input(name, args, i, memory);
    if (written) return { address, bytes: written };
    if (address && type?.startsWith("string")) return { text: memory.text(address) };
    const argument = known(i);
    if (typeof argument === "object" && "quoted" in argument && PATHS.test(name))
      return { text: memory.bytes(address, Number(args[i + 1])) };
    if (typeof argument === "object" && "address" in argument) {
      const write = isSame ? recorded!.writes.find((write) => write.address === argument.address) : undefined;
      return { address, bytes: write?.bytes };
    }
    return BigInt(value);
  });
  const last = params?.findIndex(({ type }) => type.startsWith("StaticArray")) ?? -1;
  const list = last < 0 ? [] : memory.texts(Number(args[last]));
  const result = isSame ? recorded!.result : undefined;
  return showAny(name, params !== undefined, shown, list, result);
}

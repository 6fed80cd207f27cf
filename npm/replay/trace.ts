/** The trace that a host writes which records: docs/replay.md has the format. */
import { Complaint } from "../base/complaint.js";

export const FORMAT = 1;

/** A text, as bytes are quoted; of one that is cut only the beginning. */
export interface Text {
  quoted: string;
  isCut: boolean;
}

/** What a call is given: a number, the address of memory of the policy, or the text that is at an address. */
export type Argument = bigint | { address: number } | Text;

/** Bytes in the policy's memory. */
export interface Write {
  address: number;
  bytes: Uint8Array;
}

export interface Call {
  kind: "call";
  number: number;
  name: string;
  args: Argument[];
  /** The texts of a list that is an argument. */
  list: Text[];
  /** Null: it did not return, as the machine or the process ended, or became another program. */
  result: bigint | null;
  writes: Write[];
  /** Whether it has written nothing else. */
  isKnown: boolean;
}

/** An instance of the policy begins. */
export interface Start {
  kind: "start";
  number: number;
  format: number;
  wasinit: string;
  arch: string;
  /** The checksum of the module. */
  policy: string;
  /** What the instance before has kept. */
  kept: { size: number; writes: Write[] } | null;
}

/** It has ended. */
export interface End {
  kind: "end";
  number: number;
  reason: string;
}

/** Lines are missing. */
export interface Gap {
  kind: "gap";
  /** Of the first line that is there again. */
  number: number;
  missing: number;
}

export type Entry = Start | Call | End | Gap;

/** The life of a process, from its start, or its fork, on. */
export type Life = Entry[];

export interface Trace {
  /** Of PID 1, which is 0, and of the children that it forked. */
  lives: Map<number, Life>;
  /** Lines of the file that were lines of a trace once. */
  damaged: number[];
  /** How many boots before this one are in the file. */
  earlier: number;
}

/** A line of the trace, wherever it stands in a line of a log. */
const LINE = /(record(?:\[(\d+)\])?: (\d+) (.*)) ~([0-9a-f]{8})\s*$/;
const PREFIX = /record(\[\d+\])?: \d+ /;

function checksum(text: string): number {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(text, "latin1")) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}

/** Bytes as the recorder quotes them. */
export function quote(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replace(/[^ -~]|["^\\]/g, (byte) => `^${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

export function unquote(quoted: string): Buffer {
  return Buffer.from(
    quoted.replace(/\^(..)/g, (_, byte: string) => String.fromCharCode(parseInt(byte, 16))),
    "latin1",
  );
}

/** Reads what a line has, from left to right. */
class Scanner {
  private at = 0;

  constructor(private readonly text: string) {}

  take(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.text);
    if (match) this.at = sticky.lastIndex;
    return match;
  }

  all<T>(pattern: RegExp, make: (match: RegExpExecArray) => T): T[] {
    const list: T[] = [];
    for (let match = this.take(pattern); match; match = this.take(pattern)) list.push(make(match));
    return list;
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }
}

const WRITE = / (\d+):"([^"]*)"/;
const toWrite = ([, address, quoted]: string[]): Write => ({ address: Number(address), bytes: unquote(quoted!) });

const ARGUMENT = /(?:, )?(?:"([^"]*)"(\.\.\.)?|\*(\d+)|(-?\d+))/;

function toArgument([, quoted, dots, address, value]: (string | undefined)[]): Argument {
  if (quoted !== undefined) return { quoted, isCut: dots !== undefined };
  return address === undefined ? BigInt(value!) : { address: Number(address) };
}

function readStart(number: number, text: string): Start | null {
  const scanner = new Scanner(text);
  const words = scanner.take(/start format=(\d+) wasinit=(\S+) arch=(\S+) policy=(\S+)/);
  if (!words) return null;
  const [, format, wasinit, arch, policy] = words as unknown as [string, string, string, string, string];
  const kept = scanner.take(/ kept=(\d+)/);
  const writes = scanner.all(WRITE, toWrite);
  const size = Number(kept?.[1]);
  return { kind: "start", number, format: Number(format), wasinit, arch, policy, kept: kept && { size, writes } };
}

function readEnd(number: number, text: string): End | null {
  const [, quoted] = /^end "([^"]*)"$/.exec(text) ?? [];
  return quoted === undefined ? null : { kind: "end", number, reason: unquote(quoted).toString() };
}

function readCall(number: number, text: string): Call | null {
  const scanner = new Scanner(text);
  const name = scanner.take(/(\w+)\(/)?.[1];
  const args = scanner.all(ARGUMENT, toArgument);
  if (!name || !scanner.take(/\)/)) return null;
  const list = scanner.take(/ \{/) ? scanner.all(ARGUMENT, toArgument) : [];
  scanner.take(/\}/);
  const result = scanner.take(/ = (-?\d+)/)?.[1];
  const isLeft = result === undefined && scanner.take(/ leaves/);
  const writes = scanner.all(WRITE, toWrite);
  const isKnown = !scanner.take(/ \?/);
  if (!scanner.isAtEnd || (result === undefined && !isLeft)) return null;
  const value = result === undefined ? null : BigInt(result);
  return { kind: "call", number, name, args, list: list as Text[], result: value, writes, isKnown };
}

interface Line {
  pid: number;
  number: number;
  text: string;
}

function read({ number, text }: Line): Entry {
  const entry = readStart(number, text) ?? readEnd(number, text) ?? readCall(number, text);
  if (!entry) throw new Complaint(`line ${number} of the trace is none of format ${FORMAT}: ${text.slice(0, 100)}`);
  if (entry.kind === "start" && entry.format !== FORMAT)
    throw new Complaint(
      `the trace is of format ${entry.format}, as wasinit ${entry.wasinit} writes it; this one reads ${FORMAT}`,
    );
  return entry;
}

/** A call that was about to end the machine, and came back after all, is told twice. */
function add(life: Life, entry: Entry): void {
  const last = life.at(-1);
  if (last?.kind === "call" && last.result === null && entry.kind === "call" && entry.name === last.name) life.pop();
  life.push(entry);
}

/** Puts together what stands on several lines; what is not all there is left out, and a gap. */
function readLife(lines: Line[]): Life {
  const life: Life = [];
  let last = 0; // the number of the line before
  let begun: Line | null = null; // what goes on in the next line
  for (const line of lines) {
    const isNext: boolean = last === 0 || line.number === last + 1;
    const isRest = line.text.startsWith("+");
    if (!isNext || (begun !== null && !isRest) || (begun === null && isRest)) {
      if (life.at(-1)?.kind !== "gap")
        life.push({ kind: "gap", number: line.number, missing: Math.max(line.number - last - 1, 1) });
      begun = null;
    }
    last = line.number;
    if ((isRest && !begun) || line.text.startsWith("lost ")) continue;
    const all: Line = begun ? { ...begun, text: begun.text + line.text.slice(1) } : line;
    begun = all.text.endsWith(" +") ? { ...all, text: all.text.slice(0, -2) } : null;
    if (!begun) add(life, read(all));
  }
  return life;
}

/** Finds the lines of the last boot that a file tells of. */
function findLines(file: string): Omit<Trace, "lives"> & { lines: Line[] } {
  let lines: Line[] = [];
  let earlier = 0;
  const damaged: number[] = [];
  file.split(/\r?\n/).forEach((row, i) => {
    const [, body, pid = "0", number, text, sum] = LINE.exec(row) ?? [];
    if (body === undefined || checksum(body) !== parseInt(sum!, 16)) {
      if (PREFIX.test(row)) damaged.push(i + 1);
      return;
    }
    if (pid === "0" && number === "1") {
      if (lines.length) earlier++;
      lines = [];
    }
    lines.push({ pid: Number(pid), number: Number(number), text: text! });
  });
  return { lines, damaged, earlier };
}

/**
 * Reads a trace; what else is in the file, such as other lines of a kernel's log, is of no matter.
 * @throws Complaint, if there is none, or one of another format.
 */
export function readTrace(file: string): Trace {
  const { lines, damaged, earlier } = findLines(file);
  if (!lines.length)
    throw new Complaint(
      damaged.length
        ? `all lines of the trace are damaged, from line ${damaged[0]} on`
        : "there is no trace in it: its lines begin with `record: `, and `wasinit build --record` makes an init that writes them",
    );
  const pids = [...new Set(lines.map(({ pid }) => pid))];
  const lives = new Map(pids.map((of) => [of, readLife(lines.filter(({ pid }) => pid === of))]));
  return { lives, damaged, earlier };
}

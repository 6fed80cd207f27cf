import { Console, Descriptor, Process } from "as-wasi/assembly";
import { self } from "./caller";
import { errnoName } from "./names";

/** A part of the trace that is shown: from the first line with one text to the first with the other. */
class Part {
  to: string | null = null;
  readonly line: i32 = lineNumber;

  constructor(readonly from: string) {}
}

/** Where lines go that are not shown: who lives the life may want them. */
const HIDDEN = new Descriptor(3);

const parts: Part[] = [];
let isShown = true;

/** Leaves out what comes before the first line that contains `text`. */
export function traceFrom(text: string): void {
  if (!parts.length) isShown = false;
  parts.push(new Part(text));
}

/** Leaves out what comes after the first line that contains `text`. */
export function traceTo(text: string): void {
  if (!parts.length) parts.push(new Part(""));
  parts[parts.length - 1].to = text;
}

function print(line: string): void {
  Console.write(line + "\n", false); // as-wasi's own newline is lost in wasmtime.
}

/** Shows all from here on: the reason of a trap is not to be hidden. */
export function showAll(): void {
  parts.length = 0;
  isShown = true;
}

function beginPart(line: string): void {
  if (!isShown && parts.length && line.includes(parts[0].from)) isShown = true;
}

/** Prints the end, whatever is to be shown. */
export function tellEnd(line: string): void {
  beginPart(line);
  print(line);
}

/** Refuses a scenario that wants to show what never happened. */
export function checkParts(): void {
  const first = isShown ? 1 : 0; // that has not begun
  if (parts.length > first) refuse(`never happened: trace from ${parts[first].from}`, parts[first].line);
}

/** Prints what happens, if it is to be shown. */
export function tell(line: string): void {
  beginPart(line);
  if (!isShown) return HIDDEN.writeString(line + "\n");
  print(line);
  if (!parts.length || !parts[0].to || !line.includes(parts[0].to as string)) return;
  print("...");
  parts.shift();
  isShown = false;
}

/** Prints what the process does that is looked at, or a child that goes first. */
export function trace(line: string): void {
  tell(self.parent ? `[pid ${self.pid}] ${line}` : line);
}

/** Traces a call and passes its result on. */
export function traced<T extends number>(call: string, result: T): T {
  trace(call + " = " + (result < 0 ? "-" + errnoName(-(<i32>result)) : result.toString()));
  return result;
}

/** The line of the scenario that is read, from 1 on. */
export let lineNumber: i32 = 0;

export function nextLine(): void {
  lineNumber++;
}

/** Ends the run because a line of the scenario is wrong, not the module under test; no line is told of if it is 0. */
export function refuse(why: string, line: i32): void {
  Console.error(line ? `${line}: ${why}\n` : `${why}\n`, false);
  Process.exit(2);
}

/** Control characters as scenarios write them, or as `\x1b`. */
function escaped(text: string): string {
  let shown = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit == 0x22) shown += '\\"';
    else if (unit == 0x0a) shown += "\\n";
    else if (unit == 0x09) shown += "\\t";
    else if (unit == 0) shown += "\\0";
    else if (unit < 0x20 || unit == 0x7f) shown += "\\x" + unit.toString(16).padStart(2, "0");
    else shown += text.charAt(i);
  }
  return shown;
}

function isSame(text: string, bytes: u8[]): bool {
  const again = String.UTF8.encode(text);
  if (again.byteLength != bytes.length) return false;
  return memory.compare(changetype<usize>(again), bytes.dataStart, bytes.length) == 0;
}

/** The same of bytes: as text, if they are UTF-8. */
export function quoteBytes(bytes: u8[]): string {
  const text = String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length);
  if (isSame(text, bytes)) return quote(text);
  let shown = "";
  for (let i = 0; i < min(bytes.length, 20); i++) {
    shown += bytes[i] < 0x80 ? escaped(String.fromCharCode(bytes[i])) : "\\x" + bytes[i].toString(16);
  }
  return `"${shown}${bytes.length > 20 ? "..." : ""}"`;
}

export function quote(text: string): string {
  return '"' + escaped(text.length > 100 ? text.slice(0, 20) + "..." : text) + '"';
}

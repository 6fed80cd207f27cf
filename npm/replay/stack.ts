/** Where in a policy's sources a call or a trap is. */
import { SourceMap, type SourceMapPayload, type SourceMapping } from "node:module";
import { join } from "node:path";
import { Reader, split } from "../base/sections.js";
import { grouped } from "../base/terminal.js";

Error.stackTraceLimit = Infinity; // What is deeper than the stack is told by how often a function calls itself.

export interface Frame {
  /** Of the function, as the policy has it. */
  name: string;
  /** Undefined if nothing tells of it. */
  file?: string;
  line?: number;
  column?: number;
}

export function showFrame({ name, file, line, column }: Frame): string {
  return `    at ${name}${file === undefined ? "" : ` (${file}:${line}:${column})`}`;
}

const CYCLE = 8; // functions at most that call one another again and again

/** How many lines from there on are a cycle that comes several times at once, and how often: 1 line, once, if none is. */
function cycleAt(lines: string[], at: number): { length: number; times: number } {
  for (let length = 1; length <= CYCLE; length++) {
    let same = 0;
    while (at + length + same < lines.length && lines[at + same] === lines[at + length + same]) same++;
    const times = 1 + Math.floor(same / length);
    if (times > 2) return { length, times };
  }
  return { length: 1, times: 1 };
}

/** Frames, a line each, of which those that come again and again are shown once. */
export function foldFrames(lines: string[]): string[] {
  const shown: string[] = [];
  for (let at = 0; at < lines.length;) {
    const { length, times } = cycleAt(lines, at);
    shown.push(...lines.slice(at, at + length));
    if (times > 1) shown.push(`    ... ${grouped(times)} times`);
    at += length * times;
  }
  return shown;
}

/** As V8 shows a frame: its function's name, if it has one, and where in the module it is. */
const FRAME = /^ *at (?:(.*) \()?wasm:\/\/.*:wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?$/;

/** The file that asc puts in front of a function's name. */
function fileOf(name: string): string {
  return name.replace(/[<#].*/, "").replace(/\/[^/]*$/, ".ts");
}

/** Without the file that asc puts in front of each name, also of those in angle brackets. */
function shorten(name: string): string {
  return name.replace(/[~\w.-]+\//g, "").replace(/#__get\b/, "[]");
}

const [IMPORTS, CODE] = [2, 10];
const FUNCTION = 0;

/** How many of a module's functions are imports. */
function countImports(section: Uint8Array): number {
  const reader = new Reader(section);
  let count = 0;
  for (let left = reader.number(); left; left--) {
    reader.vector();
    reader.vector();
    const kind = reader.number();
    if (kind !== FUNCTION) return count; // A policy has no other.
    reader.number();
    count++;
  }
  return count;
}

/** Where in a module each of its own functions begins, by their numbers. */
function startsOf(wasm: Uint8Array): Map<number, number> {
  const sections = new Map(split(wasm).map(({ id, bytes }) => [id, bytes]));
  const code = sections.get(CODE) ?? new Uint8Array([0]);
  const reader = new Reader(code);
  const first = countImports(sections.get(IMPORTS) ?? new Uint8Array([0]));
  const bodies = Array.from({ length: reader.number() }, () => reader.vector());
  return new Map(bodies.map(({ byteOffset }, i) => [first + i, byteOffset - wasm.byteOffset]));
}

export class Places {
  private readonly map?: SourceMap;
  private readonly starts: Map<number, number>;
  private readonly running: Map<number, number>;

  /**
   * @param directory from where the names of the policy's own files are.
   * @param wasm the module as it was compiled: that is what the map is of.
   * @param running the same as it runs, in which a function may be elsewhere.
   */
  constructor(
    private readonly directory: string,
    wasm: Uint8Array,
    running: Uint8Array,
    sourceMap?: string,
  ) {
    this.starts = startsOf(wasm);
    this.running = startsOf(running);
    if (sourceMap !== undefined) this.map = new SourceMap(JSON.parse(sourceMap) as SourceMapPayload);
  }

  /**
   * What stands in the sources for an instruction; of one that asc has made up, for the last before it that is of the
   * function's own file.
   */
  private find(name: string, index: number, offset: number): SourceMapping | undefined {
    const start = this.starts.get(index) ?? 0;
    const file = fileOf(name);
    const first = offset - (this.running.get(index) ?? 0) + start;
    for (let at = first; at >= start;) {
      const place = this.map?.findEntry(0, at);
      if (!place || !("generatedColumn" in place) || place.generatedColumn < start) return undefined;
      if (place.originalSource && (at === first || place.originalSource === file)) return place;
      at = place.generatedColumn - 1;
    }
    return undefined;
  }

  private frame(name: string, index: number, offset: number): Frame {
    const place = this.find(name, index, offset);
    if (!place) return { name: shorten(name) };
    const { originalSource: file, originalLine: line, originalColumn: column } = place;
    const path = file.startsWith("~lib/") ? file : join(this.directory, file);
    return { name: shorten(name), file: path, line: line + 1, column: column + 1 };
  }

  /** The frames of an error that are the policy's, the innermost first. */
  of(error: Error): Frame[] {
    return (error.stack ?? "").split("\n").flatMap((row) => {
      const [, name, index, offset] = FRAME.exec(row) ?? [];
      if (offset === undefined) return [];
      return [this.frame(name ?? `function ${index}`, Number(index), parseInt(offset, 16))];
    });
  }
}

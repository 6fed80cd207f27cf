/** Where in a policy's sources a call or a trap is. */
import { SourceMap, type SourceMapPayload } from "node:module";
import { join } from "node:path";

Error.stackTraceLimit = 100;

export interface Frame {
  /** Of the function, as the policy has it. */
  name: string;
  /** Undefined if nothing tells of it. */
  file?: string;
  line?: number;
  column?: number;
}

/** As V8 shows a frame: its function's name, if it has one, and where in the module it is. */
const FRAME = /^ *at (?:(.*) \()?wasm:\/\/.*:wasm-function\[(\d+)\]:0x([0-9a-f]+)\)?$/;

/** Without the file that asc puts in front of each name, also of those in angle brackets. */
function shorten(name: string): string {
  return name.replace(/[~\w.-]+\//g, "").replace(/#__get\b/, "[]");
}

export class Places {
  private readonly map?: SourceMap;

  /** @param directory from where the names of the policy's own files are. */
  constructor(
    private readonly directory: string,
    sourceMap?: string,
  ) {
    if (sourceMap !== undefined) this.map = new SourceMap(JSON.parse(sourceMap) as SourceMapPayload);
  }

  private frame(name: string, offset: number): Frame {
    const place = this.map?.findEntry(0, offset);
    if (!place || !("originalSource" in place) || !place.originalSource) return { name }; // asc has made it up
    const { originalSource: file, originalLine: line, originalColumn: column } = place;
    const path = file.startsWith("~lib/") ? file : join(this.directory, file);
    return { name, file: path, line: line + 1, column: column + 1 };
  }

  /** The frames of an error that are the policy's, the innermost first. */
  of(error: Error): Frame[] {
    return (error.stack ?? "").split("\n").flatMap((row) => {
      const [, name, index, offset] = FRAME.exec(row) ?? [];
      return offset === undefined ? [] : [this.frame(shorten(name ?? `function ${index}`), parseInt(offset, 16))];
    });
  }
}

/** The part of asc's programming interface that is used here: its own types are AssemblyScript's, which are not Node's. */

export interface Statement {
  /** Of `export { a as b } from`: a member each. */
  members?: { exportedName?: { text: string } }[] | null;
  /** Of `export const a`. */
  declarations?: { name: { text: string }; flags: number }[];
}

export interface Source {
  /** Such as `my-init` or `~lib/wasinit/life`. */
  internalPath: string;
  statements: Statement[];
}

export interface Parser {
  sources: Source[];
  parseFile(text: string, path: string, isEntry: boolean): void;
}

export interface Program {
  module: { optimize: unknown };
}

export interface Options {
  readFile(name: string, directory: string): string | null;
  listFiles(name: string, directory: string): string[];
  writeFile(path: string, content: Uint8Array | string): void;
  stderr: { write(text: string | Uint8Array): void };
  transforms: { afterParse?(parser: Parser): void; afterInitialize?(program: Program): void }[];
}

declare const asc: { main(args: string[], options: Options): Promise<{ error: Error | null }> };
export default asc;

/**
 * Records lives under V8, for the host of replay.c, which tells of the format. The module reaches nothing but its imports:
 * what each of them returns and writes into memory is its whole life.
 */
import { checksum } from "../spec/checksum.js";
import { entryOf } from "../../npm/testing/scenario.js";
import { type Fault, type Import, type Life, Trap, type Watch } from "../../npm/testing/simulator.js";
import { run } from "../unit/v8.js";

const MOST_CALLS = 100_000;

/** A record, a line each, and how the life went. */
export interface Recorded extends Life {
  lines: string[];
}

function hex(value: number | bigint): string {
  return (typeof value === "bigint" ? BigInt.asUintN(64, value) : value >>> 0).toString(16);
}

const BLOCK = 1024; // bytes that are compared at once

/** Where memory is other than it was: ` ADDRESS:BYTES` each. */
function writes(before: Buffer, after: Buffer): string {
  let text = "";
  for (let block = 0; block < after.length; block += BLOCK) {
    const end = block + BLOCK;
    if (before.compare(after, block, end, block, end) === 0) continue;
    for (let at = block; at < end; at++) {
      const from = at;
      while (at < end && after[at] !== before[at]) at++;
      if (at > from) text += ` ${hex(from)}:${after.toString("hex", from, at)}`;
    }
  }
  return text;
}

class Recorder implements Watch {
  readonly lines: string[] = [];
  private memory!: WebAssembly.Memory;
  private before = Buffer.alloc(0);

  constructor(private readonly entry: string) {}

  /** What is lived again up to a fork is a life of its own, in which that is answered in another way. */
  begin(memory: WebAssembly.Memory, kept: Uint8Array, goesOn: boolean): void {
    this.memory = memory;
    if (!goesOn) this.lines.push(`life ${this.entry} ${Buffer.from(kept).toString("hex")}`);
  }

  /** All memory as it is, in the same buffer each time, which takes a fraction of the time. */
  private copy(): Buffer {
    const { buffer } = this.memory;
    if (this.before.length !== buffer.byteLength) this.before = Buffer.alloc(buffer.byteLength);
    this.before.set(new Uint8Array(buffer));
    return this.before;
  }

  import(name: string, import_: Import): Import {
    return (...args) => {
      const before = this.copy();
      const last = this.lines.push([name, ...args.map(hex), hex(checksum(this.memory.buffer))].join(" ")) - 1;
      try {
        const result = import_(...args);
        const after = Buffer.from(this.memory.buffer);
        this.lines[last] += ` = ${hex(result)}${writes(before, after)}`;
        return result;
      } catch (error) {
        this.lines[last] += error instanceof Trap ? " traps" : " ends";
        throw error;
      }
    };
  }
}

/** The line of an entry that returned, which the trace tells at the end. */
function returned(end = ""): string[] {
  if (end.startsWith("-- boot returned")) return ["returned"];
  const [, status] = /^-- check returns (\d+)/.exec(end) ?? [];
  return status ? [`returned ${hex(Number(status))}`] : [];
}

/** Lives a life, and records it. */
export function record(directives: string, fault?: Fault): Recorded {
  const recorder = new Recorder(entryOf(directives));
  const life = run(directives, fault, MOST_CALLS, recorder);
  return { ...life, lines: [...recorder.lines, ...returned(life.trace.at(-1))] };
}

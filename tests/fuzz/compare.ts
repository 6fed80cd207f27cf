/** Compares what a module does when it is packed into the generic host with what it does in V8. */
import { readFileSync } from "node:fs";
import { isSameTrap } from "../../npm/replay/traps.js";
import { packed } from "../spec/engines.js";
import type { Outcome } from "../spec/script.js";
import { ask as askV8, type Ask, type Type } from "./v8.js";

/** What a host hasn't, or has not so much of. */
const LIMITS = [
  /^it uses /,
  /^its memory has \d+ pages, /,
  /^its stack, tables and functions take \d+ bytes, /,
  /^a br_table branches over more than 255 blocks/,
  /^this host has no import /,
  /^it imports /,
  /^its start function is an import$/,
  /^invalid UTF-8 encoding$/, // said of a name with a NUL, which V8 takes
];

/** How deep calls can go is each engine's own. */
const OVERFLOW = /^trap .*(wasm operand stack overflow|Maximum call stack size exceeded)$/;

export interface Verdict {
  /** What is not the same. */
  difference?: string;
  /** Why nothing was compared. */
  left?: "invalid" | "a limit of the host" | "it does not end";
  /** Answers that were compared: values, and traps. */
  values: number;
  traps: number;
}

function isNan(type: Type, bits: string): boolean {
  const value = BigInt(`0x${bits}`);
  if (type === "f32") return (value & 0x7fffffffn) > 0x7f800000n;
  return type === "f64" && (value & 0x7fffffffffffffffn) > 0x7ff0000000000000n;
}

function isSameValue(type: Type | undefined, ours: string, theirs: string): boolean {
  if (type === "funcref" || type === "externref") return (ours === "ffffffff") === (theirs === "ffffffff");
  if (type && isNan(type, ours)) return isNan(type, theirs);
  return ours === theirs;
}

/** What our engine says of a trap, less where it was. */
function reasonOf(trap: string): string {
  return trap.replace(/^(WASM module instantiate failed: )?(Exception: )?/, "");
}

function isSame(results: Type[], ours: string, theirs: string): boolean {
  if (ours.startsWith("trap ") && theirs.startsWith("trap "))
    return isSameTrap(reasonOf(ours.slice(5)), theirs.slice(5));
  const [our, their] = [ours, theirs].map((answer) => answer.split(" "));
  return (
    our.length === their.length && our.every((bits, i) => isSameValue(i ? results[i - 1] : undefined, bits, their[i]))
  );
}

function show({ verb, name, args }: Ask): string {
  return `${verb} ${JSON.stringify(Buffer.from(name, "hex").toString())} ${args.join(" ")}`.trimEnd();
}

function compareAnswers(asks: Ask[], ours: string[], theirs: string[]): Verdict {
  const verdict: Verdict = { values: 0, traps: 0 };
  for (const [i, their] of theirs.entries()) {
    const our = ours[i] || "the host died";
    if (OVERFLOW.test(our) || OVERFLOW.test(their)) break; // and what either has done until then is not the same
    const what = i ? show(asks[i - 1]) : "start";
    if (!isSame(i ? asks[i - 1].results : [], our, their))
      return { ...verdict, difference: `${what}: ${our}; V8: ${their}` };
    if (their.startsWith("trap")) verdict.traps++;
    else verdict.values++;
  }
  return verdict;
}

export function compareOutcomes(asks: Ask[], ours: Outcome, theirs: Outcome): Verdict {
  const none = { values: 0, traps: 0 };
  if (!("refusal" in ours) && !("refusal" in theirs)) return compareAnswers(asks, ours.answers, theirs.answers);
  if ("refusal" in ours && "refusal" in theirs) return { ...none, left: "invalid" };
  if ("refusal" in theirs) return { ...none, difference: `it is packed; V8: ${theirs.refusal}` };
  const { refusal } = ours as { refusal: string };
  if (LIMITS.some((limit) => limit.test(refusal))) return { ...none, left: "a limit of the host" };
  const [first] = (theirs as { answers: string[] }).answers;
  if (first.startsWith("trap ") && isSameTrap(reasonOf(refusal), first.slice(5))) return { ...none, traps: 1 };
  return { ...none, difference: `refused: ${refusal}; V8: ${first}` };
}

function line({ verb, name, args }: Ask): string {
  return [verb, name, ...args].join(" ");
}

/** Packs the module in the file `path`.wasm into a host, and asks it and V8 what is in `path`.json. */
export async function compare(path: string, host: string, stack: number): Promise<Verdict> {
  const asks = JSON.parse(readFileSync(`${path}.json`, "utf8")) as Ask[];
  const theirs = askV8(`${path}.wasm`, asks);
  if (!theirs) return { values: 0, traps: 0, left: "it does not end" };
  return compareOutcomes(asks, await packed(host, stack)(`${path}.wasm`, asks.map(line)), theirs);
}

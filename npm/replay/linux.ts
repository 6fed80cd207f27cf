/** What a policy can call, and the names of the numbers that it calls it with: as wasinit/linux declares them. */
import { readFileSync } from "node:fs";
import { asset } from "../base/assets.js";

export interface Declaration {
  params: { name: string; type: string }[];
  result: string;
}

const DECLARATION = /^export declare function (\w+)\(([^)]*)\): (\w+);/gm;
const CONSTANT = /^export const ([A-Z]\w*): [iu]\d\d = (?:(0x[0-9a-f]+|0o\d+|\d+)|(u64\.MAX_VALUE))(?: << (\d+))?;/gm;

const SOURCE = readFileSync(asset("lib/wasinit/linux.ts"), "utf8");

export const DECLARATIONS = new Map<string, Declaration>(
  [...SOURCE.matchAll(DECLARATION)].map(([, name, params, result]) => [
    name!,
    {
      params: [...params!.matchAll(/(\w+): ([^,]+)/g)].map(([, name, type]) => ({ name: name!, type: type!.trim() })),
      result: result!,
    },
  ]),
);

/** The constants, by their names, such as `O_CLOEXEC`. */
export const CONSTANTS = new Map<string, bigint>(
  [...SOURCE.matchAll(CONSTANT)].map(([, name, value, , shift]) => [
    name!,
    value === undefined ? 2n ** 64n - 1n : BigInt(value) << BigInt(shift ?? 0),
  ]),
);

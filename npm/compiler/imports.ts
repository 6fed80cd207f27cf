/** What is written in a policy that no host has: asc takes it for an import of the module `env`, and the packer refuses that. */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { asset } from "../base/assets.js";

/** What to do, by the name of the import. */
const IMPORTS: [name: RegExp, hint: string][] = [
  [/^console\.|^trace$/, "info() of wasinit writes to the log"],
  [/^(Date|performance)\.now$/, "now() of wasinit tells the milliseconds since the start"],
  [/^seed$|^crypto\./, "/dev/urandom has random bytes: open() and read() of wasinit/linux"],
  [/^process\.exit$/, "powerOff(status) of wasinit ends the machine"],
  [/^\w+\./, "there is nothing of Node or a browser: wasinit and wasinit/linux are what there is"],
];

const REFUSAL = /has no import env\.([\w.]+)/;
const COMMENT = /\/\/.*|\/\*[^]*?\*\//g;

/** What can be done about a refusal of the packer's. */
export function importHint(refusal: string): string | undefined {
  const [, missing] = REFUSAL.exec(refusal) ?? [];
  return missing && IMPORTS.find(([name]) => name.test(missing))?.[1];
}

/** Line and column of a word in a source, if it is not only in comments. */
function placeOf(word: string, text: string): string | undefined {
  const code = text.replace(COMMENT, (comment) => comment.replace(/[^\n]/g, " "));
  const at = code.search(new RegExp(`\\b${word.replaceAll(".", "\\s*\\.\\s*")}\\b`));
  if (at < 0) return undefined;
  const lines = code.slice(0, at).split("\n");
  return `${lines.length},${lines.at(-1)!.length + 1}`;
}

/**
 * Where a policy has what the packer has refused, in the manner of asc.
 * @param files what it was compiled of.
 */
export function whereUsed(refusal: string, files: string[]): string {
  const [, missing] = REFUSAL.exec(refusal) ?? [];
  if (!missing) return "";
  const word = missing === "seed" ? "Math.random" : missing;
  for (const path of files.filter((path) => path.endsWith(".ts") && !path.startsWith(asset("")) && existsSync(path))) {
    const place = placeOf(word, readFileSync(path, "utf8"));
    if (place) return `\n   └─ in ${relative("", path)}(${place})`;
  }
  return "";
}

/** Which name of the library is meant by one that is not there. */
import { readFileSync } from "node:fs";
import { asset } from "../base/assets.js";

/** What a policy imports, and its file. */
const MODULES = { wasinit: "lib/wasinit/index.ts", "wasinit/linux": "lib/wasinit/linux.ts" };
const EXPORTED = /^export (?:\{ ([^}]*) \}|(?:declare )?(?:function|const|class|enum) (\w+))/gm;

function exportsOf(file: string): string[] {
  const text = readFileSync(asset(file), "utf8");
  return [...text.matchAll(EXPORTED)].flatMap(([, list, name]) => list?.split(", ") ?? [name!]);
}

/** How many letters are to be put in, left out or replaced to make one word of another, in whatever case (Levenshtein). */
export function distance(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The name that is nearly this one, if there is such. */
export function nearest(name: string, names: string[]): string | undefined {
  const near = names.map((each) => ({ each, by: distance(name, each) })).filter(({ by }) => by <= name.length / 3);
  return near.sort((a, b) => a.by - b.by)[0]?.each;
}

/** What to do about a name that is not known: to import it, or to write the one that it is nearly. */
export function meant(name: string): string | undefined {
  const all = Object.entries(MODULES).flatMap(([module, file]) => exportsOf(file).map((known) => ({ module, known })));
  const exact = all.find(({ known }) => known === name);
  if (exact) return `import { ${name} } from "${exact.module}"`;
  const near = nearest(
    name,
    all.map(({ known }) => known),
  );
  const found = all.find(({ known }) => known === near);
  return found && `did you mean ${found.known} of ${found.module}?`;
}

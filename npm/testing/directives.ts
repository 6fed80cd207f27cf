/** The directives of scenarios, in all their forms, and which of them a line may be meant for. */
import { distance, nearest } from "../compiler/names.js";
import { callNames } from "./simulator.js";

/** What stands for a word, or for several: which these can be, and such a one. */
const KINDS: Record<string, [pattern: RegExp, example: string]> = {
  BYTE: [/^(0x[\da-f]+|\d+)$/, "0x1f"],
  CALL: [/^[a-z_\d]+$/, "mount"],
  DEVICE: [/^\d+:\d+$/, "8:1"],
  ERRNO: [/^E[A-Z\d]+$/, "EBUSY"],
  HEX: [/^([\da-f]{2})+$/, "28b52ffd"],
  N: [/^(0x[\da-f]+|\d+)$/, "3"],
  NAME: [/./, "eth0"],
  PATH: [/^\//, "/bin/web"],
  PHASE: [/^(Ready|Boot|Reboot|End)$/, "Boot"],
  REQUEST: [/^(Restart|PowerOff|Halt)$/, "PowerOff"],
  SIGNAL: [/^SIG[A-Z\d]+$/, "SIGTERM"],
  SOURCE: [/./, "/dev/sda1"],
  STATUS: [/^\d+$/, "1"],
  SUBJECT: [/^[^E]/, "/data"],
  TEXT: [/./, "some text"],
  TYPE: [/./, "ext4"],
  UNIT: [/^m?s$/, "s"],
  WORD: [/./, "quiet"],
};

const TIME = "N UNIT";

/** What the forms have in common, by its name; `[...]` can be left out, `...` is more of the same. */
export const PARTS: Record<string, string[]> = {
  WHO: ["program PATH", "stage PATH", "process NAME", "the child", "child N", "its child N"],
  BEHAVIOUR: [
    "exits STATUS [after TIME]",
    "dies of SIGNAL [after TIME]",
    "runs for ever",
    "ignores TERM",
    "on TERM exits STATUS [after TIME]",
    "can't be killed",
    "is stopped",
    "is at a terminal",
    "loads the kernel",
  ],
  CONTENT: [
    "holds TEXT",
    "is N bytes of TEXT",
    "is bytes HEX [cut to N]",
    "is a bzImage of N bytes [cut to N]",
    "is a PE image of N bytes [cut to N]",
    "is a cpio of N files [cut to N]",
    "is a directory",
    "is a FIFO",
  ],
};

export const DIRECTIVES = [
  "WHO BEHAVIOUR",
  "running PATH",
  "N orphans exit after TIME",
  "follow the child",
  "at TIME SIGNAL",
  "at TIME file PATH",
  "after N reaped SIGNAL",
  "uptime TIME",
  "file PATH",
  "file PATH CONTENT",
  "file PATH is a link to PATH",
  "add to PATH CONTENT",
  "patch PATH N BYTE...",
  "environment NAME TEXT",
  "arguments WORD...",
  "no descriptors",
  "interface NAME",
  "disk SOURCE [DEVICE [TYPE]] on PATH",
  "N mounts of N bytes",
  "the root is of type N",
  "fail CALL [SUBJECT] ERRNO [N times]",
  "trace from TEXT",
  "trace to TEXT",
  "until TIME",
  "until run N of PATH",
  "check",
  "kept at N is N",
  "kept phase PHASE",
  "kept pid N",
  "kept asked REQUEST",
  "kept ending",
  "kept delay N",
  "kept started TIME",
];

/** All forms that one with parts in it stands for. */
export function formsOf(form: string): string[] {
  const name = Object.keys(PARTS).find((name) => form.split(" ").includes(name));
  return name ? PARTS[name]!.flatMap((part) => formsOf(form.replace(name, part))) : [form];
}

/** The same with and without what can be left out. */
function variantsOf(form: string): string[] {
  const [optional, inner] = / \[([^[\]]*(?:\[[^\]]*\])?)\]/.exec(form) ?? [];
  if (optional === undefined) return [form];
  return [` ${inner}`, ""].flatMap((part) => variantsOf(form.replace(optional, part)));
}

const bare = (word: string) => word.replace("...", "");

/** A line of that form, with all that can be left out. */
export function exampleOf(form: string): string {
  const words = variantsOf(form)[0]!.replaceAll("TIME", TIME.replace("N", "5")).split(" ");
  return words.map((word) => KINDS[bare(word)]?.[1] ?? word).join(" ");
}

/** How far a word is from what should stand there: from 0 to 1. */
function farOf(word: string, wanted: string): number {
  const kind = KINDS[bare(wanted)];
  if (kind) return kind[0].test(word) ? 0 : 0.5;
  return distance(word, wanted) / Math.max(word.length, wanted.length);
}

const MISSING = 0.5; // a word

/** The same of lines: words can also be missing, or too many. */
function farApart(words: string[], wanted: string[]): number {
  const takesMore = /^TEXT$|\.\.\.$/.test(wanted.at(-1) ?? "");
  const most = takesMore ? words.slice(0, Math.max(wanted.length, 1)) : words;
  let row = Array.from({ length: wanted.length + 1 }, (_, j) => j * MISSING);
  for (const [i, word] of most.entries()) {
    const next = [i + 1];
    for (const [j, each] of wanted.entries())
      next.push(Math.min(row[j]! + farOf(word, each), row[j + 1]! + 1, next[j]! + MISSING));
    row = next;
  }
  return row.at(-1)!;
}

const FORMS = DIRECTIVES.flatMap(formsOf).map((form) => ({
  form,
  variants: variantsOf(form).map((variant) => variant.replaceAll("TIME", TIME).split(" ")),
}));

/** The words with which directives begin. */
const BEGINNINGS = [...new Set(FORMS.map(({ form }) => form.split(" ")[0]!))];

function isBeginning(word: string): boolean {
  return BEGINNINGS.some((each) => farOf(word, each) <= (KINDS[each] ? 0 : 1 / 3));
}

/** Words that are taken for one another. */
const TWINS: Record<string, string> = { after: "at", at: "after" };

/** How far the first words of a line and of a form are from one another. */
function farAtFirst(word: string, form: string): number {
  const [wanted = ""] = form.split(" ");
  return TWINS[word] === wanted ? 0 : farOf(word, wanted);
}

/** How far a line is from each form that begins as it does, or nearly so. */
function allFrom(line: string): { form: string; far: number }[] {
  const [first = "", ...words] = line.split(" ");
  const nearest = Math.min(...FORMS.map(({ form }) => farAtFirst(first, form)));
  return FORMS.filter(({ form }) => farAtFirst(first, form) === nearest).map(({ form, variants }) => ({
    form,
    far: nearest + Math.min(...variants.map((variant) => farApart(words, variant.slice(1)))),
  }));
}

/** Whether a line is of a form of the table. */
export function isOfForm(line: string, form: string): boolean {
  return allFrom(line).some((each) => each.form === form && each.far === 0);
}

const ALIKE = 0.25; // so much farther than the nearest form another is told, too

const MOST = 3;

/** The forms that a line may be meant for, the nearest first. */
function meantBy(line: string): string[] {
  const all = allFrom(line).sort((a, b) => a.far - b.far);
  return all
    .filter(({ far }) => far <= all[0]!.far + ALIKE)
    .slice(0, MOST)
    .map(({ form }) => form);
}

/** What is a line of the trace: a call, a message, what happens, the end. */
const TRACE = /^(\[pid \d+\] )?\w+\(.*\)( = |$)|^log <\d>|^\[\+ |^-- /;

function told(form: string): string {
  const example = exampleOf(form);
  return form + (example === form ? "" : `, such as: ${example}`);
}

/** What a line should be that is not understood. */
function hintOf(line: string): string {
  if (TRACE.test(line)) return "it is of the trace, which stands behind a line ---";
  const [first = ""] = line.split(" ");
  if (!isBeginning(first)) return `${first} is none of ${BEGINNINGS.join(", ")}`;
  return "it should be: " + meantBy(line).map(told).join("\n  or: ");
}

/** What is to be said of a call that never failed, if there is none of that name. */
function callHint(name: string): string {
  const calls = callNames();
  if (calls.includes(name)) return "";
  const near = nearest(name, calls);
  return `there is no call ${name}` + (near ? `: did you mean ${near}?` : "");
}

/** What is to be said more, of what the simulated kernel says. */
const HINTS: [said: RegExp, hint: (about: string) => string][] = [
  [/^\d+: can't understand: (.*)$/gm, hintOf],
  [/^\d+: never happened: fail (\S+).*$/gm, callHint],
];

/** What the simulated kernel says of a scenario, with what the line should be. */
export function explained(problem: string): string {
  for (const [pattern, hint] of HINTS)
    problem = problem.replace(pattern, (said, about: string) => [said, hint(about)].filter(Boolean).join("\n  "));
  return problem;
}

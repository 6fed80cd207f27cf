/** What can be done about what asc says, for who knows TypeScript, but not AssemblyScript. */
import { meant } from "./names.js";

/** Where all of it is told. */
const PAGE = "(docs/assemblyscript.md of the package wasinit tells what is not as in TypeScript)";

/** By a message, with the line of the source behind its first `│`, and what it points at behind `@`. The first one counts. */
const HINTS: [message: RegExp, hint: string][] = [
  [/TS1005: '\{' expected[^]*│.*\basync\b/, "there is no `async`: run() and waitFor() return when it is over"],
  [/TS1109: [^]*│.*\bawait\b/, "there is no `await`: run() and waitFor() return when it is over"],
  [/TS1109: [^]*│.*\?\?/, "there is no `??`: write a || b"],
  [/TS1109: [^]*│.*\?\.\D/, "there is no `?.`: put it into a local variable, and write a ? a.b : c"],
  [/TS1003: [^]*│.*\b(const|let|var)\s*[{[]/, "there is no destructuring: write const a = b.a"],
  [/TS1003: [^]*│.*\{\s*\.\.\.|AS100: .*Spread/, "there is no spread: copy each in a loop, or by its name"],
  [/AS100: .*Iterators|TS1005: ';' [^]*│.*\bfor\b.*\bin\b/, "loops count: for (let n = 0; n < a.length; n++)"],
  [/AS100: .*Closures/, "hand it over as an argument, or make it a variable of the file, or a field of a class"],
  [/AS100: .*Exceptions/, "nothing is caught: what fails returns a value below 0, or false"],
  [
    /AS100: .*Regular expressions|TS2339: .*(regexp\/RegExp'|'(match|matchAll|search)' .*string\/String')/,
    "there are none: startsWith(), indexOf() and a loop do",
  ],
  [/TS2304: .*'undefined'|AS100: .*union types[^]*\n@ undefined/, "there is no `undefined`: string | null has null"],
  [/AS100: .*union types/, "a type is one type, or one and null"],
  [/AS100: .*Const assertion/, "leave `as const` out: const A: StaticArray<string> = [...] has a fixed length"],
  [
    /TS1140: [^]*│.*\.map\(/,
    "say what it makes: map<string>(...); or write a loop, if it uses variables of the function around it",
  ],
  [/TS1140: /, "say of which type: new Map<string, i32>()"],
  [/TS2339: .*'find(Last)?' .*[aA]rray</, "write a loop, or findIndex(), which is -1 if there is none"],
  [/(TS2555|TS2339|AS216): [^]*│.*\bsupervise\(.*\{/, 'a service has a class: new Service("/x")'],
  [
    /AS225: [^]*│.*\{|TS2322: Type '<object>'|(TS2511|TS2555|AS216): [^]*\n@ \{/,
    "an object has a class: class A { ... } and new A(...)",
  ],
  [/TS1110: [^]*│.*\b(\w+) *=.*=>[^]*\n@ \1\n|TS2416: [^]*│.*=>/, "write it as a method: prepare(): void { ... }"],
  [/TS1110: [^]*│.*\b(\w+) *=[^]*\n@ \1\n/, "a field says its type: files: i32 = 3"],
  [
    /TS2304: .*'(any|unknown|Record|Partial|Promise)'/,
    "there is no such type: write a class, or i32, i64, bool, string",
  ],
  [/TS2304: .*'set(Timeout|Interval)'/, "there are no timers: waitFor() has a deadline, and sigtimedwait() a limit"],
  [/TS2304: .*'sleep'/, "waitFor(NOBODY, now() + 1000) waits for a second, and reaps what dies"],
  [
    /TS(2554|2322): [^]*│.*\bnew Date\(/,
    "now() tells the milliseconds since the start; clock_gettime(0) of wasinit/linux, the wall clock",
  ],
  [/TS(2304|6054): .*\bchild_process\b/, "run() runs a program to its end, and supervise() keeps several running"],
  [
    /TS2339: .*\/Map<[^]*│.*\bprocess\.env\.|AS238: [^]*~lib\/bindings\/node|TS2305: .*~lib\/process' .*'(env|argv)'/,
    "option() of wasinit has the kernel's command line, and getenv() of wasinit/linux the environment",
  ],
  [/TS6054: File '[^~].*\.json\.ts'/, "only .ts is imported: write it there, with a class: const A = [new B(...)]"],
  [
    /TS2304: .*'(require|JSON|Buffer|fetch)'|TS(6054|2305): .*'~lib\/(?!wasinit)|TS2339: .*\/(console|crypto|process)'/,
    "there is nothing of Node or a browser: wasinit and wasinit/linux are what there is",
  ],
  [/TS6054: File '[^~][^]*│.*\.[jt]s["']/, "import a file without the end of its name: ./other"],
  [/TS2322: .*Array<.*StaticArray</, "give it its type where it is made: const A: StaticArray<string> = [...]"],
  [
    /TS2322: Type '(.+) \| null' is not assignable to type '\1'[^]*\n@ null\n/,
    "only a type such as string | null has null",
  ],
  [/TS2322: Type '(.+) \| null' is not assignable to type '\1'/, "look at a local variable: const a = b; if (a) ..."],
  [
    /TS2322: Type '([iuf]\d+|[iu]size|bool)' .*string\/String|TS2365: Operator '\+' .*string\/String'/,
    'a number becomes text by `${n}`, and in the log by info("%d", null, n)',
  ],
  [
    /TS2322: .*string\/String.* to type 'i64'|TS2554: [^]*\n@ (info|warning|error)\(/,
    "a line of the log has one text, and then one number: `${a} ${b}` makes one text of two",
  ],
  [/AS200: .* to '(.+)' requires/, "if that is meant: <$1>value"],
];

const MISSING = /TS2304: Cannot find name '(\w+)'|TS2305: Module '~lib\/wasinit[\w/]*' has no exported member '(\w+)'/;

/** A message, with what it points at in a line of its own. */
function pointed(message: string): string {
  return message.replace(/│ (.*)\n +│ ( *)([~^]+)/, (shown, line: string, before: string, marks: string) => {
    return `${shown}\n@ ${line.slice(before.length, before.length + marks.length)}`;
  });
}

function hintOf(message: string): string | undefined {
  const text = pointed(message);
  for (const [pattern, hint] of HINTS) {
    const match = pattern.exec(text);
    if (match) return hint.replace("$1", match[1] ?? "");
  }
  const [, unknown, notExported] = MISSING.exec(message) ?? [];
  const name = unknown ?? notExported;
  return name && meant(name);
}

const placeOf = (message: string) => /└─ in .*$/.exec(message)?.[0];

/** asc takes the variable of a closure for one of the function's own, too: that it has no value yet leads astray. */
function isOfClosure(message: string, messages: string[]): boolean {
  const isSame = (other: string) =>
    other.includes("AS100: Not implemented: Closures") && placeOf(other) === placeOf(message);
  return message.includes("TS2454:") && messages.some(isSame);
}

/** asc's messages, each with what can be done about it, which is said once. */
export function explained(messages: string[]): string {
  const said = new Set<string>();
  const withHints = messages
    .filter((message) => !isOfClosure(message, messages))
    .map((message) => {
      const hint = hintOf(message);
      if (!hint || said.has(hint)) return message;
      said.add(hint);
      return `${message}\n   hint: ${hint}`;
    });
  return [...withHints, PAGE].join("\n\n");
}

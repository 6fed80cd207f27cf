/** The API's pages: what typedoc reads of the library, each signature as it is written there. */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  Application,
  Comment,
  type Context,
  Converter,
  type DeclarationReflection,
  type ProjectReflection,
  ReflectionKind,
  type SignatureReflection,
} from "typedoc";
import ts from "typescript";
import { slugify } from "./markdown.js";
import { PROJECT } from "./pages.js";

/** The chapters of `wasinit`, and which files of assembly/ each is of. */
const CHAPTERS: Record<string, string[]> = {
  "The system": ["setup", "mounts", "links", "stdio"],
  Programs: ["run", "programs", "console"],
  Services: ["services"],
  "The end of the machine": ["shutdown", "signals", "debugexit"],
  "Another kernel": ["update"],
  Settings: ["cmdline", "sysctl", "limits", "cgroup", "network", "random", "watchdog", "vsock"],
  "The log": ["log"],
  "Files and time": ["files", "clock"],
  Processes: ["processes"],
  "The default life": ["life", "stages"],
};

/** Where each of what typedoc knows is declared. */
type Nodes = Map<number, ts.Node>;

async function convert(): Promise<{ project: ProjectReflection; nodes: Nodes }> {
  const app = await Application.bootstrap({
    entryPoints: ["library", "linux"].map((name) => join(PROJECT, `assembly/${name}.ts`)),
    name: "wasinit",
    tsconfig: join(PROJECT, "assembly/tsconfig.json"),
    excludeInternal: true,
    excludePrivate: true,
    sort: ["source-order"],
    logLevel: "Warn",
  });
  const nodes: Nodes = new Map();
  const note = (context: Context, reflection: DeclarationReflection) => {
    const node = context.getSymbolFromReflection(reflection)?.declarations?.[0];
    if (node) nodes.set(reflection.id, node);
  };
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, note);
  app.converter.on(Converter.EVENT_CREATE_SIGNATURE, (_: Context, signature: SignatureReflection, node?: ts.Node) => {
    if (node) nodes.set(signature.id, node);
  });
  const project = await app.convert();
  if (!project || app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("typedoc complains");
  return { project, nodes };
}

/** A page that is being written. */
interface Page {
  children: DeclarationReflection[];
  nodes: Nodes;
  /** What has a heading of its own. */
  names: Set<string>;
}

const WIDTH = 80; // columns of a signature, beyond which each parameter has a line

/** A text of a comment; what the page tells of, it links to. */
function textOf({ names }: Page, parts: Comment["summary"] | undefined): string {
  const text = (parts ?? []).map(({ kind, text }) => {
    const name = text.slice(1, -1); // without its backticks
    return kind === "code" && names.has(name) ? `[${text}](#${slugify(name)})` : text;
  });
  return text.join("").trim();
}

/** A row of a table, in which a line can't break. */
function row(name: string, text: string): string {
  return `| ${name} | ${text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")} |`;
}

/** The rows of a table, if there are any. */
function table(rows: string[]): string {
  return rows.length ? ["| | |", "|---|---|", ...rows].join("\n") : "";
}

function code(text: string): string {
  return `\`\`\`ts\n${text}\n\`\`\``;
}

/** A signature as it is written, without its body. */
function signatureOf(name: string, node: ts.SignatureDeclaration): string {
  const modifiers = /^((public|readonly) )*/;
  const parameters = node.parameters.map((parameter) => parameter.getText().replace(modifiers, ""));
  const result = node.type ? `: ${node.type.getText()}` : "";
  const line = `${name}(${parameters.join(", ")})${result}`;
  return line.length > WIDTH ? `${name}(\n${parameters.map((each) => `  ${each},\n`).join("")})${result}` : line;
}

/** What is said of a function. */
function describe(page: Page, name: string, signature: SignatureReflection): string[] {
  const rows = (signature.parameters ?? [])
    .filter(({ comment }) => comment)
    .map(({ name, comment }) => row(`\`${name}\``, textOf(page, comment!.summary)));
  const returns = signature.comment?.getTag("@returns");
  if (returns) rows.push(row("returns", textOf(page, returns.content)));
  return [
    code(signatureOf(name, page.nodes.get(signature.id) as ts.SignatureDeclaration)),
    textOf(page, signature.comment?.summary),
    table(rows),
  ];
}

/** What is said of a class: its fields, how it is made, and what it does of its own. */
function describeClass(page: Page, { id, name, comment, children = [] }: DeclarationReflection): string[] {
  const { heritageClauses = [] } = page.nodes.get(id) as ts.ClassDeclaration;
  const own = children.filter(({ inheritedFrom }) => !inheritedFrom);
  const methods = own.flatMap(({ signatures = [] }) => signatures).filter(({ id }) => page.nodes.has(id));
  const fields = own.filter(({ kind, comment }) => kind === ReflectionKind.Property && comment);
  return [
    code(`class ${name}${heritageClauses.map((clause) => ` ${clause.getText()}`).join("")}`),
    textOf(page, comment?.summary),
    methods.length ? "" : table(fields.map((each) => row(`\`${each.name}\``, textOf(page, each.comment!.summary)))),
    ...methods.flatMap((method) =>
      method.kind === ReflectionKind.ConstructorSignature
        ? describe(page, `new ${name}`, method)
        : [`#### ${name}.${method.name}`, ...describe(page, method.name, method)],
    ),
  ];
}

/** What is said of a constant, or of an enumeration: its text. */
function describeText(page: Page, declaration: DeclarationReflection): string[] {
  const node = page.nodes.get(declaration.id)!;
  const text = ts.isVariableDeclaration(node) ? `const ${node.getText()}` : node.getText().replace(/^export /, "");
  return [code(text), textOf(page, declaration.comment?.summary)];
}

function describeAny(page: Page, declaration: DeclarationReflection): string[] {
  const { name, kind, signatures = [] } = declaration;
  const isClass = kind === ReflectionKind.Class;
  const about = isClass ? describeClass(page, declaration) : signatures.flatMap((each) => describe(page, name, each));
  return [`### ${name}`, ...(about.length ? about : describeText(page, declaration))];
}

function fileOf(page: Page, declaration: DeclarationReflection): string {
  const signature = declaration.signatures?.[0];
  return page.nodes.get(signature?.id ?? declaration.id)!.getSourceFile().fileName;
}

/** The chapters of `wasinit`, by the files in which what it exports is. */
function describeChapters(page: Page): string[] {
  const known = Object.values(CHAPTERS).flat();
  const strange = page.children.filter((each) => !known.includes(basename(fileOf(page, each), ".ts")));
  if (strange.length) throw new Error(`in no chapter of the API: ${strange.map(({ name }) => name).join(", ")}`);
  return Object.entries(CHAPTERS).flatMap(([title, concepts]) => [
    `## ${title}`,
    ...concepts.flatMap((concept) =>
      page.children
        .filter((each) => basename(fileOf(page, each), ".ts") === concept)
        .flatMap((each) => describeAny(page, each)),
    ),
  ]);
}

/** The constants of a file, each group below the comment in front of it. */
function describeConstants(file: ts.SourceFile): string[] {
  const groups: string[][] = [];
  for (const statement of file.statements.filter(ts.isVariableStatement)) {
    const [comment] = ts.getLeadingCommentRanges(file.text, statement.pos) ?? [];
    if (comment) groups.push([`### ${file.text.slice(comment.pos + 3, comment.end)}`]);
    groups.at(-1)!.push(statement.getText().replace(/^export const |;$/g, ""));
  }
  return groups.flatMap(([title, ...constants]) => [title!, code(constants.join("\n"))]);
}

/** The imports, in their order, and the constants. */
function describeImports(page: Page): string[] {
  const calls = page.children.filter(({ kind }) => kind === ReflectionKind.Function);
  const file = page.nodes.get(calls[0]!.signatures![0]!.id)!.getSourceFile();
  return ["## Calls", ...calls.flatMap((each) => describeAny(page, each)), "## Constants", ...describeConstants(file)];
}

const PAGES: { module: string; title: string; file: string; describe(page: Page): string[] }[] = [
  { module: "library", title: "wasinit", file: "wasinit.md", describe: describeChapters },
  { module: "linux", title: "wasinit/linux", file: "linux.md", describe: describeImports },
];

/** The names of a module that have a heading: constants of Linux have one for a group. */
function headingsOf(module: string, children: DeclarationReflection[]): Set<string> {
  const ours = children.filter(({ kind }) => module === "library" || kind === ReflectionKind.Function);
  return new Set(ours.map(({ name }) => name));
}

/** Writes the API's pages into a directory. */
export async function makeApi(directory: string): Promise<void> {
  const { project, nodes } = await convert();
  mkdirSync(directory, { recursive: true });
  for (const { module, title, file, describe } of PAGES) {
    const { children = [], comment } = project.getChildByName([module]) as DeclarationReflection;
    const page: Page = { children, nodes, names: headingsOf(module, children) };
    const text = [`# ${title}`, textOf(page, comment?.summary), ...describe(page)];
    writeFileSync(join(directory, file), `${text.filter(Boolean).join("\n\n")}\n`);
  }
}

/** Which pages there are, and where each comes from: the sources are good to read where they lie, too. */
import { cpSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

interface Page {
  /** What the sidebar calls it. */
  text: string;
  /** The path of its source in the project. */
  source: string;
  /** Its path in the site, without an ending. */
  page: string;
}

function page(text: string, source: string, page = source.replace(/^docs\/|\.md$/g, "")): Page {
  return { text, source, page };
}

/** The chapters of the site, as the sidebar has them. The pages of the API are made of their sources: see api.ts. */
export const CHAPTERS: Record<string, Page[]> = {
  "Your own init": [
    page("Tutorial", "docs/tutorial.md"),
    page("AssemblyScript", "docs/assemblyscript.md"),
    page("Policies", "docs/policies.md"),
    page("The command", "docs/command.md"),
    page("Scenarios", "docs/scenarios.md"),
    page("Record and replay", "docs/replay.md"),
  ],
  Examples: [
    page("One program in a microVM", "docs/examples/microvm.md"),
    page("A kiosk of three services", "docs/examples/kiosk.md"),
    page("A root that is never written to", "docs/examples/diskless.md"),
    page("An update that goes back", "docs/examples/update.md"),
    page("The default", "docs/examples/default.md"),
    page("Modules that need more of WASI", "docs/examples/wasi.md"),
  ],
  API: [page("wasinit", "assembly/library.ts", "api/wasinit"), page("wasinit/linux", "assembly/linux.ts", "api/linux")],
  "The default init": [
    page("Manual", "README.md", "manual"),
    page("Cookbook", "docs/cookbook.md"),
    page("From slashinit", "docs/slashinit.md"),
  ],
  "What it is": [
    page("What it promises", "docs/promises.md"),
    page("How it works", "docs/how-it-works.md"),
    page("What it costs", "docs/costs.md"),
    page("Contributing", "docs/contributing.md"),
  ],
};

/** What pages link to, and is none: by its path in the project, that in the site. */
const FILES: Record<string, string> = { NOTICE: "NOTICE.txt" };

export const HOME = page("wasinit", "docs/index.md");

const SOURCES = [HOME, ...Object.values(CHAPTERS).flat()];

/** The source of a page, by the page's file. */
export function sourceOf(file: string): string | undefined {
  return SOURCES.find(({ page }) => `${page}.md` === file)?.source;
}

/** The file in the site of a source. */
export function fileOf(source: string): string | undefined {
  const found = SOURCES.find((page) => page.source === source);
  return found ? `${found.page}.md` : FILES[source];
}

/** The pages in docs/ that are in no chapter. */
function forgotten(): string[] {
  return readdirSync(join(PROJECT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !path.startsWith("node_modules"))
    .map((path) => `docs/${path}`)
    .filter((source) => !fileOf(source));
}

/** Lays the pages out in a directory, where vitepress finds them. */
export function layOut(directory: string): void {
  const without = forgotten();
  if (without.length) throw new Error(`in no chapter of docs/.vitepress/pages.ts: ${without.join(", ")}`);
  rmSync(directory, { recursive: true, force: true });
  for (const { source, page } of SOURCES.filter(({ source }) => source.endsWith(".md")))
    cpSync(join(PROJECT, source), join(directory, `${page}.md`));
  symlinkSync(join(PROJECT, "docs/node_modules"), join(directory, "node_modules")); // What is made of a page imports Vue.
  for (const [source, to] of Object.entries(FILES)) cpSync(join(PROJECT, source), join(directory, "public", to));
}

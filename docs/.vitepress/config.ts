import { join } from "node:path";
import { defineConfig } from "vitepress";
import { makeApi } from "./api.js";
import { checkLinks } from "./links.js";
import { siteRules, slugify } from "./markdown.js";
import { CHAPTERS, HOME, PROJECT, layOut } from "./pages.js";
import { searchAsDialog } from "./search.js";

const PAGES = join(PROJECT, "build/docs-pages");

layOut(PAGES);
await makeApi(join(PAGES, "api"));

export default defineConfig({
  title: "wasinit",
  description: "Your own PID 1 of an initramfs, in TypeScript",
  lang: "en",
  ignoreDeadLinks: true, // checkLinks looks for them, and for anchors.
  buildConcurrency: 1, // Else the index of the search is in another order each time.
  srcDir: PAGES,
  outDir: join(PROJECT, "build/docs"),
  cacheDir: join(PROJECT, "build/docs-cache"),
  vite: { plugins: [searchAsDialog] },
  markdown: {
    anchor: { slugify },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    codeTransformers: [{ preprocess: (_, options) => void (options.tokenizeTimeLimit = 0) }], // Else a busy computer colours less.
    config: siteRules,
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    sidebar: Object.entries(CHAPTERS).map(([text, pages]) => ({
      text,
      items: pages.map(({ text, page }) => ({ text, link: `/${page}` })),
    })),
  },
  transformPageData: ({ relativePath }) =>
    relativePath === `${HOME.page}.md` ? { frontmatter: { pageClass: "home", aside: false } } : undefined,
  buildEnd: ({ outDir }) => checkLinks(outDir),
});

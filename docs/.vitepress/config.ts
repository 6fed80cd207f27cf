import { join } from "node:path";
import { defineConfig } from "vitepress";
import { makeApi } from "./api.js";
import { checkLinks } from "./links.js";
import { siteRules, slugify } from "./markdown.js";
import { CHAPTERS, PROJECT, layOut } from "./pages.js";

const PAGES = join(PROJECT, "build/docs-pages");

layOut(PAGES);
await makeApi(join(PAGES, "api"));

export default defineConfig({
  title: "wasinit",
  description: "Your own PID 1 of an initramfs, in TypeScript",
  lang: "en",
  srcDir: PAGES,
  outDir: join(PROJECT, "build/docs"),
  cacheDir: join(PROJECT, "build/docs-cache"),
  markdown: {
    anchor: { slugify },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
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
  buildEnd: ({ outDir }) => checkLinks(outDir),
});

/** VitePress has its search be one large button that has others in it; here it is a dialog, with a list of links. */
import type { Plugin } from "vitepress";

/** What is written in the search's source, and what stands there instead. */
const MENDED: [string, string][] = [
  ['role="button"', 'role="dialog" aria-modal="true"'],
  [`:aria-owns="results?.length ? 'localsearch-list' : undefined"`, ""],
  ['aria-expanded="true"', ""],
  ['aria-haspopup="listbox"', ""],
  [`:role="results?.length ? 'listbox' : undefined"`, ""],
  [`:aria-selected="selectedIndex === index ? 'true' : 'false'"`, ""],
  ['role="option"', ""],
  [`:aria-label="[...p.titles, p.title].join(' > ')"`, ""],
  ["<kbd :aria-label", '<kbd role="img" :aria-label'],
];

function mend(source: string, [from, to]: [string, string]): string {
  if (!source.includes(from)) throw new Error(`VitePress's search has not: ${from}`);
  return source.replaceAll(from, to);
}

export const searchAsDialog: Plugin = {
  name: "search-as-dialog",
  enforce: "pre",
  transform: (source, id) => (id.endsWith("/VPLocalSearchBox.vue") ? MENDED.reduce(mend, source) : undefined),
};

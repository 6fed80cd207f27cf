/** What the site makes of the pages: on a git host they are read as they are. */
import { readFileSync } from "node:fs";
import { dirname, extname, join, posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { PROJECT, fileOf, sourceOf } from "./pages.js";

type Token = ReturnType<MarkdownRenderer["parse"]>[number];
type State = Parameters<Parameters<MarkdownRenderer["core"]["ruler"]["push"]>[1]>[0];

/** The anchor of a heading, as git hosts make it. */
export function slugify(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
}

/** Where a link of a page leads: a path of the project. */
function targetOf(source: string, href: string): string {
  return posix.normalize(posix.join(dirname(source), href));
}

function isInside(href: string): boolean {
  return !/^(\w+:|#)/.test(href);
}

/** A link from one page's source to another's becomes one from page to page; pictures stay where they are. */
function relocate(token: Token, attribute: string, page: string, source: string): void {
  const href = token.attrGet(attribute);
  if (!href || !isInside(href)) return;
  const [path, anchor] = href.split("#");
  const target = targetOf(source, path!);
  if (attribute === "src") return token.attrSet("src", join(PROJECT, target));
  const to = fileOf(target);
  if (!to) return; // checkLinks tells of it.
  const isPage = to.endsWith(".md");
  token.attrSet("href", (isPage ? posix.relative(dirname(page), to) : `/${to}`) + (anchor ? `#${anchor}` : ""));
}

/** The file that a paragraph links to, if it is that link and no more, and the file is not in the site. */
function quotedFile(source: string, [before, inline, after]: Token[]): string | undefined {
  if (before?.type !== "paragraph_open" || after?.type !== "paragraph_close") return undefined;
  const links = inline!.children!.filter(({ type }) => type === "link_open");
  if (links.length !== 1 || inline!.children![0] !== links[0] || inline!.children!.at(-1)!.type !== "link_close")
    return undefined;
  const href = links[0]!.attrGet("href")!;
  const target = targetOf(source, href.split("#")[0]!);
  return isInside(href) && !fileOf(target) ? target : undefined;
}

/** Where a page links to a file of the project, in a paragraph of its own, it has the file's name, and its text. */
function quote(state: State, source: string): void {
  for (let at = 0; at < state.tokens.length; at++) {
    const path = quotedFile(source, state.tokens.slice(at, at + 3));
    if (!path) continue;
    const inline = state.tokens[at + 1]!;
    inline.children = inline.children!.slice(1, -1);
    const fence = new state.Token("fence", "code", 0);
    fence.info = extname(path).slice(1);
    fence.content = readFileSync(join(PROJECT, path), "utf8");
    state.tokens.splice(at + 3, 0, fence);
  }
}

/** A heading of a table that says nothing is none. */
function dropEmptyHeadings(state: State): void {
  const { tokens } = state;
  tokens.forEach((token, at) => {
    if (token.type === "th_open" && !tokens[at + 1]!.content) token.tag = tokens[at + 2]!.tag = "td";
  });
  for (let at = tokens.length - 1; at >= 0; at--) {
    if (tokens[at]!.type !== "thead_open") continue;
    const end = tokens.findIndex(({ type }, n) => n > at && type === "thead_close");
    if (!tokens.slice(at, end).some(({ tag }) => tag === "th")) tokens.splice(at, end - at + 1);
  }
}

/** On a phone a picture keeps a size that can be read, in a paragraph that scrolls: by keys, too, for which it takes the focus. */
function scrollPictures({ tokens }: State): void {
  for (const [at, { type, children }] of tokens.entries()) {
    if (type !== "inline" || children!.length !== 1 || children![0]!.type !== "image") continue;
    tokens[at - 1]!.attrSet("class", "picture");
    tokens[at - 1]!.attrSet("tabindex", "0");
  }
}

/** The rules of the site. */
export function siteRules(md: MarkdownRenderer): void {
  md.core.ruler.push("site", (state) => {
    const { relativePath } = state.env as { relativePath: string };
    dropEmptyHeadings(state);
    const source = sourceOf(relativePath);
    if (!source) return; // It was made for the site.
    quote(state, source);
    scrollPictures(state);
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === "link_open") relocate(token, "href", relativePath, source);
      if (token.type === "image") relocate(token, "src", relativePath, source);
    }
  });
}

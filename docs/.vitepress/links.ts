/** Looks whether each link within the built site leads somewhere, to an anchor, too. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const ORIGIN = "http://site";

/** The values of an attribute. */
function valuesOf(html: string, attribute: string): string[] {
  return [...html.matchAll(new RegExp(` ${attribute}="([^"]*)"`, "g"))].map(([, value]) =>
    value!.replaceAll("&amp;", "&"),
  );
}

/** Throws if the site in a directory has dead links. */
export function checkLinks(site: string): void {
  const files = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".html"));
  const pages = new Map(files.map((path) => [path, readFileSync(join(site, path), "utf8")]));
  const anchors = new Map([...pages].map(([path, html]) => [path, new Set(valuesOf(html, "id"))]));
  const dead = [...pages].flatMap(([path, html]) =>
    [...valuesOf(html, "href"), ...valuesOf(html, "src")]
      .filter((link) => {
        const { origin, pathname, hash } = new URL(link, `${ORIGIN}/${path}`);
        if (origin !== ORIGIN) return false; // It is not fetched.
        const target = decodeURIComponent(pathname).slice(1) || "index.html";
        const anchor = decodeURIComponent(hash).slice(1);
        return !existsSync(join(site, target)) || (anchor && !anchors.get(target)?.has(anchor));
      })
      .map((link) => `${path}: ${link}`),
  );
  if (dead.length) throw new Error(`dead links:\n${[...new Set(dead)].join("\n")}`);
}

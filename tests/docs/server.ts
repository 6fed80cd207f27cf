/** Serves the built site to the browser, and what the tests of these tests put into it. */
import { readFileSync, readdirSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const SITE = fileURLToPath(new URL("../docs/", import.meta.url));

const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
};

/** The paths of all pages. */
export const PAGES = readdirSync(SITE, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".html") && path !== "404.html")
  .sort();

function contentOf(path: string, others: Record<string, string>): Buffer | string | undefined {
  try {
    return others[path] ?? readFileSync(join(SITE, path || "index.html"));
  } catch {
    return undefined;
  }
}

/**
 * Starts a server on this machine.
 * @param others pages beside those of the site.
 * @returns it, and its address with a `/` at its end.
 */
export async function serve(others: Record<string, string> = {}): Promise<{ server: Server; address: string }> {
  const server = createServer(({ url }, response) => {
    const path = decodeURIComponent(new URL(url!, "http://site").pathname).slice(1);
    const content = contentOf(path, others);
    response.writeHead(content === undefined ? 404 : 200, { "Content-Type": TYPES[extname(path)] ?? "text/html" });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

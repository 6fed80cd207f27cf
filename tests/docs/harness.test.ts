/** What the tests of the site look for, they find: a page that has all of it, and one that has none. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { SCREENS, launch, look, lookInTheDark, open } from "./look.js";
import { serve } from "./server.js";

function page(style: string, content: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A page</title>`;
  return `<!doctype html><html lang="en"><head>${head}<style>${style}</style></head><body><main>${content}</main></body></html>`;
}

const { server, address } = await serve({
  "good.html": page("", "<h1>One</h1><h2>Two</h2><p>Text</p>"),
  "bad.html": page(
    "p { color: #ccc; background: #fff } @media (prefers-color-scheme: dark) { h1 { color: #222; background: #000 } }",
    `<h1>One</h1><h3>Three</h3><p>Pale</p><div style="width: 3000px">Wide</div><img src="/none.png">
    <script>console.error("said"); fetch("http://elsewhere.invalid/").catch(() => {}); setTimeout(() => none(), 0)</script>`,
  ),
  "headless.html": page("", "<p>Text</p>"),
});
let browser: Browser;
before(async () => void (browser = await launch()));
after(async () => {
  await browser.close();
  server.close();
});

async function faultsOf(path: string): Promise<string[]> {
  const { page, faults } = await open(browser, address + path, SCREENS.phone!);
  const found = [...(await look(page)), ...(await lookInTheDark(page))];
  await page.close();
  return [...faults, ...found];
}

test("a good page has no fault", async () => assert.deepEqual(await faultsOf("good.html"), []));

test("each fault of a bad page is found", async () => {
  const all = (await faultsOf("bad.html")).join("\n");
  for (const fault of [
    /^script: none is not defined$/m,
    /^console: said$/m,
    /^404: .*none\.png$/m,
    /^leaves the machine: http:\/\/elsewhere\.invalid\/$/m,
    /^30\d\d pixels wide, of 360$/m,
    /^a level is left out before h3 "Three"$/m,
    /^color-contrast: 1, such as <p>/m,
    /^image-alt: 1, /m,
    /^dark: color-contrast: 2, such as <h1>/m,
  ])
    assert.match(all, fault);
});

test("a page without a heading has a fault", async () => {
  assert.match((await faultsOf("headless.html")).join("\n"), /^not one heading of the first level$/m);
});

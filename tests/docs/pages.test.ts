/** Each page of the site on a phone and on a desktop, in the light and in the dark. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { SCREENS, launch, look, lookInTheDark, open } from "./look.js";
import { PAGES, serve } from "./server.js";

const SHOTS = fileURLToPath(new URL("../docs-shots/", import.meta.url));
mkdirSync(SHOTS, { recursive: true });

const { server, address } = await serve();
let browser: Browser;
before(async () => void (browser = await launch()));
after(async () => {
  await browser.close();
  server.close();
});

for (const [name, size] of Object.entries(SCREENS)) {
  describe(name, { concurrency: 2 }, () => {
    for (const path of PAGES) {
      test(path, async () => {
        const { page, faults } = await open(browser, address + path, size);
        const shoot = (scheme: string) =>
          page.screenshot({ path: join(SHOTS, `${path.replace(/\W/g, "-")}-${name}-${scheme}.png`) });
        const light = await look(page);
        await shoot("light");
        const dark = await lookInTheDark(page);
        await shoot("dark");
        await page.close();
        assert.deepEqual([...faults, ...light, ...dark], []);
      });
    }
  });
}

/** The site as it is used: the search, the menu on a phone, the switch between light and dark. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { SCREENS, launch, look, open } from "./look.js";
import { serve } from "./server.js";

const { server, address } = await serve();
let browser: Browser;
before(async () => void (browser = await launch()));
after(async () => {
  await browser.close();
  server.close();
});

test("the search finds a function, and leads to it", async () => {
  const { page, faults } = await open(browser, address, SCREENS.desktop!);
  await page.keyboard.press("Control+k");
  await page.getByRole("searchbox").fill("rescueShell");
  const results = page.getByRole("dialog").getByRole("link");
  await results.first().waitFor();
  assert.deepEqual([...faults, ...(await look(page))], []);
  await results.first().click();
  await page.waitForURL(/\/api\/wasinit\.html#rescueshell$/);
  await page.getByRole("heading", { name: "rescueShell" }).waitFor();
  assert.deepEqual(faults, []);
});

test("the menu of a phone leads to another page", async () => {
  const { page, faults } = await open(browser, address, SCREENS.phone!);
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  const link = page.getByRole("link", { name: "Tutorial", exact: true }).first();
  await link.waitFor();
  assert.deepEqual([...faults, ...(await look(page))], []);
  await link.click();
  await page.waitForURL(/\/tutorial\.html$/);
  assert.deepEqual(faults, []);
});

test("the switch makes it dark, and it stays so", async () => {
  const { page, faults } = await open(browser, address, SCREENS.desktop!);
  const isDark = () => page.evaluate(() => document.documentElement.classList.contains("dark"));
  assert.equal(await isDark(), false);
  await page.getByRole("switch").first().click();
  await page.reload();
  assert.equal(await isDark(), true);
  assert.deepEqual(faults, []);
});

/** Looks at a page in a browser as a reader does, and as one does who can't see well. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { type Browser, type Page, chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Size {
  width: number;
  height: number;
}

/** The screens on which each page is looked at. */
export const SCREENS: Record<string, Size> = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1280, height: 900 },
};

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
}

/** Opens a page; what goes wrong meanwhile, and later, is in `faults`. */
export async function open(browser: Browser, url: string, size: Size): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: size, colorScheme: "light", reducedMotion: "reduce" });
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  page.on("response", (response) => response.status() >= 400 && faults.push(`${response.status()}: ${response.url()}`));
  await page.route(
    ({ origin }) => origin !== new URL(url).origin,
    (route) => (faults.push(`leaves the machine: ${route.request().url()}`), route.abort()),
  );
  await page.goto(url, { waitUntil: "networkidle" });
  return { page, faults };
}

/** What is wider than the screen, or not in the order of headings; it runs in the page. */
function measure(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const levels = [...document.querySelectorAll("main :is(h1, h2, h3, h4, h5, h6)")].map(({ tagName, textContent }) => ({
    level: Number(tagName[1]),
    text: textContent,
  }));
  const jumps = levels.filter(({ level }, at) => level > (levels[at - 1]?.level ?? 0) + 1);
  return [
    ...(scrollWidth > clientWidth ? [`${scrollWidth} pixels wide, of ${clientWidth}`] : []),
    ...(levels.filter(({ level }) => level === 1).length === 1 ? [] : ["not one heading of the first level"]),
    ...jumps.map(({ level, text }) => `a level is left out before h${level} "${text}"`),
  ];
}

type Axe = { axe: { run(options?: object): Promise<AxeResults> } };

/** What axe finds, and the first place of it. */
async function accessibility(page: Page, options: object): Promise<string[]> {
  const { violations } = await page.evaluate((all) => (globalThis as unknown as Axe).axe.run(all), options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.length}, such as ${nodes[0]?.html.slice(0, 200)}`);
}

/** What is wrong with a page that is open, in the light. */
export async function look(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return [...(await page.evaluate(measure)), ...(await accessibility(page, {}))];
}

/** What is wrong with a page in the dark, that was looked at in the light: its colours. */
export async function lookInTheDark(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: "dark" });
  return (await accessibility(page, { runOnly: ["color-contrast"] })).map((found) => `dark: ${found}`);
}

/** How charts are drawn: they are SVG, and readable on a light and on a dark page. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { PROJECT } from "../tests/arch.js";

interface Colour {
  light: string;
  dark: string;
}

const COLOURS = {
  ink: { light: "#1f2328", dark: "#e6edf3" },
  grid: { light: "#d8dee4", dark: "#30363d" },
  ours: { light: "#0969da", dark: "#4493f8" },
  others: { light: "#9aa4af", dark: "#6e7681" },
  libraries: { light: "#ced5dc", dark: "#3d444d" },
  bar: { light: "#cf222e", dark: "#f85149" },
} satisfies Record<string, Colour>;

/** What a specification names its colours by; a dark page gets others in their place. */
export const INK = COLOURS.ink.light;
export const OURS = COLOURS.ours.light;
export const OTHERS = COLOURS.others.light;
export const LIBRARIES = COLOURS.libraries.light;
export const BAR = COLOURS.bar.light;

const CONFIG = {
  font: "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif",
  view: { stroke: null },
  axis: { labelColor: INK, titleColor: INK, gridColor: COLOURS.grid.light, domain: false, ticks: false },
  legend: { labelColor: INK, titleColor: INK },
  title: { color: INK, fontSize: 12 },
  text: { color: INK, fontSize: 11 },
};

/** A picture that is shown by <img> can't know the page, but it knows what its reader prefers. */
function style(): string {
  const rules = Object.values(COLOURS).flatMap(({ light, dark }: Colour) =>
    ["fill", "stroke"].map((name) => `[${name}="${light}"]{${name}:${dark}}`),
  );
  return `<style>@media (prefers-color-scheme:dark){${rules.join("")}}</style>`;
}

/** Draws a specification of Vega-Lite; returns the SVG. */
export function draw(spec: object): string {
  const input = JSON.stringify({ background: null, config: CONFIG, ...spec });
  const svg = execFileSync(process.execPath, [join(PROJECT, "bench/render.js")], { input, encoding: "utf8" });
  return svg.replace(/<svg[^>]*>/, (tag) => `${tag}\n${style()}\n`) + "\n";
}

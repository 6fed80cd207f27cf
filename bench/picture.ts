/** The picture of what each init costs. */
import { BARS, describeOverhead, hasLimit, limitOf, mostOf, overheadOf } from "./bars.js";
import { BAR, INK, LIBRARIES, OTHERS, OURS, draw } from "./chart.js";
import type { Figures, Measured } from "./cost.js";
import { figure } from "./table.js";

interface Panel {
  figure: keyof Figures;
  title: string;
  /** What a unit of the axis is in that of the figure. */
  scale: number;
}

const PANELS: Panel[] = [
  { figure: "bytes", title: "File and its libraries, kB", scale: 1000 },
  { figure: "cost", title: "Start, µs", scale: 1 },
  { figure: "pss", title: "Memory (Pss), kB", scale: 1 },
  { figure: "faults", title: "Page faults", scale: 1 },
];

const CAPTION =
  "Less is better. Dashed: the bar. Dotted, if wasinit misses that: what make test allows. Pale: libraries.";
const WIDTH = 128;
const STEP = 20;

interface Row {
  name: string;
  kind: "ours" | "others" | "libraries";
  value: number;
}

function rows(panel: Panel, init: Measured, index: number): Row[] {
  const own: Row = { name: init.name, kind: index ? "others" : "ours", value: init[panel.figure] / panel.scale };
  if (panel.figure != "bytes") return [own];
  return [own, { name: init.name, kind: "libraries", value: init.libraries / panel.scale }];
}

function bars(values: Row[], order: string[], first: boolean): object {
  const color = { domain: ["ours", "others", "libraries"], range: [OURS, OTHERS, LIBRARIES] };
  return {
    data: { values },
    mark: { type: "bar", height: STEP * 0.7 },
    encoding: {
      y: { field: "name", type: "nominal", sort: order, title: null, axis: first ? {} : null },
      x: { field: "value", type: "quantitative", stack: "zero", title: null, axis: null },
      color: { field: "kind", type: "nominal", scale: color, legend: null },
      order: { field: "kind", sort: "descending" }, // The file first.
    },
  };
}

function labels(values: Row[], order: string[]): object {
  const sums = order.map((name) => {
    const value = values.filter((row) => row.name == name).reduce((sum, row) => sum + row.value, 0);
    return { name, value, text: figure(value) };
  });
  return {
    data: { values: sums },
    mark: { type: "text", align: "left", dx: 3 },
    encoding: {
      y: { field: "name", type: "nominal", sort: order },
      x: { field: "value", type: "quantitative" },
      text: { field: "text" },
    },
  };
}

function rule(value: number, color: string, strokeDash: number[]): object {
  return {
    data: { values: [{ value }] },
    mark: { type: "rule", color, strokeDash, strokeWidth: 1.5 },
    encoding: { x: { field: "value", type: "quantitative" } },
  };
}

function limits(panel: Panel, own: Measured, same: Figures): object[] {
  const bar = BARS.find((bar) => bar.figure == panel.figure)!;
  const most = mostOf(bar, same);
  const rules = [rule(most / panel.scale, BAR, [3, 2])];
  if (hasLimit(bar) && own[bar.figure] > most) rules.push(rule(limitOf(bar, same) / panel.scale, INK, [1, 2]));
  return rules;
}

function panel(panel: Panel, inits: Measured[], same: Figures): object {
  const order = inits.map((init) => init.name);
  const values = inits.flatMap((init, index) => rows(panel, init, index));
  return {
    title: { text: panel.title, anchor: "start" },
    width: WIDTH,
    height: { step: STEP },
    layer: [bars(values, order, panel == PANELS[0]), ...limits(panel, inits[0]!, same), labels(values, order)],
  };
}

/** Draws the inits, ours first; returns the SVG. */
export function picture(inits: Measured[], same: Figures): string {
  const text = [CAPTION, `wasinit's start, ${describeOverhead(overheadOf(inits[0]!, same))}.`];
  return draw({
    title: { text, orient: "bottom", anchor: "start", fontWeight: "normal", fontSize: 11, offset: 8 },
    hconcat: PANELS.map((each) => panel(each, inits, same)),
    spacing: 40,
  });
}

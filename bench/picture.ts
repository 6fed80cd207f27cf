/** The picture of what each init costs. */
import { BARS, mostOf } from "./bars.js";
import { BAR, LIBRARIES, OTHERS, OURS, draw } from "./chart.js";
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

const CAPTION = "Less is better. Dashed: the most that make test allows wasinit. Pale: libraries.";
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

function limit(panel: Panel, busybox: Measured): object {
  const most =
    mostOf(
      BARS.find((bar) => bar.figure == panel.figure)!,
      busybox,
    ) / panel.scale;
  return {
    data: { values: [{ most }] },
    mark: { type: "rule", color: BAR, strokeDash: [3, 2], strokeWidth: 1.5 },
    encoding: { x: { field: "most", type: "quantitative" } },
  };
}

function panel(panel: Panel, inits: Measured[], busybox: Measured): object {
  const order = inits.map((init) => init.name);
  const values = inits.flatMap((init, index) => rows(panel, init, index));
  return {
    title: { text: panel.title, anchor: "start" },
    width: WIDTH,
    height: { step: STEP },
    layer: [bars(values, order, panel == PANELS[0]), limit(panel, busybox), labels(values, order)],
  };
}

/** Draws the inits, ours first; returns the SVG. */
export function picture(inits: Measured[], busybox: Measured): string {
  return draw({
    title: { text: CAPTION, orient: "bottom", anchor: "start", fontWeight: "normal", fontSize: 11, offset: 8 },
    hconcat: PANELS.map((each) => panel(each, inits, busybox)),
    spacing: 40,
  });
}

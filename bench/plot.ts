/** The picture of what costs grow with. */
import { BAR, INK, OTHERS, OURS, draw } from "./chart.js";
import { INITS, type Point, WORKS, type Work } from "./works.js";

const CAPTION = "Microseconds against N, both logarithmic; less is better. Dashed: linear growth.";
const WIDTH = 250;
const HEIGHT = 150;
const COLUMNS = 2;

const COLOURS = { domain: Object.keys(INITS), range: [OURS, OTHERS, INK] };

const AXIS = {
  type: "quantitative",
  title: null,
  scale: { type: "log" },
  axis: { values: [1, 10, 1e2, 1e3, 1e4, 1e5, 1e6], format: ",", labelFlush: false },
};
const X = { field: "count", ...AXIS };
const Y = { field: "us", ...AXIS };

function curves(work: Work, points: Point[]): object {
  const values = points
    .filter((point) => point.work == work.name)
    .map(({ init, count, nanoseconds }) => ({ init, count, us: nanoseconds / 1000 }));
  return {
    data: { values },
    mark: { type: "line", point: { filled: true, size: 30 }, strokeWidth: 2 },
    encoding: {
      x: X,
      y: Y,
      color: {
        field: "init",
        type: "nominal",
        scale: COLOURS,
        sort: COLOURS.domain,
        legend: { title: null, orient: "top" },
      },
    },
  };
}

/** Through the last of our points: what is not below it on the left grows faster than N. */
function guide(work: Work, points: Point[]): object {
  const own = points.filter((point) => point.work == work.name && point.init == "wasinit");
  const last = own.reduce((most, point) => (point.count > most.count ? point : most));
  const floor = Math.min(...own.map((point) => point.nanoseconds)) / 2;
  const from = Math.max(Math.min(...work.counts), (last.count * floor) / last.nanoseconds);
  const values = [from, last.count].map((count) => ({ count, us: (last.nanoseconds * count) / last.count / 1000 }));
  return {
    data: { values },
    mark: { type: "line", color: BAR, strokeDash: [3, 2], strokeWidth: 1.5 },
    encoding: { x: X, y: Y },
  };
}

function panel(work: Work, points: Point[]): object {
  return {
    title: { text: work.title, anchor: "start" },
    width: WIDTH,
    height: HEIGHT,
    layer: [guide(work, points), curves(work, points)],
  };
}

/** Draws the works, each with all its inits; returns the SVG. */
export function plot(points: Point[]): string {
  return draw({
    title: { text: CAPTION, orient: "bottom", anchor: "start", fontWeight: "normal", fontSize: 11, offset: 8 },
    concat: WORKS.map((work) => panel(work, points)),
    columns: COLUMNS,
    bounds: "flush",
    spacing: 75,
  });
}

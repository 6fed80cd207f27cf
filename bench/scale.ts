/**
 * usage: node scale.js OUT
 * Measures what the costs of reaping and of the machine's end grow with; prints a table, and
 * writes OUT/scale.json and OUT/scale.svg. Exit status 1: a cost grows faster than what it depends on.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { figure, table } from "./table.js";
import { plot } from "./plot.js";
import { type Point, WORKS, type Work, measuresOf } from "./works.js";

const MACHINES = 2; // at a time
const LINEAR = 1.1; // the power of the count that still is: caches fill

/** The most that is allowed. */
interface Bar {
  what: string;
  value: (points: Point[]) => number;
  most: number;
  unit: string;
}

function at(points: Point[], work: string, init: string, count: number): number {
  return points.find((point) => point.work == work && point.init == init && point.count == count)!.nanoseconds;
}

function ratio(work: string, count: number, init = "C, waitpid"): (points: Point[]) => number {
  return (points) => at(points, work, "wasinit", count) / at(points, work, init, count);
}

/** By which power of the count a cost grows, at most, from one count to the next: 1 is linear. */
function growth({ name, counts }: Work, init: string, points: Point[]): number {
  const costs = counts.map((count) => at(points, name, init, count));
  const powers = counts.slice(1).map((count, i) => Math.log(costs[i + 1]! / costs[i]!) / Math.log(count / counts[i]!));
  return Math.max(...powers);
}

const BARS: Bar[] = [
  { what: "1,000 orphans at once, beside waitpid(2) in C", value: ratio("burst", 1000), most: 1.25, unit: "times" },
  {
    what: "orphans one at a time, beside C that waits for signals, too",
    value: ratio("single", 1, "C, sigwaitinfo"),
    most: 1.25,
    unit: "times",
  },
  { what: "the machine's end", value: (points) => at(points, "stop", "wasinit", 1) / 1e6, most: 20, unit: "ms" },
  {
    what: "the end with 1,000 mounts, beside C",
    value: ratio("mounts", 1000, "C, sigwaitinfo"),
    most: 8,
    unit: "times",
  },
];

function rows(work: Work, points: Point[]): string[][] {
  return work.inits.map((init) => [
    init,
    ...work.counts.map((count) => (at(points, work.name, init, count) / 1000).toFixed(1)),
    growth(work, init, points).toFixed(2),
  ]);
}

function show(points: Point[]): void {
  for (const work of WORKS) {
    const heading = ["us", ...work.counts.map((count) => `N = ${figure(count)}`), "grows with N^"];
    console.log(`${work.title}\n${table([heading, ...rows(work, points)])}`);
  }
  const bars = BARS.map((bar) => [bar.what, bar.value(points).toFixed(2), `${bar.most}`, bar.unit]);
  console.log(table([["bars", "is", "at most", ""], ...bars]));
}

function isLinear(points: Point[]): boolean {
  return WORKS.every((work) => growth(work, "wasinit", points) <= LINEAR);
}

/** Runs so many at a time; returns the results in the order of `tasks`. */
async function inParallel<T>(tasks: (() => Promise<T>)[], most: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < tasks.length) {
      const task = next++;
      results[task] = await tasks[task]!();
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}

async function main(out: string): Promise<void> {
  const measures = WORKS.flatMap(measuresOf);
  console.log(`running ${measures.length} machines`);
  const points = (await inParallel(measures, MACHINES)).flat();
  show(points);
  process.exitCode = isLinear(points) ? 0 : 1;
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "scale.json"), JSON.stringify(points, null, 2) + "\n");
  writeFileSync(join(out, "scale.svg"), plot(points));
}

await main(process.argv[2]!);

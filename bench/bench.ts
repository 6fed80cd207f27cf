/**
 * usage: node bench.js OUT
 * Measures all inits; prints a table, and writes OUT/results.json and OUT/inits.svg.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BARS, type Bar, describeOverhead, explainMiss, hasLimit, limitOf, mostOf, overheadOf } from "./bars.js";
import { type Figures, type Measured, measure, measureFloor } from "./cost.js";
import { SAME, allInits } from "./inits.js";
import { picture } from "./picture.js";
import { describeSmallest, measureSmallest } from "./smallest.js";
import { figure, table } from "./table.js";

const HEADING = ["/init", "version", "bytes", "libraries", "gzip", "cost, us", "Pss, kB", "faults", "mounts", "reaps"];
const NOTABLE = 0.5; // percent

function cost(init: Measured): string {
  return figure(init.cost) + (init.spread > NOTABLE ? ` ±${(init.spread / 2).toFixed(1)} %` : "");
}

function row(init: Measured): string[] {
  const { name, version, bytes, libraries, gzip, pss, faults, mounts, reaps } = init;
  const counts = [pss, faults, mounts].map(figure);
  return [
    name,
    version,
    figure(bytes),
    libraries ? figure(libraries) : "-",
    figure(gzip),
    cost(init),
    ...counts,
    reaps ? "yes" : "no",
  ];
}

function barsRow(name: string, value: (bar: Bar) => string): string[] {
  const { bytes, gzip, cost, pss, faults } = Object.fromEntries(BARS.map((bar) => [bar.figure, value(bar)]));
  return [name, "", bytes!, "", gzip!, cost!, pss!, faults!, "", ""];
}

/** The bars, and what the gate holds them to. */
function barsRows(same: Figures): string[][] {
  return [
    barsRow("bar", (bar) => figure(mostOf(bar, same))),
    barsRow("limit", (bar) => (hasLimit(bar) ? figure(limitOf(bar, same)) : "-")),
  ];
}

async function main(out: string): Promise<void> {
  const inits = allInits();
  console.log(`measuring ${inits.length} inits, some 20 seconds each`);
  const floor = await measureFloor();
  const measured: Measured[] = [];
  for (const init of inits) measured.push(await measure(init, floor));
  const own = measured[0]!;
  const same = measured.find((init) => init.name == SAME)!;
  const overSame = overheadOf(own, same);
  const missed = BARS.map((bar) => explainMiss(bar, own, same)).filter((miss) => miss != null);
  console.log(table([HEADING, ...measured.map(row), ...barsRows(same)]));
  console.log([describeOverhead(overSame), ...missed].join("\n"));
  const smallest = await measureSmallest();
  console.log(`\n${describeSmallest(smallest)}`);
  mkdirSync(out, { recursive: true });
  const results = { floor, inits: measured, overSame, missed, smallest };
  writeFileSync(join(out, "results.json"), JSON.stringify(results, null, 2) + "\n");
  writeFileSync(join(out, "inits.svg"), picture(measured, same));
}

await main(process.argv[2]!);

/**
 * usage: node bench.js OUT
 * Measures all inits; prints a table, and writes OUT/results.json and OUT/inits.svg.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BARS, mostOf } from "./bars.js";
import { type Measured, measure, measureFloor } from "./cost.js";
import { BUSYBOX, allInits } from "./inits.js";
import { picture } from "./picture.js";
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

function barsRow(busybox: Measured): string[] {
  const most = Object.fromEntries(BARS.map((bar) => [bar.figure, figure(mostOf(bar, busybox))]));
  return ["bar", "", most.bytes!, "", most.gzip!, most.cost!, most.pss!, most.faults!, "", ""];
}

async function main(out: string): Promise<void> {
  const inits = allInits();
  console.log(`measuring ${inits.length} inits, some 20 seconds each`);
  const floor = await measureFloor();
  const measured: Measured[] = [];
  for (const init of inits) measured.push(await measure(init, floor));
  const busybox = measured.find((init) => init.name == BUSYBOX.name)!;
  console.log(table([HEADING, ...measured.map(row), barsRow(busybox)]));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "results.json"), JSON.stringify({ floor, inits: measured }, null, 2) + "\n");
  writeFileSync(join(out, "inits.svg"), picture(measured, busybox));
}

await main(process.argv[2]!);

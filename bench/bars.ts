/** What /init may cost at most: the table, the chart and the gate in `make test` have it from here. */
import type { Figures } from "./cost.js";
import { figure } from "./table.js";

/** So much, or so many times what it is in the same run for the same in C. */
type Most = number | { same: number };

export interface Bar {
  figure: keyof Figures;
  /** With the unit. */
  title: string;
  /** The most that is wanted. */
  most: Most;
  /** What the gate holds it to: other compilers than Debian 12's may miss the bar by a little. */
  limit?: Most;
}

export const BARS: Bar[] = [
  { figure: "bytes", title: "size, bytes", most: 65536, limit: 67584 },
  { figure: "gzip", title: "size behind gzip, bytes", most: 36864 },
  { figure: "cost", title: "start, us", most: { same: 1.12 }, limit: { same: 1.15 } },
  { figure: "pss", title: "Pss, kB", most: 96, limit: 104 },
  { figure: "faults", title: "page faults", most: 10, limit: 12 },
];

function valueOf(most: Most, bar: Bar, same: Figures): number {
  return typeof most == "number" ? most : most.same * same[bar.figure];
}

/** The bar, in its unit. */
export function mostOf(bar: Bar, same: Figures): number {
  return valueOf(bar.most, bar, same);
}

/** The most that the gate allows, in the bar's unit. */
export function limitOf(bar: Bar, same: Figures): number {
  return valueOf(bar.limit ?? bar.most, bar, same);
}

/** What the gate allows, in words. */
export function describeLimit(bar: Bar): string {
  const most = bar.limit ?? bar.most;
  return typeof most == "number" ? figure(most) : `${most.same} times the same in C`;
}

/** Tells of a bar that is missed by how far, and what the gate allows; null: it is not missed. */
export function explainMiss(bar: Bar, own: Figures, same: Figures): string | null {
  const [value, most] = [own[bar.figure], mostOf(bar, same)];
  if (value <= most) return null;
  const limit = bar.limit ? `, make test allows ${figure(limitOf(bar, same))}` : "";
  return `missed: ${bar.title}: ${figure(value)}, the bar is ${figure(most)}${limit}`;
}

export interface Overhead {
  us: number;
  times: number;
}

/** What TypeScript and WebAssembly add to the start: the rest the same costs in C. */
export function overheadOf(own: Figures, same: Figures): Overhead {
  return { us: own.cost - same.cost, times: own.cost / same.cost };
}

export function describeOverhead({ us, times }: Overhead): string {
  return `cost over the same in C: ${figure(us)} us (x${times.toFixed(2)})`;
}

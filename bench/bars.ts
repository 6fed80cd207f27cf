/** What /init may cost at most: the table, the chart and the gate in `make test` have it from here. */
import { ARCH } from "../tests/arch.js";
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
  /** The same on other architectures than x86_64, whose instructions take more room. */
  limits?: Record<string, Most>;
}

export const BARS: Bar[] = [
  { figure: "bytes", title: "size, bytes", most: 65536, limit: 67584, limits: { aarch64: 73728 } },
  { figure: "gzip", title: "size behind gzip, bytes", most: 36864, limits: { riscv64: 38912 } },
  {
    figure: "cost",
    title: "start, us",
    most: { same: 1.12 },
    limit: { same: 1.15 },
    limits: { aarch64: { same: 1.21 } },
  },
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

function gateOf(bar: Bar): Most {
  return bar.limits?.[ARCH] ?? bar.limit ?? bar.most;
}

/** The most that the gate allows, in the bar's unit. */
export function limitOf(bar: Bar, same: Figures): number {
  return valueOf(gateOf(bar), bar, same);
}

/** Whether the gate allows more than the bar. */
export function hasLimit(bar: Bar): boolean {
  return gateOf(bar) != bar.most;
}

/** What the gate allows, in words. */
export function describeLimit(bar: Bar): string {
  const most = gateOf(bar);
  return typeof most == "number" ? figure(most) : `${most.same} times the same in C`;
}

/** Tells of a bar that is missed by how far, and what the gate allows; null: it is not missed. */
export function explainMiss(bar: Bar, own: Figures, same: Figures): string | null {
  const [value, most] = [own[bar.figure], mostOf(bar, same)];
  if (value <= most) return null;
  const limit = hasLimit(bar) ? `, make test allows ${figure(limitOf(bar, same))}` : "";
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

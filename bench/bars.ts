/** What /init may cost at most: the table, the chart and the gate in `make test` have it from here. */
import type { Figures } from "./cost.js";

export interface Bar {
  figure: keyof Figures;
  unit: string;
  /** The most that is allowed: so much, or so many times what it is for busybox init in the same run. */
  most: number | { busybox: number };
}

export const BARS: Bar[] = [
  { figure: "bytes", unit: "bytes", most: 65536 },
  { figure: "gzip", unit: "bytes", most: 36864 },
  { figure: "cost", unit: "us", most: { busybox: 1.0 } },
  { figure: "pss", unit: "kB", most: 96 },
  { figure: "faults", unit: "", most: 10 },
];

/** The most that is allowed, in the bar's unit. */
export function mostOf(bar: Bar, busybox: Figures): number {
  return typeof bar.most == "number" ? bar.most : bar.most.busybox * busybox[bar.figure];
}

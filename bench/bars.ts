/** What /init may cost at most: the table, the chart and the gate in `make test` have it from here. */
import type { Figures } from "./cost.js";

export interface Bar {
  figure: keyof Figures;
  /** With the unit. */
  title: string;
  /** The most that is allowed: so much, or so many times what it is for busybox init in the same run. */
  most: number | { busybox: number };
}

export const BARS: Bar[] = [
  { figure: "bytes", title: "size, bytes", most: 65536 },
  { figure: "gzip", title: "size behind gzip, bytes", most: 36864 },
  { figure: "cost", title: "start, us", most: { busybox: 1.0 } },
  { figure: "pss", title: "Pss, kB", most: 96 },
  { figure: "faults", title: "page faults", most: 10 },
];

/** The most that is allowed, in the bar's unit. */
export function mostOf(bar: Bar, busybox: Figures): number {
  return typeof bar.most == "number" ? bar.most : bar.most.busybox * busybox[bar.figure];
}

/** What an init costs a machine: to store, to start, to keep. */
import { readFileSync, statSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { type Output, type Setup, boot } from "./machine.js";
import { type Init, SERVICE } from "./inits.js";

/** What the service reports, see marker.c. */
interface Report {
  run: number;
  mark: number;
  faults: number;
  pss: number;
  mounts: number;
  reaps: boolean;
  /** Nanoseconds from power-on to the service. */
  powerOn: number;
}

/** The figures that have a unit. */
export interface Figures {
  /** The file's size, in bytes. */
  bytes: number;
  /** The same behind `gzip -9n`. */
  gzip: number;
  /** From the kernel's "Run /init" to the first service, less what that costs as /init itself, in microseconds. */
  cost: number;
  /** Of PID 1 after boot, in kB. */
  pss: number;
  /** Minor page faults of PID 1 until the service looks. */
  faults: number;
}

export interface Measured extends Figures {
  name: string;
  version: string;
  /** Size of the libraries that the file is linked to, in bytes. */
  libraries: number;
  /** The file systems it has mounted. */
  mounts: number;
  /** It buries orphans. */
  reaps: boolean;
  /** How far apart two boots cost, in percent. */
  spread: number;
}

function read(output: Output): Report {
  if (!output.report) throw new Error(`/etc/boot did not report; the console:\n${output.console}`);
  const report = JSON.parse(output.report) as Report;
  if (report.run < 0) throw new Error("the kernel's log has no line that begins with: Run /init as init process");
  return report;
}

/** Boots so many times, at once. */
export async function reports(setup: Setup, times: number): Promise<Report[]> {
  return (await Promise.all(Array.from({ length: times }, () => boot(setup)))).map(read);
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** From the kernel's word to the service when that is /init itself, in microseconds. */
export async function measureFloor(times = 2): Promise<number> {
  return mean((await reports({ files: {}, init: SERVICE }, times)).map((report) => report.mark - report.run));
}

export function sizeOf(path: string): Pick<Figures, "bytes" | "gzip"> {
  const options = { input: readFileSync(path), maxBuffer: 1 << 28 };
  return { bytes: statSync(path).size, gzip: execFileSync("gzip", ["-9n"], options).length };
}

/** Measures an init, `floor` being what the service itself costs. */
export async function measure(init: Init, floor: number, times = 2): Promise<Measured> {
  const setup = { files: { ...init.files, "/etc/boot": SERVICE }, init: { copy: init.path }, append: init.append };
  const found = await reports(setup, times).catch((error: Error) => {
    throw new Error(`${init.name}: ${error.message}`);
  });
  const costs = found.map((report) => report.mark - report.run - floor);
  const { pss, faults, mounts, reaps } = found[0]!;
  return {
    ...{ name: init.name, version: init.version, ...sizeOf(init.path), cost: Math.round(mean(costs)) },
    ...{ pss, faults, mounts, reaps },
    libraries: init.libraries.reduce((sum, path) => sum + statSync(path).size, 0),
    spread: (100 * (Math.max(...costs) - Math.min(...costs))) / mean(costs),
  };
}

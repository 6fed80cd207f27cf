/** The works that PID 1 is given to see what its costs grow with, and the machines that they run in. */
import { built } from "../tests/arch.js";
import { type File, INIT } from "../tests/boot/qemu.js";
import { boot } from "./machine.js";

/** What one work costs one init. */
export interface Point {
  work: string;
  init: string;
  /** How many orphans, children or mounts there are. */
  count: number;
  /** CPU time of PID 1, or the machine's time from the signal to reboot(2). */
  nanoseconds: number;
}

export interface Work {
  /** As scale.c has it. */
  name: string;
  /** What costs, and what grows. */
  title: string;
  counts: number[];
  inits: string[];
  /** It is a machine's last. */
  isEnd: boolean;
}

const MEMORY = 2048; // MiB: 10,000 processes take one and a half GiB
const SECONDS = 600;

function program(name: string): File {
  return { copy: built("bench", name) };
}

export const INITS: Record<string, File> = {
  wasinit: { copy: INIT },
  "C, sigwaitinfo": program("counterpart"),
  "C, waitpid": program("reaper"),
};

/** Those that can end a machine. */
const ENDING = ["wasinit", "C, sigwaitinfo"];

export const WORKS: Work[] = [
  {
    name: "burst",
    title: "CPU of PID 1 for N orphans that end at once",
    counts: [1, 10, 100, 1000, 10000],
    inits: Object.keys(INITS),
    isEnd: false,
  },
  {
    name: "single",
    title: "CPU of PID 1 for one orphan that ends, beside N that do not",
    counts: [1, 10, 100, 1000, 10000],
    inits: Object.keys(INITS),
    isEnd: false,
  },
  {
    name: "stop",
    title: "The machine's end with N processes",
    counts: [1, 10, 100, 1000, 10000],
    inits: ENDING,
    isEnd: true,
  },
  {
    name: "mounts",
    title: "The machine's end with N mounts that are no disks",
    counts: [1, 10, 100, 1000],
    inits: ENDING,
    isEnd: true,
  },
  {
    name: "disks",
    title: "The machine's end with N disks to unmount",
    counts: [1, 10, 100, 1000],
    inits: ENDING,
    isEnd: true,
  },
];

async function consoleOf(init: string, plan: string): Promise<string> {
  const files = { "/etc/boot": program("scale") };
  const setup = { files, init: INITS[init]!, append: `bench=${plan}`, memory: MEMORY, seconds: SECONDS };
  const { console } = await boot(setup);
  if (/bench: can't/.test(console)) throw new Error(`${init}, ${plan}: the console:\n${console}`);
  return console;
}

/** When lines were logged that end with `text`, in nanoseconds. */
function timesOf(console: string, text: string): number[] {
  const lines = console.matchAll(new RegExp(`^\\[ *(\\d+)\\.(\\d{6})\\] ${text}$`, "gm"));
  return [...lines].map((line) => Number(line[1]! + line[2]!) * 1000);
}

/** From the second mark to the kernel's last word, less what a mark costs. */
function spanOf(console: string): number {
  const times = [...timesOf(console, "bench: mark"), ...timesOf(console, "reboot: Restarting system")];
  const [first, second, end] = times;
  if (times.length != 3) throw new Error(`not two marks and an end; the console:\n${console}`);
  return end! - second! - (second! - first!);
}

/** What scale.c has told of a work: nanoseconds by count. */
function costsOf(console: string, work: string): Map<number, number> {
  const lines = console.matchAll(new RegExp(`^bench: ${work} (\\d+) (\\d+)$`, "gm"));
  return new Map([...lines].map(([, count, nanoseconds]) => [Number(count), Number(nanoseconds)]));
}

/** Has one machine do a work with all its counts. */
async function costs(work: Work, init: string): Promise<Point[]> {
  const console = await consoleOf(init, work.counts.map((count) => `${work.name},${count}`).join(":"));
  const found = costsOf(console, work.name);
  return work.counts.map((count) => {
    const nanoseconds = found.get(count);
    if (nanoseconds === undefined) throw new Error(`no ${work.name} of ${count}; the console:\n${console}`);
    return { work: work.name, init, count, nanoseconds };
  });
}

async function span(work: Work, init: string, count: number): Promise<Point[]> {
  return [{ work: work.name, init, count, nanoseconds: spanOf(await consoleOf(init, `${work.name},${count}`)) }];
}

/** What is to be measured for a work, each in a machine of its own. */
export function measuresOf(work: Work): (() => Promise<Point[]>)[] {
  return work.inits.flatMap((init) =>
    work.isEnd ? work.counts.map((count) => () => span(work, init, count)) : [() => costs(work, init)],
  );
}

/**
 * Each call of a life fails once, with each errno of its manual page; and every such life must reach an end: that of the
 * machine, a hand-over, or what the scenario calls one.
 */
import { errnoNumber } from "../base/errno.js";
import { ERRNOS } from "./errnos.js";
import type { Fault, Lives, Outcome } from "./lives.js";
import { limitOf } from "./scenario.js";
import type { Call } from "./simulator.js";

/** A call that fails, and what becomes of it: the same with each of these errnos. */
export interface Failure {
  /** The number of the call, from 1 on. */
  call: number;
  text: string;
  errnos: string[];
  /** Why that is no end. */
  reason: string;
  /** The end of the trace, with the first of them. */
  trace: string[];
}

export interface Sweep {
  lives: number;
  failures: Failure[];
}

/** Why a life that ended so has not reached an end, or "". */
export function reasonOf({ trace, problem }: Pick<Outcome, "trace" | "problem">, directives: string): string {
  const end = trace.at(-1) ?? "";
  const trap = /^(trap|it computes).*/m.exec(problem)?.[0];
  if (trap && !/^-- (the machine|the new kernel)/.test(end)) return trap;
  if (/^-- (the machine|the new kernel|the child|check) /.test(end)) return "";
  const limit = limitOf(directives);
  if (limit && end.startsWith(`-- ${limit}`)) return "";
  return end.startsWith("-- ") ? end.slice("-- ".length) : "the trace has no end";
}

interface Try extends Fault {
  errnoName: string;
}

/** How often a call fails that is made again and again, as one that waits: at first, and at last. */
const AGAIN = 10;

/** The numbers of those calls that are to fail. */
function failing(calls: Call[]): number[] {
  const alike = new Map<string, number[]>();
  calls.forEach(({ text }, call) => alike.set(text, [...(alike.get(text) ?? []), call]));
  const some = [...alike.values()].flatMap((list) => [...new Set([...list.slice(0, AGAIN), ...list.slice(-AGAIN)])]);
  return some.sort((a, b) => a - b);
}

/** Errnos that are no failure, but tell something of the machine: another machine may have another end. */
const ANSWERS: Record<string, string[]> = {
  readlink: ["EINVAL"], // There is a file, and it is no link: `look` of the library asks for this.
};

function errnosOf(name: string): string[] {
  return (ERRNOS[name]?.split(" ") ?? []).filter((errno) => !ANSWERS[name]?.includes(errno));
}

function triesOf(calls: Call[]): Try[] {
  return failing(calls).flatMap((call) =>
    errnosOf(calls[call]!.name).map((errnoName) => ({ call, errno: errnoNumber(errnoName), errnoName })),
  );
}

/** Lives all lives of a scenario in which a call fails; `calls` are those of the good life. */
export async function sweep(lives: Lives, directives: string, calls: Call[]): Promise<Sweep> {
  const tries = triesOf(calls);
  const outcomes = await lives.live({ directives, faults: tries });
  const failures: Failure[] = [];
  outcomes.forEach((outcome, n) => {
    const { call, errnoName } = tries[n]!;
    const reason = reasonOf(outcome, directives);
    const last = failures.at(-1);
    if (!reason) return;
    if (last?.call === call + 1 && last.reason === reason) last.errnos.push(errnoName);
    else {
      failures.push({ call: call + 1, text: calls[call]!.text, errnos: [errnoName], reason, trace: outcome.trace });
    }
  });
  return { lives: tries.length, failures };
}

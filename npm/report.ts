/** What `wasinit test` prints. */
import { relative } from "node:path";
import type { Failure } from "./faults.js";
import type { Test, Tested } from "./test.js";

const COLOURS = { red: 31, green: 32, dim: 2, bold: 1 };

export type Paint = (colour: keyof typeof COLOURS, text: string) => string;

export const plain: Paint = (_, text) => text;
export const coloured: Paint = (colour, text) => `\x1b[${COLOURS[colour]}m${text}\x1b[0m`;

/** Colours are for a terminal whose user has not asked for none: no-color.org. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return stream.isTTY && !process.env.NO_COLOR ? coloured : plain;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}

function number(count: number, what: string): string {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`;
}

function paintDiff(diff: string, paint: Paint): string {
  const lines = diff.split("\n").map((line) => {
    if (line.startsWith("--- ") || line.startsWith("+++ ")) return paint("bold", line);
    return line.startsWith("-") ? paint("red", line) : line.startsWith("+") ? paint("green", line) : line;
  });
  return lines.join("\n");
}

function failureLines({ call, text, errnos, reason, trace }: Failure, paint: Paint): string {
  const heading = `call ${call}, ${text} = ${errnos.map((name) => `-${name}`).join(", ")}: ${reason}`;
  return [paint("red", heading), ...trace.map((line) => `  ${line}`)].join("\n");
}

/** A line for a scenario, and below it what is wrong. */
export function testLines(test: Test, paint: Paint): string {
  const mark = test.passed ? paint("green", "✓") : paint("red", "✗");
  const faults = test.faults ? `, ${number(test.faults.lives, "life").replace("lifes", "lives")} with a failing call` : "";
  const note = paint("dim", `(${test.updated ? "written, " : ""}${seconds(test.seconds)}${faults})`);
  const parts = [test.problem, paintDiff(test.diff, paint)];
  for (const failure of test.faults?.failures ?? []) parts.push(failureLines(failure, paint));
  return [`${mark} ${relative("", test.file)}  ${note}`, ...parts.filter(Boolean).map(indent)].join("\n");
}

/** The last line. */
export function sumLine({ passed, failed, seconds: all, tests }: Tested, paint: Paint): string {
  const lives = tests.reduce((sum, { faults }) => sum + (faults?.lives ?? 0), 0);
  const faults = lives ? `, ${lives.toLocaleString("en")} lives with a failing call` : "";
  const failures = failed ? paint("red", `${failed} failed`) : "0 failed";
  return `${passed ? paint("green", `${passed} passed`) : "0 passed"}, ${failures}${faults}  (${seconds(all)})`;
}

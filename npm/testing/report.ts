/** What `wasinit test` prints. */
import { relative } from "node:path";
import type { Failure } from "./faults.js";
import { grouped, paint } from "../base/terminal.js";
import type { Test, Tested } from "./test.js";

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}

function lives(count: number): string {
  return `${grouped(count)} ${count === 1 ? "life" : "lives"} with a failing call`;
}

function time(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

function paintDiff(diff: string): string {
  return diff
    .split("\n")
    .map((line) => {
      if (line.startsWith("--- ") || line.startsWith("+++ ")) return paint(line, "bold");
      return line.startsWith("-") ? paint(line, "red") : line.startsWith("+") ? paint(line, "green") : line;
    })
    .join("\n");
}

function failureText({ call, text, errnos, reason, trace }: Failure): string {
  const heading = `call ${call}, ${text} = ${errnos.map((name) => `-${name}`).join(", ")}: ${reason}`;
  return [paint(heading, "red"), ...trace.map((line) => `  ${line}`)].join("\n");
}

/** A line for a scenario, and below it what is wrong. */
export function testText({ file, passed, updated, seconds, problem, diff, faults }: Test): string {
  const mark = passed ? paint("✓", "green") : paint("✗", "red");
  const notes = [...(updated ? ["written"] : []), time(seconds), ...(faults ? [lives(faults.lives)] : [])];
  const wrong = [problem, paintDiff(diff), ...(faults?.failures ?? []).map(failureText)];
  const heading = `${mark} ${relative("", file)}  ${paint(`(${notes.join(", ")})`, "dim")}`;
  return [heading, ...wrong.filter(Boolean).map(indent)].join("\n");
}

/** The last line. */
export function sumText({ passed, failed, seconds, tests }: Tested): string {
  const failing = tests.reduce((sum, { faults }) => sum + (faults?.lives ?? 0), 0);
  const counts = [
    passed ? paint(`${passed} passed`, "green") : "0 passed",
    failed ? paint(`${failed} failed`, "red") : "0 failed",
    ...(failing ? [lives(failing)] : []),
  ];
  return `${counts.join(", ")}  ${paint(`(${time(seconds)})`, "dim")}`;
}

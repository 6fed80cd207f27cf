/** What a replay has found, in words. */
import type { Ending, Instance, Replayed } from "./replay.js";
import { showFrame } from "./stack.js";

function count(number: number, what: string): string {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}

function showReason({ how, reason, said }: Ending): string {
  switch (how) {
    case "trap":
      return `then it trapped: ${reason.replace(/^Exception: /, "")}${said === undefined ? "" : ` (${said})`}`;
    case "returned":
      return "then `boot` returned";
    case "host":
      return `then the host ended it: ${reason}`;
    case "left":
      return `then ${reason}, which did not return`;
    case "cut":
      return `then ${reason}: the machine died there, or could tell no more`;
    case "lost":
      return `then ${reason}; what it did next can't be known`;
    case "different":
      return `then ${reason}`;
  }
}

function showInstance({ calls, ending }: Instance, policy: string): string[] {
  const { difference } = ending;
  const lines = difference
    ? [`  record ${difference.number}: ${difference.trace}`, `  ${policy}: ${difference.policy}`]
    : [];
  return [`${count(calls, "call")}, ${showReason(ending)}`, ...lines, ...ending.stack.map(showFrame)];
}

function showTrace(trace: string, { wasinit, arch, damaged, earlier, policy, isSameBuild }: Replayed): string[] {
  const lines = [`${trace}: recorded by wasinit ${wasinit} on ${arch}`];
  if (earlier) lines.push(`It has ${count(earlier, "boot")} before this one.`);
  if (damaged.length) lines.push(`Damaged lines of that file: ${damaged.join(", ")}`);
  if (!isSameBuild) lines.push(`${policy} is another build than the one that was recorded.`);
  return lines;
}

/** As the command prints it. */
export function explain(trace: string, replayed: Replayed): string {
  const { instances, children, policy, calls } = replayed;
  const lives = instances.flatMap((instance, i) => [
    ...(i ? ["The host started it again."] : []),
    ...showInstance(instance, policy),
  ]);
  const more = children.length ? [`Of its children there is a trace, too: --child ${children.join(", ")}`] : [];
  return [...calls, ...showTrace(trace, replayed), ...lives, ...more].join("\n");
}

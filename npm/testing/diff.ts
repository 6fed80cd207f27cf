/** A unified diff, small and slow: traces are short. */

const CONTEXT = 3; // lines

/** How long the longest common subsequence is of `a` from i on and `b` from j on: `at(i, j)`. */
function commonLengths(a: string[], b: string[]): (i: number, j: number) => number {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j]!;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}

function compare(a: string[], b: string[]): string[] {
  const common = commonLengths(a, b);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      lines.push(`  ${a[i++]}`);
      j++;
    } else if (j === b.length || (i < a.length && common(i + 1, j) >= common(i, j + 1))) lines.push(`- ${a[i++]}`);
    else lines.push(`+ ${b[j++]}`);
  }
  return lines;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** Shows how `actual` differs from `expected`, or returns "" if it does not; an end of line may lack at the end. */
export function diff(expected: string, actual: string): string {
  const lines = compare(linesOf(expected), linesOf(actual));
  const changed = lines.flatMap((line, i) => (line.startsWith("  ") ? [] : [i]));
  if (!changed.length) return "";
  const isShown = (_: string, i: number) => changed.some((change) => Math.abs(change - i) <= CONTEXT);
  return ["--- expected", "+++ actual", ...lines.filter(isShown)].join("\n");
}

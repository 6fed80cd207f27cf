/** A unified diff, small and slow: traces are short. */

const CONTEXT = 3; // lines

/** The length of the longest common subsequence of `a` from i on and `b` from j on. */
function commonLengths(a: string[], b: string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

function compare(a: string[], b: string[]): string[] {
  const lengths = commonLengths(a, b);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      lines.push(`  ${a[i++]}`);
      j++;
    } else if (j === b.length || (i < a.length && lengths[i + 1][j] >= lengths[i][j + 1])) lines.push(`- ${a[i++]}`);
    else lines.push(`+ ${b[j++]}`);
  }
  return lines;
}

/** Shows how `actual` differs from `expected`, or returns "" if it does not. */
export function diff(expected: string, actual: string): string {
  if (expected === actual) return "";
  const lines = compare(expected.split("\n"), actual.split("\n"));
  const changed = lines.flatMap((line, i) => (line.startsWith("  ") ? [] : [i]));
  const isShown = (_: string, i: number) => changed.some((change) => Math.abs(change - i) <= CONTEXT);
  return ["--- expected", "+++ actual", ...lines.filter(isShown)].join("\n");
}

/** Tables for a terminal. */

/** Rows of equal length, the first the heading; words stand to the left, figures to the right. */
export function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isWords = (column: number) => rows.slice(1).some((row) => /[a-z]/.test(row[column]!));
  const cell = (text: string, column: number) =>
    isWords(column) ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return rows.map((row) => row.map(cell).join("  ").trimEnd() + "\n").join("");
}

/** 139832 as 139,832. */
export function figure(value: number): string {
  return Math.round(value).toLocaleString("en");
}

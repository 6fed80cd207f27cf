/** What is printed: in colours on a terminal, and nowhere else. */

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** Has nothing printed in colours, as if NO_COLOR was set. */
export function useNoColours(): void {
  process.env.NO_COLOR = "1";
  for (const name of ["FORCE_COLOR", "CLICOLOR_FORCE"]) delete process.env[name];
}

export function hasColours(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && stream.hasColors();
}

export function paint(text: string, colour: keyof typeof CODES, stream: NodeJS.WriteStream = process.stdout): string {
  const [on, off] = CODES[colour];
  return hasColours(stream) ? `\x1b[${on}m${text}\x1b[${off}m` : text;
}

/** A number as English writes it: 87,264. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Says what the compiler says, too: its messages begin with ERROR or WARNING. */
function say(text: string, colour: keyof typeof CODES): void {
  const { stderr } = process;
  const painted = text.replace(/^(ERROR|WARNING)(?= AS| TS|:)/gm, (word) => paint(word, colour, stderr));
  console.error(`${paint("wasinit:", colour, stderr)} ${painted}`);
}

export const warn = (text: string) => say(text, "yellow");
export const fail = (text: string) => say(text, "red");

/** What the compiler has to say of a policy that compiles. */
export function warnOf(warnings: string[]): void {
  if (warnings.length) warn(`it compiles, but:\n\n${warnings.join("\n\n")}`);
}

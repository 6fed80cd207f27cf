import { errnoNumber, signalNumber } from "./names";
import { lineNumber, refuse } from "./trace";

/** The words of a directive, taken one by one. */
export class Words {
  private words: string[];
  private at: i32 = 0;

  constructor(readonly line: string) {
    this.words = line.split(" ");
  }

  get isEmpty(): bool {
    return this.at >= this.words.length;
  }

  /** Ends the run, as the directive makes no sense. */
  refuse(): void {
    refuse(`can't understand: ${this.line}`, lineNumber);
  }

  /** The next word, which has to be there. */
  next(): string {
    if (this.isEmpty) this.refuse();
    return this.words[this.at++];
  }

  /** Takes the next words if they are these. */
  takes(phrase: string): bool {
    const wanted = phrase.split(" ");
    if (this.at + wanted.length > this.words.length) return false;
    for (let i = 0; i < wanted.length; i++) if (this.words[this.at + i] != wanted[i]) return false;
    this.at += wanted.length;
    return true;
  }

  /** Takes the next words, which have to be these. */
  expect(phrase: string): void {
    if (!this.takes(phrase)) this.refuse();
  }

  number(): i64 {
    const word = this.next();
    const value = I64.parseInt(word);
    if (value.toString() != word && "0x" + value.toString(16) != word) this.refuse();
    return value;
  }

  /** A time as `5 s`, in milliseconds. */
  time(): i64 {
    const value = this.number();
    if (this.takes("ms")) return value;
    this.expect("s");
    return value * 1000;
  }

  errno(): i32 {
    const errno = errnoNumber(this.next());
    if (!errno) this.refuse();
    return errno;
  }

  signal(): i32 {
    const signal = signalNumber(this.next());
    if (!signal) this.refuse();
    return signal;
  }

  /** All that is left, with the escapes `\n`, `\t` and `\0`. */
  text(): string {
    const text = this.words.slice(this.at).join(" ");
    this.at = this.words.length;
    return text.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll("\\0", "\0");
  }
}

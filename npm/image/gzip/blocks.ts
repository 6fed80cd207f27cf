/** The blocks of a deflated stream (RFC 1951, section 3.2), which end where gzip(1) ends them. */
import { Bits } from "./bits.js";
import { type Alphabet, type Code, codeFor, codeOf } from "./huffman.js";

const STORED = 0;
const FIXED = 1;
const DYNAMIC = 2;

const END = 256; // of a block
const LENGTHS = 257; // the first symbol of a length
const SHORTEST = 3;
const SYMBOLS = 32768; // that a block is made of, at most

const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BITS = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1));
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]; // in which lengths of codes are written

const LITERALS: Alphabet = { size: 286, extra: LENGTH_BITS, extraFrom: LENGTHS, longest: 15 };
const DISTANCES: Alphabet = { size: 30, extra: DISTANCE_BITS, extraFrom: 0, longest: 15 };
const CODE_LENGTHS: Alphabet = { size: 19, extra: [2, 3, 7], extraFrom: 16, longest: 7 };

const FIXED_LITERALS = codeOf(
  Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
);
const FIXED_DISTANCES = codeOf(new Uint8Array(30).fill(5));

/** Where the values of each symbol begin. */
function basesOf(bits: readonly number[]): number[] {
  let base = 0;
  return bits.map((count) => (base += 1 << count) - (1 << count));
}

const LENGTH_BASES = basesOf(LENGTH_BITS);
LENGTH_BASES[28] = 258 - SHORTEST; // The longest has a symbol of its own.
const DISTANCE_BASES = basesOf(DISTANCE_BITS);

/** The symbol of each value. */
function symbolsOf(bases: readonly number[], count: number): Uint8Array {
  const symbols = new Uint8Array(count);
  bases.forEach((base, symbol) => symbols.fill(symbol, base));
  return symbols;
}

const LENGTH_SYMBOLS = symbolsOf(LENGTH_BASES, 256);
const DISTANCE_SYMBOLS = symbolsOf(DISTANCE_BASES, 32768);

/** A symbol for the length of a code or of several, with what is behind it. */
interface Run {
  symbol: number;
  rest: number;
}

/** The lengths of a code, those that repeat put together (section 3.2.7). */
function runsOf({ lengths, last }: Code): Run[] {
  const runs: Run[] = [];
  const add = (symbol: number, rest = 0) => runs.push({ symbol, rest });
  let before = -1;
  for (let at = 0; at <= last;) {
    const length = lengths[at]!;
    const most = length === 0 ? 138 : length === before ? 6 : 7;
    let count = 1;
    while (count < most && at + count <= last && lengths[at + count] === length) count++;
    at += count;
    if (count < (length && length !== before ? 4 : 3)) {
      for (; count; count--) add(length);
    } else if (length) {
      if (length !== before) {
        add(length);
        count--;
      }
      add(16, count - 3);
    } else if (count <= 10) add(17, count - 3);
    else add(18, count - 11);
    before = length;
  }
  return runs;
}

/** The bits that a text takes in which each symbol is so often. */
function cost(frequencies: Uint32Array, { lengths }: Code, { extra, extraFrom }: Alphabet): number {
  return frequencies.reduce(
    (sum, count, symbol) => sum + count * (lengths[symbol]! + (extra[symbol - extraFrom] ?? 0)),
    0,
  );
}

interface Dynamic {
  literals: Code;
  distances: Code;
  runs: Run[];
  lengths: Code;
  /** Of the lengths of the code of lengths, how many are written. */
  written: number;
  bits: number;
}

export class Blocks {
  private readonly out = new Bits();
  private readonly values = new Uint8Array(SYMBOLS); // each a literal, or a length
  private readonly distances = new Uint16Array(SYMBOLS); // 0 of a literal
  private count = 0;
  private matches = 0;
  private literalCounts = new Uint32Array(LITERALS.size);
  private distanceCounts = new Uint32Array(DISTANCES.size);

  /** Whether the block is to end here; `length` is how many bytes it stands for, without a match that has just been added. */
  private isFull(length: number): boolean {
    if (this.count % 4096 === 0) {
      const bits = cost(this.distanceCounts, FIXED_DISTANCES, DISTANCES);
      if (this.matches < this.count >> 1 && this.count + Math.floor(bits / 8) < length >> 1) return true;
    }
    return this.count === SYMBOLS - 1;
  }

  literal(byte: number, length: number): boolean {
    this.distances[this.count] = 0;
    this.values[this.count++] = byte;
    this.literalCounts[byte]!++;
    return this.isFull(length);
  }

  match(distance: number, matched: number, length: number): boolean {
    this.distances[this.count] = distance;
    this.values[this.count++] = matched - SHORTEST;
    this.matches++;
    this.literalCounts[LENGTHS + LENGTH_SYMBOLS[matched - SHORTEST]!]!++;
    this.distanceCounts[DISTANCE_SYMBOLS[distance - 1]!]!++;
    return this.isFull(length);
  }

  private dynamic(): Dynamic {
    const literals = codeFor(this.literalCounts, LITERALS);
    const distances = codeFor(this.distanceCounts, DISTANCES);
    const runs = [...runsOf(literals), ...runsOf(distances)];
    const counts = new Uint32Array(CODE_LENGTHS.size);
    for (const { symbol } of runs) counts[symbol]!++;
    const lengths = codeFor(counts, CODE_LENGTHS);
    let written = ORDER.length;
    while (written > 4 && !lengths.lengths[ORDER[written - 1]!]) written--;
    const bits =
      cost(this.literalCounts, literals, LITERALS) +
      cost(this.distanceCounts, distances, DISTANCES) +
      cost(counts, lengths, CODE_LENGTHS) +
      3 * written +
      14;
    return { literals, distances, runs, lengths, written, bits };
  }

  private putCodes({ literals, distances, runs, lengths, written }: Dynamic): void {
    this.out.put(literals.last + 1 - 257, 5);
    this.out.put(distances.last + 1 - 1, 5);
    this.out.put(written - 4, 4);
    for (const symbol of ORDER.slice(0, written)) this.out.put(lengths.lengths[symbol]!, 3);
    for (const { symbol, rest } of runs) {
      this.out.put(lengths.bits[symbol]!, lengths.lengths[symbol]!);
      this.out.put(rest, CODE_LENGTHS.extra[symbol - CODE_LENGTHS.extraFrom] ?? 0);
    }
  }

  private putSymbols(literals: Code, distances: Code): void {
    const { out } = this;
    for (let i = 0; i < this.count; i++) {
      const value = this.values[i]!;
      const distance = this.distances[i]!;
      if (!distance) {
        out.put(literals.bits[value]!, literals.lengths[value]!);
        continue;
      }
      const length = LENGTH_SYMBOLS[value]!;
      const far = DISTANCE_SYMBOLS[distance - 1]!;
      out.put(literals.bits[LENGTHS + length]!, literals.lengths[LENGTHS + length]!);
      out.put(value - LENGTH_BASES[length]!, LENGTH_BITS[length]!);
      out.put(distances.bits[far]!, distances.lengths[far]!);
      out.put(distance - 1 - DISTANCE_BASES[far]!, DISTANCE_BITS[far]!);
    }
    out.put(literals.bits[END]!, literals.lengths[END]!);
  }

  private putStored(bytes: Uint8Array): void {
    this.out.align();
    this.out.put(bytes.length, 16);
    this.out.put(~bytes.length & 0xffff, 16);
    this.out.append(bytes);
  }

  /**
   * Ends the block; returns the whole bytes.
   * @param length how many bytes it stands for, and `bytes` are these, if they are still there.
   */
  end(bytes: Uint8Array | undefined, length: number, last: boolean): Uint8Array {
    this.literalCounts[END] = 1;
    const dynamic = this.dynamic();
    const fixed =
      cost(this.literalCounts, FIXED_LITERALS, LITERALS) + cost(this.distanceCounts, FIXED_DISTANCES, DISTANCES);
    const [fixedBytes, dynamicBytes] = [fixed, dynamic.bits].map((bits) => (bits + 3 + 7) >> 3) as [number, number];
    const kind =
      bytes && length + 4 <= Math.min(fixedBytes, dynamicBytes) ? STORED : fixedBytes <= dynamicBytes ? FIXED : DYNAMIC;
    this.out.put((kind << 1) | Number(last), 3);
    if (kind === STORED) this.putStored(bytes!);
    else if (kind === FIXED) this.putSymbols(FIXED_LITERALS, FIXED_DISTANCES);
    else {
      this.putCodes(dynamic);
      this.putSymbols(dynamic.literals, dynamic.distances);
    }
    if (last) this.out.align();
    this.count = this.matches = 0;
    this.literalCounts.fill(0);
    this.distanceCounts.fill(0);
    return this.out.take();
  }
}

/**
 * The compression of `gzip -9` (RFC 1951): of a text it makes the very bytes that gzip(1) makes, on any computer. zlib's,
 * which Node has, are others, and those of one Node may be others than those of the next.
 */
import { Blocks } from "./blocks.js";

const HALF = 32768; // bytes: how far back a match may be
const SHORTEST = 3;
const LONGEST = 258;
const AHEAD = LONGEST + SHORTEST + 1; // bytes, that are to be there before a match is looked for
const FARTHEST = HALF - AHEAD;
const FAR = 4096; // A match of three bytes that is farther costs more than they do.
const GOOD = 32; // as long a match as makes a better one unlikely
const TRIES = 4096;
const HASH_BITS = 15;
const HASH_SHIFT = HASH_BITS / SHORTEST;
const NONE = 0; // no place: what is at the very beginning is not looked for

/** Fills `into` as far as there is something to be read; returns how many bytes there were. */
export type Read = (into: Uint8Array) => number;

/** Looks, at each place, for the longest match, and takes it if there is none longer at the next. */
class Deflate {
  private readonly window = new Uint8Array(2 * HALF);
  private readonly heads = new Uint16Array(1 << HASH_BITS); // the last place of each hash
  private readonly previous = new Uint16Array(HALF); // of each place: the one before it of the same hash
  private readonly blocks = new Blocks();
  private hash = 0;
  private at = 0;
  private ahead = 0; // bytes in the window from `at` on
  private blockStart = 0; // negative if it is no longer in the window
  private isEnd = false;
  private length = SHORTEST - 1; // of the match at `at`
  private matchStart = 0;
  private hasLiteral = false; // that before `at` is still to be written

  constructor(private readonly read: Read) {
    this.fill(0);
    while (this.ahead < AHEAD && !this.isEnd) this.refill();
    this.hashByte(0);
    this.hashByte(1);
  }

  private fill(from: number): void {
    const count = this.read(this.window.subarray(from));
    this.ahead += count;
    if (count) return;
    this.isEnd = true;
    this.window.fill(0, from, from + SHORTEST - 1);
  }

  private slide(): void {
    this.window.copyWithin(0, HALF);
    for (const places of [this.heads, this.previous]) {
      for (let i = 0; i < places.length; i++) places[i] = places[i]! >= HALF ? places[i]! - HALF : NONE;
    }
    this.at -= HALF;
    this.matchStart -= HALF;
    this.blockStart -= HALF;
  }

  private refill(): void {
    if (this.at >= HALF + FARTHEST) this.slide();
    this.fill(this.at + this.ahead);
  }

  private hashByte(place: number): void {
    this.hash = ((this.hash << HASH_SHIFT) ^ this.window[place]!) & ((1 << HASH_BITS) - 1);
  }

  /** Notes the place; returns the last one of the same hash. */
  private insert(place: number): number {
    this.hashByte(place + SHORTEST - 1);
    const last = this.heads[this.hash]!;
    this.previous[place & (HALF - 1)] = last;
    this.heads[this.hash] = place;
    return last;
  }

  /** How long the longest match is that is longer than `longest`; it begins at matchStart. */
  private findMatch(candidate: number, longest: number): number {
    const { window, previous, at } = this;
    const limit = at > FARTHEST ? at - FARTHEST : NONE;
    const [first, second] = [window[at]!, window[at + 1]!];
    let [last, beforeLast] = [window[at + longest]!, window[at + longest - 1]!];
    let tries = longest >= GOOD ? TRIES >> 2 : TRIES;
    do {
      if (
        window[candidate + longest] === last &&
        window[candidate + longest - 1] === beforeLast &&
        window[candidate] === first &&
        window[candidate + 1] === second
      ) {
        let length = SHORTEST - 1;
        while (length < LONGEST && window[candidate + length] === window[at + length]) length++;
        if (length > longest) {
          this.matchStart = candidate;
          longest = length;
          if (length >= LONGEST) break;
          last = window[at + longest]!;
          beforeLast = window[at + longest - 1]!;
        }
      }
      candidate = previous[candidate & (HALF - 1)]!;
    } while (candidate > limit && --tries);
    return longest;
  }

  private endBlock(last: boolean): Uint8Array {
    const bytes = this.blockStart >= 0 ? this.window.subarray(this.blockStart, this.at) : undefined;
    const block = this.blocks.end(bytes, this.at - this.blockStart, last);
    this.blockStart = this.at;
    return block;
  }

  /** Looks for a match at `at`. */
  private look(candidate: number, before: number): void {
    this.length = SHORTEST - 1;
    if (candidate === NONE || before >= LONGEST || this.at - candidate > FARTHEST) return;
    if (this.at > 2 * HALF - AHEAD) return;
    this.length = Math.min(this.findMatch(candidate, before), this.ahead);
    if (this.length === SHORTEST && this.at - this.matchStart > FAR) this.length--;
  }

  /** Goes on behind a match, of which the first byte is behind `at` already. */
  private skip(count: number): void {
    this.ahead -= count;
    for (let i = 1; i < count; i++) this.insert(++this.at);
    this.at++;
    this.hasLiteral = false;
    this.length = SHORTEST - 1;
  }

  /** Goes on by a match or a byte; returns the block that it has filled. */
  private step(): Uint8Array | undefined {
    const before = this.length;
    const start = this.matchStart;
    const covered = this.at - this.blockStart;
    this.look(this.insert(this.at), before);
    if (before >= SHORTEST && this.length <= before) {
      const isFull = this.blocks.match(this.at - 1 - start, before, covered);
      this.skip(before - 1);
      return isFull ? this.endBlock(false) : undefined;
    }
    const isFull = this.hasLiteral && this.blocks.literal(this.window[this.at - 1]!, covered);
    const block = isFull ? this.endBlock(false) : undefined;
    this.hasLiteral = true;
    this.at++;
    this.ahead--;
    return block;
  }

  /** The blocks, each as far as it fills whole bytes. */
  *run(): Generator<Uint8Array> {
    while (this.ahead) {
      const block = this.step();
      if (block) yield block;
      while (this.ahead < AHEAD && !this.isEnd) this.refill();
    }
    if (this.hasLiteral) this.blocks.literal(this.window[this.at - 1]!, 0);
    yield this.endBlock(true);
  }
}

/** Compresses what `read` gives. */
export function deflate(read: Read): Generator<Uint8Array> {
  return new Deflate(read).run();
}

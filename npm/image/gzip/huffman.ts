/**
 * Huffman codes, as RFC 1951 has them. How long each is when several would do, is what zlib and gzip(1), by Jean-loup
 * Gailly and Mark Adler, have come to: so that the bytes are theirs, too.
 */

/** The symbols of a code: what bits each has besides it, and how long it is at most. */
export interface Alphabet {
  size: number;
  /** Of each symbol from `extraFrom` on: bits behind its code. */
  extra: readonly number[];
  extraFrom: number;
  longest: number;
}

export interface Code {
  lengths: Uint8Array;
  /** The bits of each symbol, the first of them the least significant. */
  bits: Uint16Array;
  /** The last symbol that has a code. */
  last: number;
}

function reverse(bits: number, length: number): number {
  let reversed = 0;
  for (let i = 0; i < length; i++) reversed |= ((bits >> i) & 1) << (length - 1 - i);
  return reversed;
}

/** The code with these lengths: shorter ones first, by symbols. */
export function codeOf(lengths: Uint8Array, last = lengths.length - 1): Code {
  const bits = new Uint16Array(lengths.length);
  const next = new Uint16Array(17);
  for (let length = 1; length <= 16; length++) {
    const shorter = lengths.subarray(0, last + 1).filter((other) => other === length - 1 && other > 0).length;
    next[length] = (next[length - 1]! + shorter) << 1;
  }
  for (let symbol = 0; symbol <= last; symbol++) {
    const length = lengths[symbol]!;
    if (length) bits[symbol] = reverse(next[length]!++, length);
  }
  return { lengths, bits, last };
}

/** Symbols, and what is made of two: the lightest on top, of those that weigh the same the one that is less deep. */
class Heap {
  private readonly nodes: number[] = [0]; // from 1 on

  constructor(
    private readonly weights: Int32Array,
    private readonly depths: Uint8Array,
  ) {}

  get size(): number {
    return this.nodes.length - 1;
  }

  get top(): number {
    return this.nodes[1]!;
  }

  /** Puts it at the end: `order` is to follow. */
  add(node: number): void {
    this.nodes.push(node);
  }

  order(): void {
    for (let at = this.size >> 1; at; at--) this.sink(at);
  }

  take(): number {
    const { top } = this;
    const last = this.nodes.pop()!;
    if (this.size) this.replace(last);
    return top;
  }

  /** Puts a node in the place of the one on top. */
  replace(node: number): void {
    this.nodes[1] = node;
    this.sink(1);
  }

  private isBefore(a: number, b: number): boolean {
    const difference = this.weights[a]! - this.weights[b]!;
    return difference < 0 || (difference === 0 && this.depths[a]! <= this.depths[b]!);
  }

  private sink(at: number): void {
    const { nodes, size } = this;
    const node = nodes[at]!;
    for (let child = 2 * at; child <= size; child *= 2) {
      if (child < size && this.isBefore(nodes[child + 1]!, nodes[child]!)) child++;
      if (this.isBefore(node, nodes[child]!)) break;
      nodes[at] = nodes[child]!;
      at = child;
    }
    nodes[at] = node;
  }
}

/**
 * Cuts what is longer than allowed: of two that were too long one goes beside a shorter one, which is one longer then.
 * @param ordered the symbols, those that are used least first.
 * @param counts how many there are of each length.
 */
function shorten(lengths: Uint8Array, ordered: number[], counts: Uint16Array, longest: number, tooLong: number): void {
  for (; tooLong > 0; tooLong -= 2) {
    let length = longest - 1;
    while (!counts[length]) length--;
    counts[length]!--;
    counts[length + 1]! += 2;
    counts[longest]!--;
  }
  let at = 0;
  for (let length = longest; length; length--) {
    for (let left = counts[length]!; left; left--) lengths[ordered[at++]!] = length;
  }
}

/** The code that makes a text shortest in which each symbol is so often. There are two symbols at least, used or not. */
export function codeFor(frequencies: Uint32Array, { size, longest }: Alphabet): Code {
  const weights = new Int32Array(2 * size + 1);
  const depths = new Uint8Array(2 * size + 1);
  const parents = new Uint16Array(2 * size + 1);
  const heap = new Heap(weights, depths);
  let last = -1;
  for (let symbol = 0; symbol < size; symbol++) {
    if (!frequencies[symbol]) continue;
    weights[symbol] = frequencies[symbol]!;
    heap.add((last = symbol));
  }
  while (heap.size < 2) {
    const symbol = last < 2 ? ++last : 0;
    weights[symbol] = 1;
    heap.add(symbol);
  }
  heap.order();

  const taken: number[] = [];
  let node = size;
  do {
    const [a, b] = [heap.take(), heap.top];
    taken.push(a, b);
    weights[node] = weights[a]! + weights[b]!;
    depths[node] = Math.max(depths[a]!, depths[b]!) + 1;
    parents[a] = parents[b] = node;
    heap.replace(node++);
  } while (heap.size > 1);

  const depth = new Uint8Array(2 * size + 1); // from the root, which is the last node
  const counts = new Uint16Array(longest + 1);
  let tooLong = 0;
  for (const node of [...taken].reverse()) {
    const deep = depth[parents[node]!]! + 1;
    if (deep > longest) tooLong++;
    depth[node] = Math.min(deep, longest);
    if (node < size) counts[depth[node]!]!++;
  }
  const lengths = depth.slice(0, size);
  if (tooLong) {
    const symbols = taken.filter((node) => node < size);
    shorten(lengths, symbols, counts, longest, tooLong);
  }
  return codeOf(lengths, last);
}

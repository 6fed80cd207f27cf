/** A stream of bits, the least significant of a byte first (RFC 1951, section 3.1.1). */
export class Bits {
  private bytes = new Uint8Array(1 << 16);
  private size = 0;
  private pending = 0;
  private count = 0; // bits of `pending`, fewer than 8 between two calls

  /** Appends the low `length` bits of a value, at most 16. */
  put(value: number, length: number): void {
    this.pending |= value << this.count;
    this.count += length;
    for (; this.count >= 8; this.count -= 8) {
      this.byte(this.pending & 255);
      this.pending >>>= 8;
    }
  }

  /** Fills a byte that has been begun. */
  align(): void {
    if (this.count) this.put(0, 8 - this.count);
  }

  /** Appends bytes, behind a whole one. */
  append(bytes: Uint8Array): void {
    for (const byte of bytes) this.byte(byte);
  }

  /** Takes the whole bytes out. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.size);
    this.size = 0;
    return taken;
  }

  private byte(value: number): void {
    if (this.size === this.bytes.length) {
      const larger = new Uint8Array(2 * this.size);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.size++] = value;
  }
}

/** Of a memory's words of 32 bits, as FNV-1a has it of bytes; checksum.h is the same. */
export function checksum(memory: ArrayBufferLike): number {
  const words = new Int32Array(memory);
  let sum = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words[i], 0x01000193); // a loop by `of` takes longer
  return sum >>> 0;
}

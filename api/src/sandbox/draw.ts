/** The nth number of a seed's sequence, in [0, 1): the same whatever was drawn before it (mulberry32). */
export function draw(seed: number, nth: number): number {
  const state = (seed + Math.imul(nth, 0x6d2b79f5)) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

/** Numbers of a seed's sequence, one after the other. */
export function sequence(seed: number): () => number {
  let drawn = 0;
  return () => draw(seed, (drawn += 1));
}

/** Choices that a seed decides: the same seed, the same choices. */
export interface SeededRandom {
  /** A whole number from 0, below `limit`. */
  below(limit: number): number;
  /** One of them; undefined when there is none. */
  one<T>(items: readonly T[]): T | undefined;
  /** All of them in another order. */
  shuffled<T>(items: readonly T[]): T[];
}

/** Marsaglia's xorshift (32 bits), well mixed at the start so that neighbouring seeds do not choose alike. */
export function seededRandom(seed: number): SeededRandom {
  let state = mixed(seed) || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    one: (items) => items[below(items.length)],
    shuffled(items) {
      const rest = [...items];
      const order: typeof rest = [];
      while (rest.length > 0) order.push(...rest.splice(below(rest.length), 1));
      return order;
    },
  };
}

/** The finaliser of MurmurHash3. */
function mixed(seed: number): number {
  let hash = seed | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

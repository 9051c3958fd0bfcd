import type { Instant } from "../clock.ts";

/** Facts that may be a little old: read once for all who ask at the same time, and again when they are `maxAgeMs` old. */
export interface FreshCache<T> {
  get(key: string): Promise<T>;
  /** Forgets everything, reads in flight included. */
  clear(): void;
}

const sizeLimit = 20_000;

export function createFreshCache<T>(
  read: (key: string) => Promise<T>,
  wall: () => Instant,
  maxAgeMs: number,
): FreshCache<T> {
  let entries = new Map<string, { readAt: Instant; value: Promise<T> }>();
  return {
    get(key) {
      const now = wall();
      const found = entries.get(key);
      // A clock that was set back says nothing about an entry's age.
      if (found !== undefined && now >= found.readAt && now - found.readAt < maxAgeMs) return found.value;
      if (entries.size >= sizeLimit) entries = new Map();
      const entry = { readAt: now, value: read(key) };
      const into = entries;
      into.set(key, entry);
      entry.value.catch(() => {
        if (into.get(key) === entry) into.delete(key);
      });
      return entry.value;
    },
    clear() {
      entries = new Map();
    },
  };
}

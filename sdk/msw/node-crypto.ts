/** What is left of `node:crypto` in the bundle, and why nothing cryptographic is needed of it. */

/** The name under which a verified token is remembered in this process: the token will do. */
export function hash(_algorithm: string, text: string): string {
  return text;
}

/** Drawn by `systemIds` alone, which the hub in memory does not use. */
export function randomBytes(): never {
  throw new Error("ids of the hub in memory are counted");
}

/** Of advisory locks, of which there are none. */
export function createHash(): never {
  throw new Error("nothing is locked in memory");
}

import type * as real from "../../../../api/src/db/locks.ts";

/** Transactions follow one another here, so that nobody waits for a lock. */
export const lockNames: typeof real.lockNames = async () => undefined;
export const tryLockNames: typeof real.tryLockNames = async () => true;

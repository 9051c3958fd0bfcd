import type * as real from "../../../../../api/src/features/access/store.ts";

/** Who read what of whom is kept for clinics; a unit test has invented patients and nobody to show it to. */
export const recordAccess: typeof real.recordAccess = async () => undefined;
export const recordAccesses: typeof real.recordAccesses = async () => undefined;
export const recordLookup: typeof real.recordLookup = async () => undefined;
export const recordPersonLookup: typeof real.recordPersonLookup = async () => undefined;

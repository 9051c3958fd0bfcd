import type * as real from "../../../../../api/src/features/openings/store.ts";

/** Openings are derived where they are read (agenda.ts). */
export const refreshOpenings: typeof real.refreshOpenings = async () => undefined;
export const writeOpenings: typeof real.writeOpenings = async () => undefined;

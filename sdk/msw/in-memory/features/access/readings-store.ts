import type * as real from "../../../../../api/src/features/access/readings-store.ts";

/** As access records: for clinics to see, of which there is none here. */
export const recordReadings: typeof real.recordReadings = async () => undefined;

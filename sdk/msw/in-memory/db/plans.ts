import type * as real from "../../../../api/src/db/plans.ts";

/** Nothing is planned in memory. */
export const planForSizes: typeof real.planForSizes = async () => undefined;

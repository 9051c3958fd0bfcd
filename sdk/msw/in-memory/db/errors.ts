import type * as real from "../../../../api/src/db/errors.ts";

/** No database, no errors of one: what a constraint would refuse, a store of this folder refuses itself. */
export const isTransient: typeof real.isTransient = () => false;
export const isUnavailable: typeof real.isUnavailable = () => false;
export const refusalOf: typeof real.refusalOf = () => undefined;

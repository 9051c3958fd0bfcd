import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";

export const mostEndpoints = 10;

/** SYNC-61: whether a machine that has so many endpoints may have another. */
export function decideAnother(endpoints: number): Decision<number> {
  if (endpoints >= mostEndpoints)
    return refuse(violation("SYNC-61", "TOO_MANY_WEBHOOK_ENDPOINTS", "", { most: mostEndpoints }));
  return accept(endpoints + 1);
}

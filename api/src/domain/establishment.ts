import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";

/** APPT-02, APPT-03: the past limit is a value RAMQ sets; 90 days unless it granted 365. */
export const defaultPastLimitDays = 90;

/** EST-06, EST-07: a GMF has a number, another establishment has none. */
export function decideGmf(input: {
  isGmf: boolean;
  gmfNumber: string | null;
}): Decision<{ isGmf: boolean; gmfNumber: string | null }> {
  if (input.isGmf && input.gmfNumber === null) return refuse(violation("EST-06", "REQUIRED_FIELD", "/gmfNumber"));
  if (!input.isGmf && input.gmfNumber !== null) return refuse(violation("EST-07", "NOT_A_GMF", "/gmfNumber"));
  return accept(input);
}

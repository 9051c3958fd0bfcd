import { accept, refuse, violation } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { addDays, weekdayOf } from "./time.ts";

/** How far ahead citizens may see a professional's agenda. */
export interface ProfessionalOptions {
  limitFutureBooking: boolean;
  /** Present if and only if the limit is on. */
  maxWeeks: number | null;
}

/** OPT-01: a new professional's whole public agenda is seen. */
export const defaultProfessionalOptions: ProfessionalOptions = { limitFutureBooking: false, maxWeeks: null };

const weeksAllowed = { min: 1, max: 52 };

/** OPT-02: a limit says how many weeks, from 1 to 52; without a limit there are none to say. */
export function decideProfessionalOptions(wanted: ProfessionalOptions): Decision<ProfessionalOptions> {
  const { limitFutureBooking, maxWeeks } = wanted;
  if (limitFutureBooking && maxWeeks === null) return refuse(violation("OPT-02", "REQUIRED_FIELD", "/maxWeeks"));
  const allowed =
    maxWeeks === null || (limitFutureBooking && maxWeeks >= weeksAllowed.min && maxWeeks <= weeksAllowed.max);
  if (!allowed) return refuse(violation("ProfessionalOptions.maxWeeks", "OUT_OF_RANGE", "/maxWeeks"));
  return accept({ limitFutureBooking, maxWeeks });
}

/**
 * OPT-03, OPT-04: the last local date that citizens see, or null without a limit. Weeks run from Sunday to Saturday and
 * the current one is the first, so it is the Saturday of week `maxWeeks`. What OPT-05 to OPT-07 make of it is in
 * visibility.ts.
 */
export function lastBookableDate({ maxWeeks }: Pick<ProfessionalOptions, "maxWeeks">, today: string): string | null {
  return maxWeeks === null ? null : addDays(today, 7 * maxWeeks - 1 - weekdayOf(today));
}

import { addDays, startOfDay, timeZones } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { CitizenView } from "../../domain/visibility.ts";
import type { Site } from "./search.ts";

/** A place as a citizen searches it: types and ages depend on the place and the citizen alone, not on the professional. */
export function siteOf(
  searched: Site["searched"],
  { types, reason, from: ofAge, until, bookedDates, timeZone }: CitizenView,
  { from, to }: { from: number; to: number | null },
): Site {
  return {
    searched,
    filter: { types, reason, within: null, without: daysOf(bookedDates, timeZone), citizen: true },
    from: Math.max(from, ofAge ?? from),
    to: until === null ? to : Math.min(until, to ?? until),
  };
}

/** Local dates as stretches of time. */
function daysOf(dates: ReadonlySet<string>, zone: TimeZone): { from: number; to: number }[] {
  return [...dates].map((date) => ({ from: startOfDay(date, zone), to: startOfDay(addDays(date, 1), zone) }));
}

/** What of these local dates is the same in every zone: before it is known in which zone an opening is. */
export function daysInEveryZone(dates: ReadonlySet<string>): { from: number; to: number }[] {
  const days = timeZones.map((zone) => daysOf(dates, zone));
  return [...dates].map((_, index) => ({
    from: Math.max(...days.map((each) => each[index]?.from ?? 0)),
    to: Math.min(...days.map((each) => each[index]?.to ?? 0)),
  }));
}

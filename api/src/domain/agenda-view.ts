import type { ClinicActor } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { addDays, daysBetween, startOfDay } from "./time.ts";
import type { TimeZone } from "./time.ts";
import { daysInWeek, sundayOf } from "./week.ts";

/** Which agendas somebody looks at, and which days of them. */

export const agendaViews = ["day", "week", "upcoming"] as const;
export type AgendaView = (typeof agendaViews)[number];

/** Local dates of a place, both included. */
export interface Days {
  from: string;
  to: string;
}

/** What is asked for: a view around a date, or the days from one date to another. */
export interface WantedDays {
  view?: AgendaView | undefined;
  date?: string | undefined;
  /** Of the upcoming ones. */
  days?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** As many days as one answer shows. */
export const longestView = 31;
const upcomingDays = 14;

/**
 * VIEW-01: the days of an agenda that are asked for: one day (today, unless named), its week from Sunday to Saturday, or
 * the days that come, or those between two dates.
 */
export function decideDays(wanted: WantedDays, today: string): Decision<Days> {
  const { view, date = today, days, from, to } = wanted;
  if (from !== undefined || to !== undefined) return decideSpan(wanted);
  if (days !== undefined && view !== "upcoming") return refuse(violation("CONTRACT", "INVALID_REQUEST", "/query/days"));
  switch (view ?? "day") {
    case "day":
      return accept({ from: date, to: date });
    case "week":
      return accept({ from: sundayOf(date), to: addDays(sundayOf(date), daysInWeek - 1) });
    case "upcoming":
      return accept({ from: date, to: addDays(date, (days ?? upcomingDays) - 1) });
  }
}

function decideSpan({ view, date, days, from, to }: WantedDays): Decision<Days> {
  const beside = Object.entries({ view, date, days }).filter(([, value]) => value !== undefined);
  const found: Violation[] = beside.map(([name]) => violation("CONTRACT", "INVALID_REQUEST", `/query/${name}`));
  if (from === undefined) found.push(violation("CONTRACT", "REQUIRED_FIELD", "/query/from"));
  if (to === undefined) found.push(violation("CONTRACT", "REQUIRED_FIELD", "/query/to"));
  if (from === undefined || to === undefined) return refuse(...found);
  const length = daysBetween(from, to) + 1;
  if (length < 1) found.push(violation("CONTRACT", "INVALID_INTERVAL", "/query/to", { from: "from", to: "to" }));
  if (length > longestView) found.push(violation("CONTRACT", "OUT_OF_RANGE", "/query/to"));
  return found.length > 0 ? refuse(...found) : accept({ from, to });
}

/** From the first midnight of some days to the one after the last. */
export function intervalOf({ from, to }: Days, zone: TimeZone): { startAt: number; endAt: number } {
  return { startAt: startOfDay(from, zone), endAt: startOfDay(addDays(to, 1), zone) };
}

/** VIEW-04: every one the reader may read. */
export const everybody = "all";
export type Whose = typeof everybody | readonly string[];

/**
 * VIEW-02: who names nobody means their own agenda. VIEW-03: a user who is no professional has none. Agenda software is
 * no user and keeps whole places: without a name it means everybody there (LCGA-02).
 */
export function whoseAgendas(reader: ClinicActor, named: Whose | undefined): Whose {
  if (named !== undefined) return named;
  if (reader.kind === "machine") return everybody;
  return reader.professionalId === null ? [] : [reader.professionalId];
}

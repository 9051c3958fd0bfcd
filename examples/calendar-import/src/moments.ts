import { Temporal } from "temporal-polyfill";
import { zoneOf } from "./zones.ts";

/** A calendar's dates and times as they are written: a day, an instant, or a time on somebody's wall. */
export type Moment =
  | { kind: "day"; date: Temporal.PlainDate }
  | { kind: "instant"; at: Temporal.ZonedDateTime }
  /** Without zone: whoever reads it means their own. */
  | { kind: "floating"; local: Temporal.PlainDateTime };

export class UnknownZone extends Error {
  override name = "UnknownZone";
}

/**
 * Reads one value as ical.js leaves it (jCal): "2027-03-02T13:00:00", "…Z" or "2027-03-02". It is not left to make times of
 * it: it takes a TZID that it has no VTIMEZONE for as floating, and throws on a date where a time is announced.
 */
export function readMoment(text: string, tzid: string | undefined): Moment | null {
  const [, date, time, utc] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(Z?)|T::)?$/.exec(text) ?? [];
  if (date === undefined) return null;
  if (time === undefined) return { kind: "day", date: Temporal.PlainDate.from(date) };
  const local = Temporal.PlainDateTime.from(`${date}T${time}`);
  if (utc === "Z") return { kind: "instant", at: local.toZonedDateTime("UTC") };
  if (tzid === undefined) return { kind: "floating", local };
  const zone = zoneOf(tzid);
  if (zone === null) throw new UnknownZone(tzid);
  // RFC 5545, 3.3.5: a time that the clock change skips is the one after it, one that it repeats the first.
  return { kind: "instant", at: local.toZonedDateTime(zone, { disambiguation: "compatible" }) };
}

/** In a zone: where a day begins, or a floating time is. */
export function inZone(moment: Moment, zone: string): Temporal.ZonedDateTime {
  switch (moment.kind) {
    case "day":
      return moment.date.toZonedDateTime(zone);
    case "floating":
      return moment.local.toZonedDateTime(zone);
    case "instant":
      return moment.at;
  }
}

import { Temporal } from "temporal-polyfill";

/** Minutes of wall clock since 00:00; 1440 is the midnight that ends the day. */
export type WallMinute = number;

const MINUTES_A_DAY = 1440;

/** `YYYY-MM-DD` of a day that exists. */
export function isLocalDate(text: string): boolean {
  // Software writes 0000-00-00 or 0001-01-01 where it knows no date.
  if (!/^(19|2[01])\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

export function isTimeZone(text: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return true;
  } catch {
    return false;
  }
}

/** RFC 3339 with `Z` or an offset; null for anything else, a local time without offset included. */
export function parseInstant(text: string): Date | null {
  try {
    return new Date(Temporal.Instant.from(text).epochMilliseconds);
  } catch {
    return null;
  }
}

/**
 * The instant at which something that starts at this wall-clock time starts (design, decision 9): null when the time does
 * not exist, the first of the two when it comes twice, unless `offset` (`-05:00`) names the other one.
 */
export function startInstant(
  date: string,
  minute: WallMinute,
  zone: string,
  offset: string | null = null,
): Date | null {
  const wall = wallTime(date, minute);
  const first = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  // Inside a gap, "earlier" answers another wall-clock time, as far before the gap as the gap is long.
  if (!first.toPlainDateTime().equals(wall)) return null;
  const last = wall.toZonedDateTime(zone, { disambiguation: "later" });
  return toDate(offset === last.offset ? last : first);
}

/**
 * The instant of a bound that nothing starts at: the end of a slot, the moment a slot opens. Inside a gap it is the
 * transition itself, since the clock jumps over the bound at that instant. A bound that comes twice is the first, as a start
 * is: of two runs that touch at 01:30, the first must end where the second begins, neither overlapping it nor leaving an hour open.
 */
export function boundInstant(date: string, minute: WallMinute, zone: string): Date {
  const wall = wallTime(date, minute);
  const first = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (first.toPlainDateTime().equals(wall)) return toDate(first);
  return toDate(first.getTimeZoneTransition("next") ?? first);
}

/** What a clock on the wall shows. `secondPass`: this wall-clock time came once before, an hour ago as a rule. */
export interface WallClock {
  date: string;
  minute: WallMinute;
  offset: string;
  secondPass: boolean;
}

export function wallClock(instant: Date, zone: string): WallClock {
  const local = zoned(instant, zone);
  const first = local.toPlainDateTime().toZonedDateTime(zone, { disambiguation: "earlier" });
  return {
    date: local.toPlainDate().toString(),
    minute: local.hour * 60 + local.minute,
    offset: local.offset,
    secondPass: first.epochMilliseconds !== local.epochMilliseconds,
  };
}

/** RFC 3339 with the zone's own offset: `2027-03-04T09:00:00-05:00`. */
export function withOffset(instant: Date, zone: string): string {
  return zoned(instant, zone).toString({ timeZoneName: "never", smallestUnit: "second" });
}

export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

function wallTime(date: string, minute: WallMinute): Temporal.PlainDateTime {
  const day = Temporal.PlainDate.from(date).add({ days: Math.floor(minute / MINUTES_A_DAY) });
  const within = minute % MINUTES_A_DAY;
  return day.toPlainDateTime({ hour: Math.floor(within / 60), minute: within % 60 });
}

function zoned(instant: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
}

function toDate(zonedDateTime: Temporal.ZonedDateTime): Date {
  return new Date(zonedDateTime.epochMilliseconds);
}

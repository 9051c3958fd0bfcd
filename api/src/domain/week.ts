import { addDays, instantOf, minuteMs, startOfDay, weekdayOf } from "./time.ts";
import type { TimeZone } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

export interface Interval {
  startAt: Instant;
  endAt: Instant;
}

/** A week as an agenda shows it: seven local dates. */
export const daysInWeek = 7;

/** The Sunday of a date's week: weeks run Sunday to Saturday (OPT-04, TPL-21, SCHED-15, SCHED-31). */
export function sundayOf(date: string): string {
  return addDays(date, -weekdayOf(date));
}

/** The seven local dates that begin with a date, as the interval between two midnights of a zone. */
export function weekFrom(firstDate: string, zone: TimeZone): Interval {
  return { startAt: startOfDay(firstDate, zone), endAt: startOfDay(addDays(firstDate, daysInWeek), zone) };
}

/**
 * Local times on a date, as a slot keeps them when it is copied or made from a template: 09:00 is 09:00 on either side of
 * a clock change. `endTime` 00:00 is the end of the day (SLOT-03). A start that the spring change skips does not exist:
 * null. An end that it skips is where the clocks jump. Of a time that the autumn change repeats, the first is meant
 * (design, decision 9). Null too when the end does not follow the start.
 */
export function placedOn(date: string, startTime: string, endTime: string, zone: TimeZone): Interval | null {
  const startAt = instantOf(date, startTime, zone);
  if (startAt === null) return null;
  const endAt = endTime === "00:00" ? startOfDay(addDays(date, 1), zone) : endOn(date, endTime, zone);
  return endAt > startAt ? { startAt, endAt } : null;
}

/** The end of a stretch: a time in the spring gap is the gap's instant, found by stepping back to the last that exists. */
function endOn(date: string, time: string, zone: TimeZone): Instant {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  for (let minute = hours * 60 + minutes; minute >= 0; minute--) {
    const text = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    const at = instantOf(date, text, zone);
    if (at !== null) return text === time ? at : at + minuteMs;
  }
  return startOfDay(date, zone);
}

import { addDays, instantOf, localDateOf, localTimeOf, minuteMs, startOfDay, timeZones, weekdayOf } from "./time.ts";
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

/** The last date that an agenda speaks of: what lies beyond could be written, but neither asked for nor sent again. */
const lastDate = "2199-12-31";

/** Whether a week ends while agendas do. */
export function isWithinAgendas(firstDate: string): boolean {
  return addDays(firstDate, daysInWeek - 1) <= lastDate;
}

/** The seven local dates that begin with a date, as the interval between two midnights of a zone. */
export function weekFrom(firstDate: string, zone: TimeZone): Interval {
  return { startAt: startOfDay(firstDate, zone), endAt: startOfDay(addDays(firstDate, daysInWeek), zone) };
}

/** From a week's first midnight in any zone to its last in any other: what holds the week, wherever it is lived. */
export function weekAnywhere(firstDate: string): Interval {
  const weeks = timeZones.map((zone) => weekFrom(firstDate, zone));
  return {
    startAt: Math.min(...weeks.map(({ startAt }) => startAt)),
    endAt: Math.max(...weeks.map(({ endAt }) => endAt)),
  };
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
  const endAt = endTime === "00:00" ? startOfDay(addDays(date, 1), zone) : momentOn(date, endTime, zone);
  return endAt > startAt ? { startAt, endAt } : null;
}

/** A local time on a date; one that the spring change skips is where the clocks jump: after the last minute that exists. */
export function momentOn(date: string, time: string, zone: TimeZone): Instant {
  const exact = instantOf(date, time, zone);
  if (exact !== null) return exact;
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  for (let minute = hours * 60 + minutes - 1; minute >= 0; minute--) {
    const text = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    const at = instantOf(date, text, zone);
    if (at !== null) return at + minuteMs;
  }
  return startOfDay(date, zone);
}

/** The same local times so many days later (SCHED-15), as placedOn has them; null when they do not exist there. */
export function daysLater({ startAt, endAt }: Interval, days: number, zone: TimeZone): Interval | null {
  return placedOn(addDays(localDateOf(startAt, zone), days), clockOf(startAt, zone), clockOf(endAt, zone), zone);
}

/** SCHED-17: a moment at the same local time so many days later, or where the clocks jump over it. */
export function momentDaysLater(at: Instant, days: number, zone: TimeZone): Instant {
  return momentOn(addDays(localDateOf(at, zone), days), clockOf(at, zone), zone);
}

/** `HH:MM`, with the seconds when there are any: agendas count in seconds. */
function clockOf(at: Instant, zone: TimeZone): string {
  const seconds = Math.floor(at / 1000) % 60;
  const time = localTimeOf(at, zone);
  return seconds === 0 ? time : `${time}:${String(seconds).padStart(2, "0")}`;
}

import { createHash } from "node:crypto";
import { Temporal } from "temporal-polyfill";
import type { Occurrence, Window } from "./read-calendar.ts";

/** A calendar's times as slots to push. Each keeps its name when it is moved, so that the next import changes it. */

export interface SlotLine {
  externalId: string;
  startAt: string;
  endAt: string;
}

export interface LeftOut {
  occurrence: Occurrence;
  why: "wholeDay" | "overMidnight" | "noLength";
}

export interface PlaceHours extends Window {
  /** What a whole day means here; without it whole days are left out. */
  wholeDay?: { from: string; to: string };
}

export function slotsOf(
  occurrences: readonly Occurrence[],
  hours: PlaceHours,
): { slots: SlotLine[]; leftOut: LeftOut[] } {
  const slots: SlotLine[] = [];
  const leftOut: LeftOut[] = [];
  for (const occurrence of occurrences) {
    const parts = occurrence.wholeDay ? openDays(occurrence, hours) : [inHours(occurrence, hours)];
    if (parts === null) {
      leftOut.push({ occurrence, why: "wholeDay" });
      continue;
    }
    for (const { start, end } of parts) {
      // One that began before the window reaches into it, and some of several days may be after it.
      if (!isWithin(start, hours)) continue;
      // SLOT-03: a slot is within one local day; midnight at its end still is.
      const lastDay = end.subtract({ seconds: 1 }).toPlainDate();
      if (Temporal.ZonedDateTime.compare(start, end) >= 0) leftOut.push({ occurrence, why: "noLength" });
      else if (!start.toPlainDate().equals(lastDay)) leftOut.push({ occurrence, why: "overMidnight" });
      else slots.push({ externalId: externalIdOf(occurrence, start), startAt: instant(start), endAt: instant(end) });
    }
  }
  return { slots, leftOut };
}

function isWithin(start: Temporal.ZonedDateTime, { from, to }: Window): boolean {
  const at = start.toInstant();
  return Temporal.Instant.compare(from, at) <= 0 && Temporal.Instant.compare(at, to) < 0;
}

interface Part {
  start: Temporal.ZonedDateTime;
  end: Temporal.ZonedDateTime;
}

function inHours({ start, end }: Occurrence, { zone }: PlaceHours): Part {
  return { start: start.withTimeZone(zone), end: end.withTimeZone(zone) };
}

/** Each day of it, in the place's hours. */
function openDays({ start, end }: Occurrence, { zone, wholeDay }: PlaceHours): Part[] | null {
  if (wholeDay === undefined) return null;
  const parts: Part[] = [];
  const at = (date: Temporal.PlainDate, time: string) =>
    date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) });
  for (
    let date = start.toPlainDate();
    Temporal.PlainDate.compare(date, end.toPlainDate()) < 0;
    date = date.add({ days: 1 })
  )
    parts.push({ start: at(date, wholeDay.from), end: at(date, wholeDay.to) });
  return parts;
}

/** 1 to 128 visible ASCII characters, the same for the same occurrence of the same event. */
function externalIdOf({ uid, original, wholeDay }: Occurrence, start: Temporal.ZonedDateTime): string {
  const day = wholeDay ? start.toPlainDate().toString() : "";
  return `ics-${createHash("sha256").update(`${uid}\n${original}\n${day}`).digest("hex").slice(0, 32)}`;
}

function instant(at: Temporal.ZonedDateTime): string {
  return at.toString({ timeZoneName: "never" });
}

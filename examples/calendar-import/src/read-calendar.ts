import ICAL from "ical.js";
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { inZone, readMoment, UnknownZone } from "./moments.ts";
import type { Moment } from "./moments.ts";
import { zoneOf } from "./zones.ts";

/** An `.ics` file as the times that it means, each once, and what of it could not be read. */

export interface Occurrence {
  /** The event's, or one made of what it says when the file gives none (Outlook Web Access). */
  uid: string;
  /** Where the series put it: names this occurrence, also after it was moved. */
  original: string;
  summary: string;
  wholeDay: boolean;
  start: Temporal.ZonedDateTime;
  end: Temporal.ZonedDateTime;
}

export interface Remark {
  uid: string;
  what: "unknownZone" | "unreadable" | "followingMoved" | "exceptionOfNothing" | "firstOutsideItsRule";
  detail: string;
}

export interface Reading {
  occurrences: readonly Occurrence[];
  remarks: readonly Remark[];
}

export interface Window {
  from: Temporal.Instant;
  to: Temporal.Instant;
  /** The place's: what floating times and whole days mean there. */
  zone: string;
}

export function readCalendar(ics: string, window: Window): Reading {
  const remarks: Remark[] = [];
  const found: Occurrence[] = [];
  const calendar = new ICAL.Component(ICAL.parse(ics.trim()) as unknown[]);
  const own = { ...window, calendarZone: zoneOfCalendar(calendar) ?? window.zone };
  for (const [uid, events] of byUid(calendar.getAllSubcomponents("vevent"))) {
    try {
      found.push(...occurrencesOf(uid, events, own, remarks));
    } catch (error) {
      remarks.push(remarkOn(uid, error));
    }
  }
  const within = found.filter(({ start, end }) => before(start, window.to) && before(window.from, end));
  within.sort((one, other) => Temporal.ZonedDateTime.compare(one.start, other.start));
  return { occurrences: within, remarks };
}

class Unreadable extends Error {
  override name = "Unreadable";
}

function remarkOn(uid: string, error: unknown): Remark {
  if (!(error instanceof UnknownZone) && !(error instanceof Unreadable)) throw error;
  const what = error instanceof UnknownZone ? "unknownZone" : "unreadable";
  return { uid, what, detail: error.message };
}

type OwnWindow = Window & { calendarZone: string };

/** A series with its exceptions: EXDATE takes one out, RECURRENCE-ID puts another in its place. */
function occurrencesOf(
  uid: string,
  events: readonly ICAL.Component[],
  window: OwnWindow,
  remarks: Remark[],
): Occurrence[] {
  const changed = events.filter((event) => event.hasProperty("recurrence-id"));
  const occurrences = new Map<string, Occurrence>();
  for (const event of events.filter((each) => !changed.includes(each))) {
    if (isCancelled(event)) continue;
    const first = momentOf(event, "dtstart");
    if (first === null) throw new Unreadable("an event without DTSTART");
    const length = lengthOf(event, first, window);
    for (const start of startsOf(uid, event, first, window, remarks)) {
      const one = occurrence(uid, event, start, start.add(length), first.kind === "day");
      occurrences.set(one.original, one);
    }
    for (const { start, end } of addedOf(uid, event, window, remarks)) {
      const one = occurrence(uid, event, start, end ?? start.add(length), first.kind === "day");
      occurrences.set(one.original, one);
    }
    for (const excluded of momentsOf(event, "exdate")) {
      const keys = [...occurrences.values()].filter((one) => isMeant(excluded, one, window));
      if (keys.length === 0 && inside(inZone(excluded, window.zone), window))
        remarks.push({ uid, what: "exceptionOfNothing", detail: textOf(excluded) });
      for (const { original } of keys) occurrences.delete(original);
    }
  }
  for (const event of changed) {
    const meant = momentOf(event, "recurrence-id");
    const start = momentOf(event, "dtstart");
    if (meant === null || start === null) throw new Unreadable("an exception without RECURRENCE-ID or DTSTART");
    if (event.getFirstProperty("recurrence-id")?.getFirstParameter("range") === "THISANDFUTURE")
      remarks.push({ uid, what: "followingMoved", detail: textOf(meant) });
    const replaced = [...occurrences.values()].find((one) => isMeant(meant, one, window));
    if (replaced !== undefined) occurrences.delete(replaced.original);
    if (isCancelled(event)) continue;
    const at = inZone(start, window.zone);
    const one = occurrence(uid, event, at, at.add(lengthOf(event, start, window)), start.kind === "day");
    const original = replaced?.original ?? nameOf(inZone(meant, window.calendarZone), start.kind === "day");
    occurrences.set(original, { ...one, original });
  }
  return [...occurrences.values()];
}

/** Where the event's rule, or its single date, puts it, as far as the window. */
function startsOf(
  uid: string,
  event: ICAL.Component,
  first: Moment,
  window: OwnWindow,
  remarks: Remark[],
): Temporal.ZonedDateTime[] {
  const dtstart = inZone(first, window.zone);
  const rule = event.getFirstProperty("rrule");
  if (rule === null) return [dtstart];
  // UNTIL is compared here and not by the rule: real files write it in every form that RFC 5545 forbids.
  const text = String(rule.getFirstValue()).replace(/;?UNTIL=[^;]*/, "");
  const until = untilOf(rule, first, window);
  const last = until === null || Temporal.Instant.compare(until, window.to) > 0 ? window.to : until;
  const series = new RRuleTemporal({ rruleString: text, dtstart, temporal: Temporal });
  const starts: Temporal.ZonedDateTime[] = [];
  // An occurrence that began before the window may reach into it; a day is more than any that a clinic offers.
  const from = window.from.subtract({ hours: 24 });
  for (const start of series.between(new Date(from.epochMilliseconds), new Date(last.epochMilliseconds), true))
    starts.push(start);
  if (inside(dtstart, window) && !starts.some((start) => start.equals(dtstart)))
    remarks.push({ uid, what: "firstOutsideItsRule", detail: nameOf(dtstart, false) });
  return starts;
}

interface Added {
  start: Temporal.ZonedDateTime;
  /** Null: as long as the event. */
  end: Temporal.ZonedDateTime | null;
}

/** What RDATE adds. One that cannot be read is left out alone; an EXDATE would leave what it excludes on offer. */
function addedOf(uid: string, event: ICAL.Component, { zone }: OwnWindow, remarks: Remark[]): Added[] {
  return event.getAllProperties("rdate").flatMap((property) =>
    valuesOf(property).flatMap((value) => {
      try {
        return [addedAt(property, value, zone)];
      } catch (error) {
        remarks.push(remarkOn(uid, error));
        return [];
      }
    }),
  );
}

/** A period brings its own length (RFC 5545, 3.8.5.2): in jCal a pair, whose second is an end or a duration. */
function addedAt(property: ICAL.Property, value: unknown, zone: string): Added {
  if (!Array.isArray(value)) return { start: inZone(momentIn(property, value), zone), end: null };
  const [begins, ends] = value as unknown[];
  const timeOf = (text: unknown) => {
    const moment = momentIn(property, text);
    // ical.js lets dates through, of which RFC 5545, 3.3.9 makes no period.
    if (moment.kind === "day") throw new Unreadable(`RDATE: a period of ${textOf(moment)}`);
    return inZone(moment, zone);
  };
  const start = timeOf(begins);
  return { start, end: isLength(ends) ? start.add(ends) : timeOf(ends) };
}

function isLength(value: unknown): value is string {
  return typeof value === "string" && /^P(?=.)(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/.test(value);
}

/** The last instant of a series. Of a whole day's, Exchange writes the midnight of its own zone in UTC: it means that date. */
function untilOf(rule: ICAL.Property, first: Moment, window: OwnWindow): Temporal.Instant | null {
  // jCal: ["rrule", {}, "recur", { freq, until, … }]
  const { until } = rule.jCal[3] as { until?: string };
  if (until === undefined) return null;
  const zone = first.kind === "instant" ? first.at.timeZoneId : window.zone;
  const moment = readMoment(until, undefined);
  if (moment === null) throw new Unreadable(`UNTIL=${until}`);
  if (moment.kind === "day")
    return moment.date.add({ days: 1 }).toZonedDateTime(zone).toInstant().subtract({ seconds: 1 });
  if (first.kind === "day" && moment.kind === "instant") {
    const date = moment.at.withTimeZone(window.calendarZone).toPlainDate();
    return date.toZonedDateTime(zone).toInstant();
  }
  return inZone(moment, zone).toInstant();
}

/** Is it this occurrence that an exception means? A date means what was on that day; so does any time of a whole day. */
function isMeant(moment: Moment, { original, start, wholeDay }: Occurrence, window: OwnWindow): boolean {
  if (wholeDay) return inZone(moment, window.calendarZone).toPlainDate().toString() === original;
  if (moment.kind === "day") return start.toPlainDate().equals(moment.date);
  return inZone(moment, window.zone).toInstant().equals(start.toInstant());
}

function occurrence(
  uid: string,
  event: ICAL.Component,
  start: Temporal.ZonedDateTime,
  end: Temporal.ZonedDateTime,
  wholeDay: boolean,
): Occurrence {
  const summary = String(event.getFirstPropertyValue("summary") ?? "").trim();
  return { uid, original: nameOf(start, wholeDay), summary, wholeDay, start, end };
}

function nameOf(start: Temporal.ZonedDateTime, wholeDay: boolean): string {
  return wholeDay ? start.toPlainDate().toString() : start.toInstant().toString();
}

function lengthOf(event: ICAL.Component, start: Moment, window: Window): Temporal.Duration {
  const end = momentOf(event, "dtend");
  if (end === null) {
    const duration = event.getFirstPropertyValue("duration");
    if (duration !== null) return Temporal.Duration.from(String(duration));
    return Temporal.Duration.from(start.kind === "day" ? { days: 1 } : { hours: 0 });
  }
  // Whole days are counted as days: the one of a clock change has 23 or 25 hours.
  const largestUnit = start.kind === "day" ? "days" : "hours";
  return inZone(start, window.zone).until(inZone(end, window.zone), { largestUnit });
}

function momentOf(event: ICAL.Component, name: string): Moment | null {
  return momentsOf(event, name)[0] ?? null;
}

function momentsOf(event: ICAL.Component, name: string): Moment[] {
  return event
    .getAllProperties(name)
    .flatMap((property) => valuesOf(property).map((value) => momentIn(property, value)));
}

/** jCal: name, parameters, type, and then the values as text. */
function valuesOf(property: ICAL.Property): unknown[] {
  return (property.jCal as unknown[]).slice(3);
}

function momentIn(property: ICAL.Property, value: unknown): Moment {
  const tzid = property.getFirstParameter("tzid") as string | undefined;
  const moment = typeof value === "string" ? readMoment(value, tzid) : null;
  if (moment === null) throw new Unreadable(`${property.name.toUpperCase()}: ${JSON.stringify(value)}`);
  return moment;
}

/** What the file says that it is in: its own words, or its only zone. */
function zoneOfCalendar(calendar: ICAL.Component): string | null {
  const told = calendar.getFirstPropertyValue("x-wr-timezone");
  const listed = calendar.getAllSubcomponents("vtimezone").map((zone) => zone.getFirstPropertyValue("tzid"));
  for (const name of [told, ...listed]) {
    const zone = typeof name === "string" ? zoneOf(name) : null;
    if (zone !== null && zone !== "UTC") return zone;
  }
  return null;
}

function byUid(events: readonly ICAL.Component[]): Map<string, ICAL.Component[]> {
  const groups = new Map<string, ICAL.Component[]>();
  for (const event of events) {
    const uid = event.getFirstPropertyValue("uid") ?? `${String(event.getFirstPropertyValue("summary"))} without UID`;
    groups.set(String(uid), [...(groups.get(String(uid)) ?? []), event]);
  }
  return groups;
}

function isCancelled(event: ICAL.Component): boolean {
  return event.getFirstPropertyValue("status") === "CANCELLED";
}

function inside(start: Temporal.ZonedDateTime, { from, to }: Window): boolean {
  return !before(start, from) && before(start, to);
}

function before(
  one: Temporal.ZonedDateTime | Temporal.Instant,
  other: Temporal.ZonedDateTime | Temporal.Instant,
): boolean {
  return one.epochNanoseconds < other.epochNanoseconds;
}

function textOf(moment: Moment): string {
  return moment.kind === "day"
    ? moment.date.toString()
    : moment.kind === "floating"
      ? moment.local.toString()
      : moment.at.toString();
}

import type { ClinicActor } from "./actor.ts";
import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import type { Freshness } from "./freshness.ts";
import type { AgendaAnswer } from "./inbox.ts";
import { mayRead } from "./permission.ts";
import { addDays, overlaps, startOfDay } from "./time.ts";
import type { TimeZone } from "./time.ts";

/** SYNC-17: what at a place somebody has to deal with. Nothing of it is kept; it is what there is at the moment of reading. */

/** Milliseconds since the epoch. */
type Instant = number;

interface Time {
  startAt: Instant;
  endAt: Instant;
}

/** Of an appointment; in the order in which one that wants attention for several reasons is listed. */
export const appointmentKinds = [
  "agendaRejected",
  "agendaTimedOut",
  "doubleBooking",
  "notAtWorkPlace",
  "placeEnded",
  "professionalLeft",
] as const;
export type AppointmentKind = (typeof appointmentKinds)[number];
export const attentionKinds = ["agendaLate", "agendaStale", ...appointmentKinds] as const;
export type AttentionKind = (typeof attentionKinds)[number];

/** From when somebody is gone or something has ended, and the rule that says so. */
export interface Ended {
  from: Instant;
  rule: string;
}

/** EMP-18, EMP-19: from the day after their last; EMP-21: a record that is deleted is gone at once. */
export function whenGone(
  { departureDate, deletedAt }: { departureDate: string | null; deletedAt: Instant | null },
  zone: TimeZone,
): Ended | null {
  if (deletedAt !== null) return { from: deletedAt, rule: "EMP-21" };
  return departureDate === null ? null : { from: dayAfter(departureDate, zone), rule: "EMP-19" };
}

/** PLACE-07: from the day after its last. */
export function whenEnded({ endDate, timeZone }: { endDate: string | null; timeZone: TimeZone }): Ended | null {
  return endDate === null ? null : { from: dayAfter(endDate, timeZone), rule: "PLACE-07" };
}

function dayAfter(date: string, zone: TimeZone): Instant {
  return startOfDay(addDays(date, 1), zone);
}

/** What an appointment is listed for: the rule that says so, and since when that has been so, where it is known. */
export function reasonOf(
  kind: AppointmentKind,
  { gone, ended, agenda }: { gone: Ended | null; ended: Ended | null; agenda: Pick<AgendaAnswer, "since"> | null },
  now: Instant,
): { rule: string; since: Instant | null } {
  switch (kind) {
    case "agendaRejected":
    case "agendaTimedOut":
      return { rule: "SYNC-52", since: agenda?.since ?? null };
    case "doubleBooking":
      return { rule: "SYNC-18", since: null };
    case "notAtWorkPlace":
      return { rule: "EMP-16", since: null };
    case "placeEnded":
      return endedReason(ended, now);
    case "professionalLeft":
      return endedReason(gone, now);
  }
}

/** A last day that is still to come is none that something has been since. */
function endedReason(ended: Ended | null, now: Instant): { rule: string; since: Instant | null } {
  if (ended === null) throw new Error("what has not ended is not listed for it");
  return { rule: ended.rule, since: ended.from <= now ? ended.from : null };
}

/** SYNC-03, SYNC-13, SYNC-17: the state of the link, when it is not live. */
export function linkAttention({
  state,
  since,
}: Freshness): { kind: "agendaLate" | "agendaStale"; rule: string; since: Instant | null } | null {
  switch (state) {
    case "live":
      return null;
    case "late":
      return { kind: "agendaLate", rule: "SYNC-03", since };
    case "stale":
      return { kind: "agendaStale", rule: "SYNC-13", since };
  }
}

/**
 * SYNC-18: whether at some instant of an appointment more run than the professional has seats. `active` are the
 * professional's active appointments in the establishment, itself included.
 */
export function isOverbooked(time: Time, active: readonly Time[], capacity: number): boolean {
  const beside = active.filter((each) => overlaps(each, time));
  // The most run at once where one of them begins.
  const begins = beside.map(({ startAt }) => Math.max(startAt, time.startAt));
  return begins.some((at) => beside.filter(({ startAt, endAt }) => startAt <= at && at < endAt).length > capacity);
}

/** SYNC-16: what a machine is told of an appointment that it pushes beyond capacity; whose the others are does not matter. */
export function overbookedWarnings(time: Time, active: readonly Time[], capacity: number): Violation[] {
  return isOverbooked(time, active, capacity) ? [violation("SYNC-16", "OVERLAPS_APPOINTMENT", "/startAt")] : [];
}

/** What somebody is told of the appointments that overlap another. */
export interface Overlaps {
  /** Those that the reader may read. */
  appointmentIds: string[];
  /** SYNC-15, BUSY_ELSEWHERE: the time is also taken where the reader may not read. */
  busyElsewhere: boolean;
}

/** SYNC-15, SYNC-19: of what is at a place that the reader may not read, only that the time is taken. */
export function tellOverlaps(
  reader: ClinicActor,
  agenda: { establishmentId: string; professionalId: string },
  overlapping: readonly { appointmentId: string; placeId: string }[],
): Overlaps {
  const { establishmentId, professionalId } = agenda;
  const readable = overlapping.filter(({ placeId }) => mayRead(reader, { establishmentId, professionalId, placeId }));
  return {
    appointmentIds: readable.map(({ appointmentId }) => appointmentId),
    busyElsewhere: readable.length < overlapping.length,
  };
}

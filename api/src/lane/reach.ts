import { agendaDayNames } from "../db/locks.ts";
import type { AgendaSpan } from "../db/locks.ts";
import type { HoldOwner } from "../domain/hold.ts";
import { localDateOf, timeZones } from "../domain/time.ts";
import type { Instant } from "../clock.ts";
import type { CitizenDay } from "../features/appointments/store.ts";
import { bindingLockNames } from "../features/bindings/store.ts";
import type { ExternalName } from "../features/bindings/store.ts";

/** A vendor's name of an appointment. */
export interface VendorName extends ExternalName {
  vendorId: string;
}

/** What a command names: read by id. */
export interface Targets {
  professionalIds?: readonly string[];
  slotIds?: readonly string[];
  appointmentIds?: readonly string[];
  holdIds?: readonly string[];
  names?: readonly VendorName[];
}

/** How far a command reaches: what is locked before its facts are read, and read after it is locked. */
export interface Reach {
  /** Stretches of professionals' time that the command looks at or changes. */
  spans: readonly AgendaSpan[];
  /** A person's days that it counts. */
  citizenDays: readonly CitizenDay[];
  /** Those whose holds it counts. */
  owners: readonly HoldOwner[];
  /** Appointments it found out about, beside its targets. */
  appointmentIds: readonly string[];
}

export const noReach: Reach = { spans: [], citizenDays: [], owners: [], appointmentIds: [] };

/** The longest opening (service_duration). */
export const longestOpeningMs = 480 * 60_000;

/**
 * The days of a person that an appointment at this instant may count on: its local date in each zone of Québec, because
 * the place, and with it the zone, may still be unknown or about to change.
 */
export function citizenDaysAt(namIndex: string | null, ...instants: readonly Instant[]): CitizenDay[] {
  if (namIndex === null) return [];
  const dates = new Set(instants.flatMap((at) => timeZones.map((zone) => localDateOf(at, zone))));
  return [...dates].map((localDate) => ({ namIndex, localDate }));
}

/**
 * The names of the locks of a batch. A span reaches on by the longest opening: an opening that crosses midnight (UTC) is
 * derived from appointments on both sides of it, whose writers must meet. The later of two that overlap one opening
 * starts before that opening ends, hence less than its length after the earlier one ends: on a day that both lock.
 */
export function lockNamesOf(targets: Targets, reach: Reach): string[] {
  const reaching = reach.spans.map((span) => ({ ...span, endAt: span.endAt + longestOpeningMs }));
  const names = [
    ...reach.citizenDays.map(({ namIndex, localDate }) => `citizen:${namIndex}:${localDate}`),
    ...agendaDayNames(reaching),
    ...reach.owners.map(({ type, id }) => `holder:${type}:${id}`),
    ...(targets.names ?? []).flatMap((name) => bindingLockNames(name.vendorId, "appointment", [name])),
  ];
  return [...new Set(names)];
}

/** Whether what was locked and read is enough for what is needed now. */
export function covers(taken: Reach, needed: Reach): boolean {
  return (
    needed.spans.every((span) => taken.spans.some((other) => contains(other, span))) &&
    needed.citizenDays.every((day) => taken.citizenDays.some((other) => sameDay(other, day))) &&
    needed.owners.every(({ type, id }) => taken.owners.some((other) => other.type === type && other.id === id)) &&
    needed.appointmentIds.every((id) => taken.appointmentIds.includes(id))
  );
}

function contains(outer: AgendaSpan, inner: AgendaSpan): boolean {
  return (
    outer.establishmentId === inner.establishmentId &&
    outer.professionalId === inner.professionalId &&
    outer.startAt <= inner.startAt &&
    outer.endAt >= inner.endAt
  );
}

function sameDay(a: CitizenDay, b: CitizenDay): boolean {
  return a.namIndex === b.namIndex && a.localDate === b.localDate;
}

export function mergeReach(reaches: readonly Reach[]): Reach {
  return {
    spans: reaches.flatMap(({ spans }) => spans),
    citizenDays: reaches.flatMap(({ citizenDays }) => citizenDays),
    owners: reaches.flatMap(({ owners }) => owners),
    appointmentIds: reaches.flatMap(({ appointmentIds }) => appointmentIds),
  };
}

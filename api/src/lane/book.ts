import type { Announcement } from "../db/change-log.ts";
import type { AgendaSpan } from "../db/locks.ts";
import type { Actor } from "../domain/actor.ts";
import { changedFields } from "../domain/appointment.ts";
import type { Appointment } from "../domain/appointment.ts";
import type { Binding } from "../domain/binding.ts";
import { eraseAt } from "../domain/erasure.ts";
import { isRunning, statusAtEnd } from "../domain/hold.ts";
import type { Hold, HoldEnd, HoldOwner } from "../domain/hold.ts";
import { agendaAfterWrite, changedAnswer } from "../domain/inbox.ts";
import type { PlacedSlot } from "../domain/placement.ts";
import type { ConsultationReason } from "../domain/reason.ts";
import { localDateOf, overlaps } from "../domain/time.ts";
import type { Instant } from "../clock.ts";
import type { BookingEstablishment, BookingPlace } from "../features/appointments/agenda-store.ts";
import type { CitizenDay } from "../features/appointments/store.ts";
import type { WrittenAppointment } from "../features/appointments/write-store.ts";
import { holdChange } from "../features/holds/change.ts";
import type { ProfessionalFacts } from "../features/professionals/store.ts";
import type { VendorName } from "./reach.ts";

/** Everything a batch has read. */
export interface Facts {
  establishments: readonly BookingEstablishment[];
  places: readonly BookingPlace[];
  inactiveReasons: readonly ConsultationReason[];
  professionals: readonly ProfessionalFacts[];
  slots: readonly PlacedSlot[];
  appointments: readonly Appointment[];
  holds: readonly Hold[];
  holdCounts: readonly (HoldOwner & { holds: number })[];
  /** Days that were read; those without a row count 0. */
  citizenDays: readonly (CitizenDay & { appointments: number })[];
  bindings: readonly (Binding & { vendorId: string })[];
}

/** What a batch has to write: rows as they are in the end, announcements in the order of the decisions. */
export interface Writes {
  inserted: WrittenAppointment[];
  updated: WrittenAppointment[];
  putHolds: Hold[];
  deletedHolds: Hold[];
  citizenDays: (CitizenDay & { appointments: number })[];
  bindings: (Binding & { vendorId: string })[];
  /** A vendor's own writes by the object's id. */
  ownWrites: { vendorId: string; establishmentId: string; objectId: string; version: number }[];
  /** Where openings are to be derived anew. */
  spans: AgendaSpan[];
  announcements: Announcement[];
}

/**
 * The agendas of a batch in memory. Decisions apply one after another: each sees the effect of those before it, as if
 * it had waited for their commit.
 */
export type Book = ReturnType<typeof createBook>;

type Time = Pick<AgendaSpan, "professionalId" | "startAt" | "endAt">;

export function createBook(facts: Facts, now: Instant) {
  const establishments = new Map(facts.establishments.map((each) => [each.establishmentId, each]));
  const places = new Map(facts.places.map((each) => [each.placeId, each]));
  const professionals = new Map(facts.professionals.map((each) => [each.professionalId, each]));
  const slots = new Map(facts.slots.map((each) => [each.slotId, each]));
  const appointments = new Map(facts.appointments.map((each) => [each.appointmentId, each]));
  const holds = new Map(facts.holds.map((each) => [each.holdId, each]));
  const holdCounts = new Map(facts.holdCounts.map((each) => [ownerKey(each), each.holds]));
  const days = new Map(facts.citizenDays.map((each) => [dayKey(each), { ...each }]));
  const bindings = new Map(facts.bindings.map((each) => [nameKey(each), each]));

  /** The vendors' names of objects: an object has one of each. */
  const nameOf = new Map(facts.bindings.map((each) => [`${each.vendorId} ${each.objectId}`, nameKey(each)]));
  const isNew = new Set<string>();
  const dirty = new Set<string>();
  const dirtyHolds = new Set<string>();
  const gone = new Map<string, Hold>();
  const newHolds = new Set<string>();
  const dirtyDays = new Set<string>();
  const dirtyBindings = new Set<string>();
  const ownWrites = new Map<string, Writes["ownWrites"][number]>();
  const spans: AgendaSpan[] = [];
  const announcements: Announcement[] = [];

  function place(placeId: string): BookingPlace {
    return known(places.get(placeId), "place");
  }

  function countDay(appointment: Appointment, by: 1 | -1): void {
    if (appointment.status !== "active" || appointment.namIndex === null) return;
    const localDate = localDateOf(appointment.startAt, place(appointment.placeId).timeZone);
    const key = dayKey({ namIndex: appointment.namIndex, localDate });
    known(days.get(key), "citizen day").appointments += by;
    dirtyDays.add(key);
  }

  function announceAppointment(before: Appointment | null, after: Appointment, author: Actor, changed: string[]): void {
    announcements.push({
      author,
      change: {
        establishmentId: after.establishmentId,
        objectType: "appointment",
        objectId: after.appointmentId,
        operation: before === null ? "created" : "updated",
        version: after.version,
        placeIds: [...new Set([after.placeId, before?.placeId ?? after.placeId])],
        professionalId: after.professionalId,
        startAt: after.startAt,
        endAt: after.endAt,
        status: after.status,
        changed,
      },
    });
  }

  return {
    now,
    /** REASON-11 */
    inactiveReasons: facts.inactiveReasons,

    establishment: (establishmentId: string): BookingEstablishment =>
      known(establishments.get(establishmentId), "establishment"),
    place,
    findPlace: (placeId: string): BookingPlace | undefined => places.get(placeId),
    professional: (professionalId: string): ProfessionalFacts | undefined => professionals.get(professionalId),
    slot: (slotId: string): PlacedSlot | undefined => slots.get(slotId),
    slotsOf: (professionalId: string): PlacedSlot[] =>
      [...slots.values()].filter((slot) => slot.professionalId === professionalId),
    appointment: (appointmentId: string): Appointment | undefined => appointments.get(appointmentId),
    /** Active appointments of the professional that overlap the time. */
    appointmentsIn: (time: Time): Appointment[] =>
      [...appointments.values()].filter(
        (each) => each.status === "active" && each.professionalId === time.professionalId && overlaps(each, time),
      ),
    hold: (holdId: string): Hold | undefined => holds.get(holdId),
    /** HOLD-13: running holds of the professional that overlap the time. */
    holdsIn: (time: Time): Hold[] =>
      [...holds.values()].filter(
        (each) => isRunning(each, now) && each.professionalId === time.professionalId && overlaps(each, time),
      ),
    holdCount: (owner: HoldOwner): number => holdCounts.get(ownerKey(owner)) ?? 0,
    /** APPT-11 */
    appointmentsOn: (namIndex: string, localDate: string): number =>
      known(days.get(dayKey({ namIndex, localDate })), "citizen day").appointments,
    binding: (name: VendorName): Binding | undefined => bindings.get(nameKey(name)),
    bindingOf(vendorId: string, objectId: string): Binding | undefined {
      const name = nameOf.get(`${vendorId} ${objectId}`);
      return name === undefined ? undefined : bindings.get(name);
    },

    /**
     * Inserts or changes an appointment: its days are counted, its time is derived anew, the agenda software of its place
     * is asked (SYNC-46), the change is announced. Answers it as it is kept.
     */
    saveAppointment(decided: Appointment, author: Actor): Appointment {
      const before = appointments.get(decided.appointmentId) ?? null;
      const { linkedAt, answerWithinMinutes } = place(decided.placeId);
      const link = linkedAt === null ? null : { answerWithinMinutes };
      const bySoftware = author.kind === "machine";
      const after = { ...decided, agenda: agendaAfterWrite(before, decided, { bySoftware, link, now }) };
      if (before !== null) countDay(before, -1);
      countDay(after, 1);
      appointments.set(after.appointmentId, after);
      dirty.add(after.appointmentId);
      if (before === null) isNew.add(after.appointmentId);
      if (before === null || takesOtherTime(before, after))
        for (const each of before === null ? [after] : [before, after]) spans.push(spanOf(each));
      announceAppointment(before, after, author, before === null ? [] : changedIn(before, after));
      return after;
    },

    saveHold(hold: Hold, author: Actor): void {
      const operation = holds.has(hold.holdId) ? "updated" : "created";
      if (operation === "created") {
        newHolds.add(hold.holdId);
        holdCounts.set(ownerKey(hold.owner), (holdCounts.get(ownerKey(hold.owner)) ?? 0) + 1);
      }
      holds.set(hold.holdId, hold);
      dirtyHolds.add(hold.holdId);
      spans.push(spanOf(hold));
      announcements.push({ author, change: holdChange(operation, hold, "active") });
    },

    /** HOLD-08, HOLD-09: released, or consumed by a booking; one that had run out is nobody's doing. */
    endHold(hold: Hold, end: HoldEnd, author: Actor): void {
      holds.delete(hold.holdId);
      dirtyHolds.delete(hold.holdId);
      if (!newHolds.delete(hold.holdId)) gone.set(hold.holdId, hold);
      const status = statusAtEnd(hold, end, now);
      // Only running ones are counted.
      if (status !== "expired") holdCounts.set(ownerKey(hold.owner), (holdCounts.get(ownerKey(hold.owner)) ?? 1) - 1);
      spans.push(spanOf(hold));
      const ender = status === "expired" ? ({ kind: "system" } as const) : author;
      announcements.push({ author: ender, change: holdChange("deleted", hold, status) });
    },

    /** Slots as they are to be: what is decided afterwards is placed among them. Whoever decides it writes them. */
    replaceSlots(gone: readonly Pick<PlacedSlot, "slotId">[], rest: readonly PlacedSlot[]): void {
      for (const { slotId } of gone) slots.delete(slotId);
      for (const slot of rest) slots.set(slot.slotId, slot);
    },

    saveBinding(vendorId: string, binding: Binding): void {
      const key = nameKey({ ...binding, vendorId });
      bindings.set(key, { ...binding, vendorId });
      nameOf.set(`${vendorId} ${binding.objectId}`, key);
      dirtyBindings.add(key);
      ownWrites.delete(binding.objectId);
    },

    /** Design, decision 6: the vendor was the last to write, by the object's id. */
    noteOwnWrite(vendorId: string, { establishmentId, appointmentId, version }: Appointment): void {
      ownWrites.set(appointmentId, { vendorId, establishmentId, objectId: appointmentId, version });
    },

    writes(): Writes {
      const rows = [...dirty].map((id): WrittenAppointment => {
        const row = known(appointments.get(id), "appointment");
        // APPT-36, APPT-37: as it is in the end, whatever has changed of it.
        return { ...row, eraseAt: eraseAt(row, place(row.placeId).timeZone) };
      });
      return {
        inserted: rows.filter(({ appointmentId }) => isNew.has(appointmentId)),
        updated: rows.filter(({ appointmentId }) => !isNew.has(appointmentId)),
        putHolds: [...dirtyHolds].map((id) => known(holds.get(id), "hold")),
        deletedHolds: [...gone.values()],
        citizenDays: [...dirtyDays].map((key) => known(days.get(key), "citizen day")),
        bindings: [...dirtyBindings].map((key) => known(bindings.get(key), "binding")),
        ownWrites: [...ownWrites.values()],
        spans,
        announcements,
      };
    },
  };
}

function changedIn(before: Appointment, after: Appointment): string[] {
  return [...changedFields(before, after), ...changedAnswer(before.agenda, after.agenda)].sort();
}

function takesOtherTime(before: Appointment, after: Appointment): boolean {
  const fields = ["professionalId", "startAt", "endAt", "seat", "status"] as const;
  return fields.some((field) => before[field] !== after[field]);
}

function spanOf({ establishmentId, professionalId, startAt, endAt }: AgendaSpan): AgendaSpan {
  return { establishmentId, professionalId, startAt, endAt };
}

function ownerKey({ type, id }: HoldOwner): string {
  return `${type} ${id}`;
}

function dayKey({ namIndex, localDate }: CitizenDay): string {
  return `${namIndex} ${localDate}`;
}

function nameKey({ vendorId, establishmentId, externalId }: VendorName): string {
  return `${vendorId} ${establishmentId} ${externalId}`;
}

/** A command asks only for what its reach has named; anything else is a mistake of ours, not of the caller. */
function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`a command decided upon a ${what} that was not read`);
  return found;
}

import type { ClinicActor } from "../../domain/actor.ts";
import { mustBePhoned } from "../../domain/agenda-closure.ts";
import type { Closure, Settlement } from "../../domain/agenda-closure.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { isReachable } from "../../domain/patient.ts";
import { zonedText } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { warningsOf } from "../../http/problem.ts";
import type { Book } from "../../lane/book.ts";
import type { SlotRest } from "../slots/rest.ts";
import type { Slot } from "../slots/schema.ts";
import type { SlotRow } from "../slots/store.ts";
import type { Closing } from "./closing.ts";
import type { AgendaClosed, SettledAppointment } from "./schema.ts";

/** What became of an appointment, as it is by then. */
export type Settled = Omit<Settlement<Appointment>, "after"> & { after: Appointment };

export interface Closed {
  closing: Closing;
  closure: Closure;
  timeZone: TimeZone;
  rests: readonly SlotRest[];
  /** Each slot of `rests` as it was, and what is left of it, in the rests' order. */
  told: readonly Slot[];
  incomplete: readonly SlotRow[];
  releasedHolds: number;
  settlements: readonly Settled[];
}

/** Ids and outcomes: whom to phone is read with appointments.list, which leaves an access record. */
export function closedBody(call: Call<ClinicActor>, book: Book, closed: Closed): AgendaClosed {
  const { closing, closure, timeZone, settlements } = closed;
  return {
    professionalId: closing.professionalId,
    placeId: closing.placeId,
    from: zonedText(closure.startAt, timeZone),
    to: zonedText(closure.endAt, timeZone),
    slots: withdrawnSlots(closed),
    releasedHolds: closed.releasedHolds,
    appointments: settlements.map((each) => settledAppointment(call, book, timeZone, each)),
    unreachable: settlements
      .filter((each) => mustBePhoned(each, each.after, book.now))
      .map(({ after }) => after.appointmentId),
  };
}

function withdrawnSlots({ rests, told, incomplete }: Closed): AgendaClosed["slots"] {
  const answers = new Map(told.map((slot) => [`${slot.slotId} ${String(slot.version)}`, slot]));
  const answersOf = (rows: readonly (SlotRow | null)[]) =>
    rows.flatMap((row) => (row === null ? [] : (answers.get(`${row.slotId} ${String(row.version)}`) ?? [])));
  return {
    deleted: answersOf(rests.map(({ slot, kept }) => (kept === null ? slot : null))).map(
      ({ slotId, externalId, startAt, endAt }) => ({ slotId, externalId, startAt, endAt }),
    ),
    shortened: answersOf(rests.map(({ kept }) => kept)),
    created: answersOf(rests.map(({ added }) => added)),
    incomplete: incomplete.map(({ slotId }) => slotId),
  };
}

function settledAppointment(
  call: Call<ClinicActor>,
  book: Book,
  timeZone: TimeZone,
  { after, outcome, rule, warnings, violations }: Settled,
): SettledAppointment {
  const { actor } = call;
  const { appointmentId, referenceNumber, version, startAt, professionalId, placeId } = after;
  const binding = actor.kind === "machine" ? book.bindingOf(actor.vendorId, appointmentId) : undefined;
  return {
    ...{ appointmentId, externalId: binding?.externalId ?? null, referenceNumber, version },
    startAt: zonedText(startAt, timeZone),
    ...{ outcome, rule },
    to: outcome === "moved" ? { professionalId, placeId } : null,
    warnings: warningsOf(warnings, call),
    violations: warningsOf(violations, call),
    reachable: isReachable(after),
  };
}

import type { Deps } from "../../deps.ts";
import { bookedIn, decideClosure, withdrawals } from "../../domain/agenda-closure.ts";
import type { Closure, ClosureWish, MoveTarget, Treatment } from "../../domain/agenda-closure.ts";
import type { Appointment } from "../../domain/appointment.ts";
import type { Interval } from "../../domain/availability-removal.ts";
import type { Registration } from "../../domain/registration.ts";
import { readInstant } from "../../http/time.ts";
import type { Book } from "../../lane/book.ts";
import { citizenDaysAt, noReach } from "../../lane/reach.ts";
import type { Reach } from "../../lane/reach.ts";
import { registrationOfAppointment } from "../appointments/known-patient.ts";
import type { AgendaClosureBody } from "./schema.ts";

/** A closing as it was asked for, its instants read, and how far it reaches. */
export interface Closing {
  professionalId: string;
  placeId: string;
  wish: ClosureWish;
  treatment: Treatment;
  /** Of a move. */
  target: MoveTarget | null;
  acknowledge: readonly string[] | undefined;
}

export function readClosing(professionalId: string, body: AgendaClosureBody): Closing {
  const { placeId, from, to, appointments: treatment } = body;
  const wish = { from: from === undefined ? undefined : readInstant(from), to: readInstant(to) };
  const closing = { professionalId, placeId, wish, treatment, target: null, acknowledge: undefined };
  if (body.appointments !== "move") return closing;
  const { toProfessionalId, toPlaceId, acknowledge } = body;
  return { ...closing, target: { professionalId: toProfessionalId, placeId: toPlaceId }, acknowledge };
}

export function professionalsOf({ professionalId, target }: Closing): string[] {
  return [...new Set([professionalId, target?.professionalId ?? professionalId])];
}

/** CLOSE-07, CLOSE-08: who is booked there. */
export function listBooked(book: Book, { professionalId, placeId }: Closing, closure: Closure) {
  return bookedIn(book.appointmentsIn({ professionalId, ...closure }), placeId, closure, book.now);
}

/** Those of them that are to be cancelled or moved. */
function listToSettle(book: Book, closing: Closing, closure: Closure): Appointment[] {
  if (closing.treatment === "keep") return [];
  return listBooked(book, closing, closure).flatMap(({ appointment, stays }) => (stays ? [] : [appointment]));
}

/**
 * The interval and whatever of the agenda reaches out of it: a slot that is cut, an appointment that frees its time; the
 * same time of the agenda that it moves to; and the patients' days.
 */
export function reachOfClosing(book: Book, closing: Closing): Reach {
  const { professionalId, placeId } = closing;
  const professional = book.professional(professionalId);
  if (professional === undefined) return noReach;
  const { establishmentId } = professional;
  const decided = decideClosure(closing.wish, book.now);
  if (!decided.ok) {
    // Refused: what is read is only the establishment, for what else there is to say. Not at `now`, which goes on between
    // the looks.
    const nothing = { establishmentId, professionalId, startAt: closing.wish.to, endAt: closing.wish.to + 1 };
    return { ...noReach, spans: [nothing] };
  }
  const closure = decided.value;
  const booked = listBooked(book, closing, closure).map(({ appointment }) => appointment);
  const cut = withdrawals(book.slotsOf(professionalId), placeId, closure).map(({ slot }) => slot);
  const time = around([closure, ...cut, ...booked]);
  const leaving = listToSettle(book, closing, closure);
  return {
    ...noReach,
    spans: professionalsOf(closing).map((id) => ({ establishmentId, professionalId: id, ...time })),
    citizenDays: leaving.flatMap(({ namIndex, startAt }) => citizenDaysAt(namIndex, startAt)),
    appointmentIds: booked.map(({ appointmentId }) => appointmentId),
  };
}

function around(intervals: readonly Interval[]): Interval {
  return {
    startAt: Math.min(...intervals.map(({ startAt }) => startAt)),
    endAt: Math.max(...intervals.map(({ endAt }) => endAt)),
  };
}

/** By appointment. */
export type Registrations = Map<string, Registration | null>;

/** RAMQ's registry answers one person at a time. */
const askedAtOnce = 16;

/** MOVE-12: the registrations of those who change professionals, of whom they are not known yet. */
export async function askRegistrations(deps: Deps, book: Book, closing: Closing, known: Registrations): Promise<void> {
  const decided = decideClosure(closing.wish, book.now);
  const { professionalId, target } = closing;
  if (!decided.ok || target === null || target.professionalId === professionalId) return;
  const leaving = listToSettle(book, closing, decided.value);
  const unknown = leaving.filter(({ appointmentId }) => !known.has(appointmentId));
  for (let first = 0; first < unknown.length; first += askedAtOnce) {
    const some = unknown.slice(first, first + askedAtOnce);
    const answers = await Promise.all(some.map((appointment) => registrationOfAppointment(deps, appointment)));
    some.forEach(({ appointmentId }, index) => known.set(appointmentId, answers[index] ?? null));
  }
}

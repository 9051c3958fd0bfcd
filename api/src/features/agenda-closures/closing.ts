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
  return target === null ? [professionalId] : [professionalId, target.professionalId];
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
 * The interval and whatever of the agenda reaches out of it: a slot that is cut, an appointment that frees its time; as
 * much of the agenda that it moves to; and the patients' days. An appointment that is new to the reach is looked at again:
 * its patient's registration has to be asked for.
 */
export function reachOfClosing(book: Book, closing: Closing): Reach {
  const { professionalId, placeId, target } = closing;
  const professional = book.professional(professionalId);
  if (professional === undefined) return noReach;
  const { establishmentId } = professional;
  const decided = decideClosure(closing.wish, book.now);
  if (!decided.ok) {
    // Refused: what is read is only the establishment, for what else there is to say.
    const nothing = { establishmentId, professionalId, startAt: book.now, endAt: book.now + 1 };
    return { ...noReach, spans: [nothing] };
  }
  const closure = decided.value;
  const booked = listBooked(book, closing, closure).map(({ appointment }) => appointment);
  const cut = withdrawals(book.slotsOf(professionalId), placeId, closure).map(({ slot }) => slot);
  const leaving = listToSettle(book, closing, closure);
  const elsewhere = target !== null && target.professionalId !== professionalId && leaving.length > 0;
  return {
    ...noReach,
    spans: [
      { establishmentId, professionalId, ...around([closure, ...cut, ...booked]) },
      ...(elsewhere ? [{ establishmentId, professionalId: target.professionalId, ...around(leaving) }] : []),
    ],
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
export type Registrations = ReadonlyMap<string, Registration | null>;

/** RAMQ's registry answers one person at a time. */
const askedAtOnce = 16;

/** MOVE-12: the registrations of those who change professionals, asked outside any transaction. */
export async function findRegistrations(deps: Deps, book: Book, closing: Closing): Promise<Registrations> {
  const found = new Map<string, Registration | null>();
  const decided = decideClosure(closing.wish, book.now);
  const { professionalId, target } = closing;
  if (!decided.ok || target === null || target.professionalId === professionalId) return found;
  const leaving = listToSettle(book, closing, decided.value);
  for (let first = 0; first < leaving.length; first += askedAtOnce) {
    const some = leaving.slice(first, first + askedAtOnce);
    const answers = await Promise.all(some.map((appointment) => registrationOfAppointment(deps, appointment)));
    some.forEach(({ appointmentId }, index) => found.set(appointmentId, answers[index] ?? null));
  }
  return found;
}

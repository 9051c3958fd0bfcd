import { isMinorOn } from "./appointment.ts";
import type { Appointment } from "./appointment.ts";
import { addDays, localDateOf, startOfDay } from "./time.ts";
import type { TimeZone } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

type Erasable = Pick<Appointment, "startAt" | "birthDate" | "consultationReason" | "patientNote">;

/**
 * APPT-36, APPT-37, APPT-38: the first instant of the day after the appointment, at its place, when the patient is a
 * minor on the appointment's date and there is something to erase; else null. A cancelled appointment is erased on the
 * same day (reading): the guide's legal reasons do not ask whether the patient came.
 */
export function eraseAt(
  { startAt, birthDate, consultationReason, patientNote }: Erasable,
  zone: TimeZone,
): Instant | null {
  if (consultationReason === null && patientNote === null) return null;
  const date = localDateOf(startAt, zone);
  return isMinorOn(birthDate, date) ? startOfDay(addDays(date, 1), zone) : null;
}

/** APPT-37: nothing else is touched. */
export function erased<Of extends Pick<Appointment, "consultationReason" | "patientNote">>(of: Of): Of {
  return { ...of, consultationReason: null, patientNote: null };
}

/**
 * APPT-36: for good. A reason that comes when it would be erased at once is not written, or agenda software that pushes
 * its days again would bring it back each time. What was there before stays for the erasure to take.
 */
export function withoutErased(
  after: Appointment,
  before: Pick<Appointment, "consultationReason" | "patientNote"> | null,
  { now, zone }: { now: Instant; zone: TimeZone },
): Appointment {
  const at = eraseAt(after, zone);
  if (at === null || at > now) return after;
  return { ...after, consultationReason: kept("consultationReason"), patientNote: kept("patientNote") };

  function kept<Field extends "consultationReason" | "patientNote">(field: Field): Appointment[Field] {
    return after[field] === before?.[field] ? after[field] : null;
  }
}

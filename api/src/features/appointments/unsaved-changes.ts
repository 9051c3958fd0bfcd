import { durationMinutesOf } from "../../domain/appointment.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { violation } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { withoutErased } from "../../domain/erasure.ts";
import { distinctModes } from "../../domain/patient.ts";
import { readInstant } from "../../http/time.ts";
import type { Book } from "../../lane/book.ts";
import type { KnownPatient } from "./known-patient.ts";
import type { PushedAppointment } from "./schema.ts";

const personFields = ["firstName", "lastName", "sex", "birthDate", "homePhone", "mobilePhone", "email"] as const;
const ownFields = ["communicationLanguage", "clinicNote", "attendance"] as const;

/**
 * CANCEL-04: what a push that cancels says otherwise than the appointment does. A vendor that sends the whole of what it
 * holds may cancel with it, as long as nothing in it is still to be saved.
 */
export function unsavedChanges(
  book: Book,
  { body, patient }: { body: PushedAppointment; patient: KnownPatient | null | undefined },
  before: Appointment,
): Violation[] {
  const { startAt, durationMinutes, communicationModes: modes } = body;
  const said: [pointer: string, sent: unknown, there: unknown][] = [
    ["/professionalId", body.professionalId, before.professionalId],
    ["/placeId", body.placeId, before.placeId],
    ["/startAt", startAt === undefined ? undefined : readInstant(startAt), before.startAt],
    ["/durationMinutes", durationMinutes, durationMinutesOf(before)],
    ["/patient/nam", patient === null ? null : patient?.namIndex, before.namIndex],
    ...personFields.map((field): [string, unknown, unknown] => [
      `/patient/${field}`,
      body.patient?.[field],
      before[field],
    ]),
    ["/communicationModes", modes?.join(), distinctModes(before.communicationModes).join()],
    ["/consultationReason", reasonAfter(book, body, before), before.consultationReason],
    ...ownFields.map((field): [string, unknown, unknown] => [`/${field}`, body[field], before[field]]),
  ];
  return said
    .filter(([, sent, there]) => sent !== undefined && sent !== there)
    .map(([pointer]) => violation("CANCEL-04", "UNSAVED_CHANGES", pointer));
}

/** APPT-36: a reason that would be erased at once is none that could be saved. */
function reasonAfter(
  book: Book,
  { consultationReason }: PushedAppointment,
  before: Appointment,
): Appointment["consultationReason"] | undefined {
  if (consultationReason === undefined) return undefined;
  const facts = { now: book.now, zone: book.place(before.placeId).timeZone };
  return withoutErased({ ...before, consultationReason }, before, facts).consultationReason;
}

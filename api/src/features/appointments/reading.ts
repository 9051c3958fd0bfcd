import type { Deps } from "../../deps.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { changedFields } from "../../domain/appointment.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { decideClinicCancellation } from "../../domain/cancellation.ts";
import { Refusal, refusal, violation } from "../../domain/decision.ts";
import { mayWrite, refuseWrite } from "../../domain/permission.ts";
import { slotOf } from "../../domain/placement.ts";
import type { Call } from "../../http/call.ts";
import type { Book } from "../../lane/book.ts";
import type { Decided } from "../../lane/command.ts";
import type { AppointmentBody } from "./schema.ts";
import type { AppointmentReading } from "./store.ts";
import { appointmentBody } from "./wire.ts";
import type { Reading } from "./wire.ts";

/** What a clinic's command finds in the book, and how its result reads to its caller. */

/** Outside the caller's establishments what exists answers like what does not; inside, APPT-49 and LCGA-02 decide. */
export function writable(book: Book, { actor }: Call<ClinicActor>, appointmentId: string): Appointment {
  const found = book.appointment(appointmentId);
  if (found === undefined || !establishmentsOf(actor).includes(found.establishmentId)) throw refusal("NOT_FOUND");
  const forbidden = refuseWrite(actor, found, "APPT-49");
  if (forbidden !== undefined) throw new Refusal([forbidden]);
  return found;
}

/** If-Match: the caller changes the version it knows. */
export function checkVersion(
  deps: Deps,
  book: Book,
  call: Call<ClinicActor>,
  found: Appointment,
  rule = "CONTRACT",
): void {
  if (call.ifMatch !== undefined && call.ifMatch !== found.version)
    throw new Refusal([violation(rule, "PRECONDITION_FAILED")], { current: readBody(deps, book, call, found) });
}

/** How the book would be read by this caller: what appointments.get answers after the commit. */
export function readingOf(book: Book, call: Call<ClinicActor>, appointment: Appointment): Reading {
  const { actor } = call;
  const place = book.place(appointment.placeId);
  const { pastLimitDays } = book.establishment(appointment.establishmentId);
  const access = mayWrite(actor, appointment) ? "write" : "read";
  const beside = book
    .appointmentsIn(appointment)
    .some((each) => each.appointmentId !== appointment.appointmentId && each.startAt === appointment.startAt);
  return {
    timeZone: place.timeZone,
    slotId: slotOf(appointment, book.slotsOf(appointment.professionalId))?.slotId ?? null,
    concurrent: appointment.status === "active" && beside,
    access,
    cancellable:
      access === "write" && isCancellable(appointment, { now: book.now, zone: place.timeZone, pastLimitDays }),
    externalId:
      actor.kind === "machine" ? (book.bindingOf(actor.vendorId, appointment.appointmentId)?.externalId ?? null) : null,
  };
}

/** CANCEL-16 */
export function isCancellable(
  appointment: Appointment,
  facts: Parameters<typeof decideClinicCancellation>[1],
): boolean {
  return appointment.status === "active" && decideClinicCancellation(appointment, facts).ok;
}

/** How a row reads to its caller, outside the lane. */
export function storedBody(deps: Deps, { actor }: Call<ClinicActor>, row: AppointmentReading): AppointmentBody {
  const access = mayWrite(actor, row) ? "write" : "read";
  const facts = { now: deps.clock.now(), zone: row.timeZone, pastLimitDays: row.pastLimitDays };
  return appointmentBody(deps.secrets, row, {
    ...row,
    access,
    cancellable: access === "write" && isCancellable(row, facts),
  });
}

export function readBody(deps: Deps, book: Book, call: Call<ClinicActor>, appointment: Appointment): AppointmentBody {
  return appointmentBody(deps.secrets, appointment, readingOf(book, call, appointment));
}

/** The answer, completed by the reference number when the appointment is new. Read now: others may change it in the same batch. */
export function answered(
  deps: Deps,
  book: Book,
  call: Call<ClinicActor>,
  appointment: Appointment,
): Decided<AppointmentBody> {
  const body = readBody(deps, book, call, appointment);
  return (referenceOf) =>
    appointment.referenceNumber === "" ? { ...body, referenceNumber: referenceOf(appointment.appointmentId) } : body;
}

export function vendorOf(actor: ClinicActor): { vendorId?: string } {
  return actor.kind === "machine" ? { vendorId: actor.vendorId } : {};
}

/** Saves unless nothing would change; a machine's own write by id is noted for its later pushes (design, decision 6). */
export function save(book: Book, { actor }: Call<ClinicActor>, before: Appointment, after: Appointment): Appointment {
  if (changedFields(before, after).length === 0) return before;
  const saved = book.saveAppointment(after, actor);
  if (actor.kind === "machine") book.noteOwnWrite(actor.vendorId, after);
  return saved;
}

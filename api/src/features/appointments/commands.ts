import type { Deps } from "../../deps.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { durationMinutesOf } from "../../domain/appointment.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { refuseReadOnly } from "../../domain/appointment-fields.ts";
import { pointerStep, Refusal, settle, violation } from "../../domain/decision.ts";
import type { Registration } from "../../domain/registration.ts";
import type { Call } from "../../http/call.ts";
import type { Book } from "../../lane/book.ts";
import type { Command } from "../../lane/command.ts";
import { citizenDaysAt, noReach } from "../../lane/reach.ts";
import { consumeHolds, withOwnHolds } from "../holds/consume.ts";
import { holdOwnerOf, makerOf } from "./decide-agenda.ts";
import { decideCancellation, decideCreation, decideModification, namedHold } from "./decide.ts";
import type { KnownPatient } from "./known-patient.ts";
import { both, given, reachOfAppointment, reachOfHold, reachOfTime, timeOf } from "./reaching.ts";
import { answered, checkVersion, save, vendorOf, writable } from "./reading.ts";
import type {
  AppointmentBody,
  AppointmentCancellation,
  AppointmentChange,
  AppointmentMove,
  NewAppointment,
} from "./schema.ts";

/** A clinic's commands, for the lane: what each reaches, and how it is decided against the book. */

type ClinicCall = Call<ClinicActor>;

export function createCommand(
  deps: Deps,
  call: ClinicCall,
  input: NewAppointment,
  { appointmentId, patient }: { appointmentId: string; patient: KnownPatient | null },
): Command<AppointmentBody> {
  const wanted = timeOf(input);
  const establishmentIds = establishmentsOf(call.actor);
  return {
    once: call.once,
    dryRun: call.dryRun,
    access: { ...call, purpose: "appointments.create" },
    establishmentIds,
    ...vendorOf(call.actor),
    targets: {
      professionalIds: given(input.professionalId),
      slotIds: given(input.slotId),
      holdIds: given(input.holdId),
    },
    reach: (book) =>
      both(
        withOwnHolds(book, holdOwnerOf(call.actor), reachOfTime(book, wanted, [patient?.namIndex ?? null])),
        reachOfHold(namedHold({ book, actor: call.actor }, input.holdId)),
      ),
    decide(book) {
      const deciding = { book, actor: call.actor, establishmentIds };
      const creation = {
        appointmentId,
        time: wanted,
        details: input,
        writable: "slotId",
        holdId: input.holdId,
        patient,
      } as const;
      const decided = settle(decideCreation(deciding, creation), input.acknowledge);
      const appointment = book.saveAppointment(decided, call.actor);
      consumeHolds(book, makerOf(call.actor), appointment, namedHold(deciding, input.holdId));
      return answered(deps, book, call, appointment);
    },
  };
}

export function updateCommand(
  deps: Deps,
  call: ClinicCall,
  appointmentId: string,
  input: AppointmentChange,
  patient: KnownPatient | null | undefined,
): Command<AppointmentBody> {
  const establishmentIds = establishmentsOf(call.actor);
  return {
    once: call.once,
    dryRun: call.dryRun,
    access: { ...call, purpose: "appointments.update" },
    establishmentIds,
    ...vendorOf(call.actor),
    targets: { appointmentIds: [appointmentId] },
    reach(book) {
      const found = book.appointment(appointmentId);
      const added = found === undefined ? [] : citizenDaysAt(patient?.namIndex ?? null, found.startAt);
      return both(reachOfAppointment(found), { ...noReach, citizenDays: added });
    },
    decide(book) {
      const before = writable(book, call, appointmentId);
      checkVersion(deps, book, call, before);
      const deciding = { book, actor: call.actor, establishmentIds };
      const after = settle(decideModification(deciding, { before, time: undefined, details: input, patient }));
      return answered(deps, book, call, save(book, call, before, after));
    },
  };
}

/** MOVE-01 to MOVE-13. `registration`: of the patient, looked up when another professional is wanted. */
export function moveCommand(
  deps: Deps,
  call: ClinicCall,
  appointmentId: string,
  input: AppointmentMove,
  registration: Registration | null | undefined,
): Command<AppointmentBody> {
  const wanted = timeOf(input);
  const establishmentIds = establishmentsOf(call.actor);
  return {
    once: call.once,
    dryRun: call.dryRun,
    access: { ...call, purpose: "appointments.move" },
    establishmentIds,
    ...vendorOf(call.actor),
    targets: {
      appointmentIds: [appointmentId],
      professionalIds: given(input.professionalId),
      slotIds: given(input.slotId),
    },
    reach(book) {
      const found = book.appointment(appointmentId);
      if (found === undefined) return noReach;
      const there = reachOfTime(book, wanted, [found.namIndex], found);
      return both(reachOfAppointment(found), withOwnHolds(book, holdOwnerOf(call.actor), there));
    },
    decide(book) {
      const before = writable(book, call, appointmentId);
      checkVersion(deps, book, call, before);
      const readOnly = refuseReadOnly(input, before, "slotId");
      if (readOnly.length > 0) throw new Refusal(readOnly);
      const deciding = { book, actor: call.actor, establishmentIds };
      const time = { ...wanted, durationMinutes: wanted.durationMinutes ?? durationMinutesOf(before) };
      const change = { before, time, details: undefined, patient: undefined, registration };
      const after = settle(decideModification(deciding, change), input.acknowledge);
      const saved = save(book, call, before, after);
      consumeHolds(book, makerOf(call.actor), saved);
      return answered(deps, book, call, saved);
    },
  };
}

/** CANCEL-02, CANCEL-03, CANCEL-04, CANCEL-14, CANCEL-15. */
export function cancelCommand(
  deps: Deps,
  call: ClinicCall,
  appointmentId: string,
  input: AppointmentCancellation,
): Command<AppointmentBody> {
  return {
    once: call.once,
    dryRun: call.dryRun,
    access: { ...call, purpose: "appointments.cancel" },
    establishmentIds: establishmentsOf(call.actor),
    ...vendorOf(call.actor),
    targets: { appointmentIds: [appointmentId] },
    reach: (book) => reachOfAppointment(book.appointment(appointmentId)),
    decide(book) {
      const before = writable(book, call, appointmentId);
      // Cancelled already: whoever says it again may still hold the version from before.
      if (before.status === "active") checkVersion(deps, book, call, before, "CANCEL-04");
      const unsaved = Object.keys(input).map((field) => violation("CANCEL-04", "UNSAVED_CHANGES", pointerStep(field)));
      if (unsaved.length > 0) throw new Refusal(unsaved);
      return answered(deps, book, call, cancelByClinic(book, call, before));
    },
  };
}

export function cancelByClinic(book: Book, call: ClinicCall, before: Appointment): Appointment {
  return save(book, call, before, settle(decideCancellation(book, before)));
}

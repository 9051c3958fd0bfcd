import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { durationMinutesOf } from "../../domain/appointment.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { refuseReadOnly } from "../../domain/appointment-fields.ts";
import { overbookedWarnings } from "../../domain/attention.ts";
import { decidePush } from "../../domain/binding.ts";
import { Refusal, refusal } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { refuseWrite } from "../../domain/permission.ts";
import type { Registration } from "../../domain/registration.ts";
import type { Call } from "../../http/call.ts";
import type { Book } from "../../lane/book.ts";
import type { Command, Decided } from "../../lane/command.ts";
import type { NamedAt } from "../establishments/named.ts";
import { consumeHolds, withOwnHolds } from "../holds/consume.ts";
import { cancelByClinic } from "./commands.ts";
import { decideCreation, decideModification } from "./decide.ts";
import { holdOwnerOf, makerOf } from "./decide-agenda.ts";
import type { WantedTime } from "./decide-agenda.ts";
import type { KnownPatient } from "./known-patient.ts";
import { both, given, reachOfAppointment, reachOfTime, timeOf } from "./reaching.ts";
import { answered, readBody, save } from "./reading.ts";
import type { AppointmentBody, PushedAppointment } from "./schema.ts";
import { unsavedChanges } from "./unsaved-changes.ts";

export interface Push {
  externalId: string;
  namedAt: NamedAt;
  establishmentId: string;
  body: PushedAppointment;
  bodyHash: string;
  ifMatch: number | undefined;
  /** For an appointment that is new. */
  appointmentId: string;
  patient: KnownPatient | null | undefined;
  registration: Registration | null | undefined;
  /** The operation that answers the appointment itself; undefined: only its id and version. */
  purpose: string | undefined;
}

export interface Pushed {
  outcome: "created" | "updated" | "unchanged";
  appointment: AppointmentBody;
  warnings: readonly Violation[];
}

/**
 * Design, decisions 4 and 6: the machine reports what its agenda holds. Warnings are answered and never stop it, a double
 * booking takes the next seat and is told (SYNC-16), the same body again is unchanged, and nothing cancelled revives.
 */
export function pushCommand(deps: Deps, call: Call<Machine>, push: Push): Command<Pushed> {
  const { vendorId } = call.actor;
  const { establishmentId, externalId, body } = push;
  const name = { vendorId, establishmentId, externalId };
  const wanted = timeIn(body);
  const owner = holdOwnerOf(call.actor);
  return {
    once: call.once,
    dryRun: call.dryRun,
    ...(push.purpose === undefined ? {} : { access: { ...call, purpose: push.purpose } }),
    establishmentIds: [establishmentId],
    vendorId,
    targets: { names: [name], professionalIds: given(body.professionalId) },
    reach(book) {
      const objectId = book.binding(name)?.objectId;
      const before = objectId === undefined ? undefined : book.appointment(objectId);
      const namIndexes = [push.patient?.namIndex ?? null, before?.namIndex ?? null];
      return {
        ...both(reachOfAppointment(before), withOwnHolds(book, owner, reachOfTime(book, wanted, namIndexes, before))),
        appointmentIds: given(objectId),
      };
    },
    decide(book) {
      const binding = book.binding(name);
      const current = binding === undefined ? null : (book.appointment(binding.objectId) ?? null);
      if (current !== null) {
        const forbidden = refuseWrite(call.actor, current, "APPT-49");
        if (forbidden !== undefined) throw new Refusal([forbidden]);
      }
      const cancels = body.status === "cancelled";
      // Nothing else of what a cancellation says is looked at.
      const readOnly = cancels ? refuseReadOnly(body, current, "status") : [];
      if (readOnly.length > 0) throw new Refusal(readOnly);
      // CANCEL-14: whoever cancelled it, and whatever version the vendor has seen.
      if (cancels && current?.status === "cancelled") return pushedAs(deps, book, call, "unchanged", current, []);
      const decision = decidePush({
        binding,
        bodyHash: push.bodyHash,
        current: current && { version: current.version, cancelled: current.status === "cancelled" && !cancels },
        ifMatch: push.ifMatch,
      });
      if (typeof decision !== "string") {
        const stale = decision.code === "PRECONDITION_FAILED";
        throw new Refusal([decision], stale ? { current: current && readBody(deps, book, call, current) } : {});
      }
      if (current === null) {
        if (cancels) throw refusal("NOT_FOUND", push.namedAt.externalId);
        return pushNew(deps, book, call, push);
      }
      if (decision === "unchanged") return pushedAs(deps, book, call, "unchanged", current, []);
      return cancels ? pushCancellation(deps, book, call, push, current) : pushChange(deps, book, call, push, current);
    },
  };
}

function pushNew(deps: Deps, book: Book, call: Call<Machine>, push: Push): Decided<Pushed> {
  const { appointmentId, body, patient = null } = push;
  const deciding = { book, actor: call.actor, establishmentIds: [push.establishmentId] };
  const decision = decideCreation(deciding, {
    appointmentId,
    time: timeIn(body),
    details: body,
    writable: "status",
    patient,
  });
  if (!decision.ok) throw new Refusal(decision.violations);
  const appointment = book.saveAppointment(decision.value, call.actor);
  consumeHolds(book, makerOf(call.actor), appointment);
  bind(book, call, push, appointment);
  const capacity = book.professional(appointment.professionalId)?.capacity ?? 1;
  const warnings = [
    ...overbookedWarnings(appointment, book.appointmentsIn(appointment), capacity),
    ...decision.warnings,
  ];
  return pushedAs(deps, book, call, "created", appointment, warnings);
}

/** CANCEL-04, CANCEL-14: it carries no other change; cancelled already is unchanged. */
function pushCancellation(
  deps: Deps,
  book: Book,
  call: Call<Machine>,
  push: Push,
  before: Appointment,
): Decided<Pushed> {
  const unsaved = unsavedChanges(book, push, before);
  if (unsaved.length > 0) throw new Refusal(unsaved);
  const after = cancelByClinic(book, call, before);
  bind(book, call, push, after);
  return pushedAs(deps, book, call, after === before ? "unchanged" : "updated", after, []);
}

function pushChange(deps: Deps, book: Book, call: Call<Machine>, push: Push, before: Appointment): Decided<Pushed> {
  const { body, patient, registration } = push;
  const deciding = { book, actor: call.actor, establishmentIds: [push.establishmentId] };
  const time = otherTime(timeIn(body), before);
  const decision = decideModification(deciding, {
    before,
    time,
    details: body,
    writable: "status",
    patient,
    registration,
  });
  if (!decision.ok) throw new Refusal(decision.violations);
  const after = save(book, call, before, decision.value);
  if (time !== undefined) consumeHolds(book, makerOf(call.actor), after);
  bind(book, call, push, after);
  return pushedAs(deps, book, call, after === before ? "unchanged" : "updated", after, decision.warnings);
}

function bind(book: Book, { actor }: Call<Machine>, push: Push, { appointmentId, version }: Appointment): void {
  const { establishmentId, externalId, bodyHash } = push;
  book.saveBinding(actor.vendorId, {
    establishmentId,
    objectType: "appointment",
    externalId,
    objectId: appointmentId,
    bodyHash,
    vendorVersion: version,
  });
}

function pushedAs(
  deps: Deps,
  book: Book,
  call: Call<Machine>,
  outcome: Pushed["outcome"],
  appointment: Appointment,
  warnings: readonly Violation[],
): Decided<Pushed> {
  const answer = answered(deps, book, call, appointment);
  return (referenceOf) => ({ outcome, appointment: answer(referenceOf), warnings });
}

/** A slot is not the push's to name: one that is sent is refused, and read by nothing before. */
function timeIn({ professionalId, placeId, startAt, durationMinutes }: PushedAppointment): WantedTime {
  return timeOf({ professionalId, placeId, startAt, durationMinutes });
}

/** APPT-18: undefined when the push names the time and the agenda that the appointment has. */
function otherTime(wanted: WantedTime, before: Appointment): WantedTime | undefined {
  const durationMinutes = wanted.durationMinutes ?? durationMinutesOf(before);
  const same =
    (wanted.professionalId ?? before.professionalId) === before.professionalId &&
    (wanted.placeId ?? before.placeId) === before.placeId &&
    (wanted.startAt ?? before.startAt) === before.startAt &&
    durationMinutes === durationMinutesOf(before);
  return same ? undefined : { ...wanted, durationMinutes };
}

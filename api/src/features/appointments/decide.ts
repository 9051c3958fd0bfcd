import type { ClinicActor } from "../../domain/actor.ts";
import { checkActive, isPast } from "../../domain/appointment.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { refuseReadOnly } from "../../domain/appointment-fields.ts";
import { defaultAttendance } from "../../domain/attendance.ts";
import { cancelled, decideClinicCancellation } from "../../domain/cancellation.ts";
import { accept, refuse } from "../../domain/decision.ts";
import type { Decision, Violation } from "../../domain/decision.ts";
import { withoutErased } from "../../domain/erasure.ts";
import { checkOwner, heldWarnings } from "../../domain/hold.ts";
import { isImporting } from "../../domain/machine.ts";
import { decideMove, overlapWarnings } from "../../domain/move.ts";
import {
  checkContact,
  creationContact,
  decideIdentity,
  defaultModes,
  modificationContact,
} from "../../domain/patient.ts";
import { mayRead } from "../../domain/permission.ts";
import { refuseInactive } from "../../domain/reason.ts";
import type { Registration } from "../../domain/registration.ts";
import { lowestFreeSeat } from "../../domain/seat.ts";
import { localDateOf } from "../../domain/time.ts";
import type { Book } from "../../lane/book.ts";
import { decideAgenda, holdOwnerOf, pastLimitOf, startOf, typeOf } from "./decide-agenda.ts";
import type { Deciding, WantedTime } from "./decide-agenda.ts";
import { contactAfter, describe } from "./details.ts";
import type { DetailsChange, SentDetails } from "./details.ts";
import { identityOf, registrationOf } from "./known-patient.ts";
import type { KnownPatient } from "./known-patient.ts";

export interface Creation {
  appointmentId: string;
  time: WantedTime;
  details: SentDetails;
  /** Of what is otherwise read only: the slot that a creation names, the status of a push. */
  writable: "slotId" | "status";
  holdId?: string | undefined;
  patient: KnownPatient | null;
}

/**
 * APPT-01, APPT-08, APPT-10, APPT-12 to APPT-35, APPT-39 to APPT-48, REASON-11, SYNC-54: an appointment that a clinic makes. Concurrent
 * appointments and a second one on the patient's day are accepted; whoever holds the time is a warning (HOLD-03, HOLD-12).
 */
export function decideCreation(
  deciding: Deciding,
  { appointmentId, time: wanted, details, writable, holdId, patient }: Creation,
): Decision<Appointment> {
  const { book, actor } = deciding;
  const agenda = decideAgenda(deciding, wanted, null);
  const sent = details.patient ?? {};
  const today = localDateOf(book.now, agenda.ok ? agenda.value.timeZone : "America/Toronto");
  const identity = decideIdentity(sent, identityOf(patient), { nam: patient !== null, today });
  const startAt = startOf(deciding, wanted, null) ?? book.now;
  const past = isPast(startAt, book.now);
  const contact = {
    homePhone: sent.homePhone ?? null,
    mobilePhone: sent.mobilePhone ?? null,
    email: sent.email ?? null,
    communicationModes: details.communicationModes ?? defaultModes(past),
  };
  const owner = holdOwnerOf(actor);
  const hold = namedHold(deciding, holdId);
  const found = [
    ...refuseReadOnly(details, null, writable),
    ...(agenda.ok
      ? pastLimitOf(book, { ...agenda.value.professional, startAt }, agenda.value.timeZone, "/startAt")
      : agenda.violations),
    ...(identity.ok ? [] : identity.violations),
    ...checkContact(contact, past, creationContact),
    refuseInactive(details.consultationReason, book.inactiveReasons),
    ...(hold === undefined ? [] : [checkOwner(hold, owner, "/holdId")]),
  ].filter((each): each is Violation => each !== undefined);
  if (!agenda.ok || !identity.ok || found.length > 0) return refuse(...found);
  const { professional, placement } = agenda.value;
  const { professionalId, establishmentId } = professional;
  const time = { professionalId, ...placement };
  const appointment: Appointment = {
    establishmentId,
    appointmentId,
    referenceNumber: "",
    professionalId,
    placeId: placement.placeId,
    startAt: placement.startAt,
    endAt: placement.endAt,
    seat: lowestFreeSeat(book.appointmentsIn(time), placement),
    status: "active",
    appointmentType: typeOf(book, registrationOf(patient), professional),
    attendance: details.attendance ?? defaultAttendance,
    namIndex: patient?.namIndex ?? null,
    namEncrypted: patient?.sealFor(appointmentId) ?? null,
    namMatched: (patient?.person ?? null) !== null,
    ...identity.value,
    ...contact,
    communicationLanguage: details.communicationLanguage ?? "fr",
    consultationReason: details.consultationReason ?? null,
    clinicNote: details.clinicNote ?? null,
    patientNote: null,
    // PLACE-28: whatever the place's masks, what the clinic makes shows its professional.
    professionalNameVisible: true,
    cancellationDelay: book.place(placement.placeId).cancellationDelay,
    author: authorOf(actor),
    nurse: null,
    imported: isImporting(book.place(placement.placeId), book.now),
    cancelledAt: null,
    cancelledBy: null,
    agenda: null,
    version: 1,
    createdAt: book.now,
  };
  const written = withoutErased(appointment, null, { now: book.now, zone: agenda.value.timeZone });
  return accept(written, heldWarnings(book.holdsIn(time), owner));
}

/**
 * The hold that a booking names. One that has ended or is gone does not matter to the clinic (HOLD-15), and one that the
 * caller may not know of is to it as one that is gone.
 */
export function namedHold({ book, actor }: Pick<Deciding, "book" | "actor">, holdId: string | undefined) {
  const hold = holdId === undefined ? undefined : book.hold(holdId);
  return hold !== undefined && mayRead(actor, hold) ? hold : undefined;
}

/** APPT-41, APPT-42: the machine identifier, or the employee's name. */
function authorOf(actor: ClinicActor): Appointment["author"] {
  return actor.kind === "machine"
    ? { type: "machine", id: actor.machineId, label: actor.machineId }
    : { type: "employee", id: actor.employeeId, label: actor.name };
}

export interface Modification extends DetailsChange {
  /** Undefined when professional, place, start and duration are not concerned. */
  time: WantedTime | undefined;
  /** Of what is otherwise read only: the status of a push. */
  writable?: "status";
  /** MOVE-12: the patient's registration, when the professional changes and the NAM does not. */
  registration?: Registration | null | undefined;
}

/**
 * A change by the clinic: what is not sent stays (APPT-60 to APPT-69); another time is a move (MOVE-01 to MOVE-12,
 * APPT-18). A NAM that is added or replaced is matched anew (APPT-67), and the type with it.
 */
export function decideModification(deciding: Deciding, change: Modification): Decision<Appointment> {
  const inactive = checkActive(change.before);
  if (inactive !== undefined) return refuse(inactive);
  const { time } = change;
  return time === undefined ? decideInPlace(deciding, change) : decideElsewhere(deciding, { ...change, time });
}

function decideInPlace({ book }: Deciding, change: Modification): Decision<Appointment> {
  const { before } = change;
  const zone = book.place(before.placeId).timeZone;
  const described = describe(book, change, zone);
  const found = [
    ...refuseReadOnly(change.details ?? {}, before, change.writable),
    ...pastLimitOf(book, before, zone, ""),
    ...(described.ok ? [] : described.violations),
    ...checkContact(contactAfter(change), isPast(before.startAt, book.now), modificationContact),
  ];
  if (found.length > 0 || !described.ok) return refuse(...found);
  const after = { ...described.value, appointmentType: retyped(book, change, before) };
  return accept(versioned(before, withoutErased(after, before, { now: book.now, zone })));
}

function decideElsewhere(deciding: Deciding, change: Modification & { time: WantedTime }): Decision<Appointment> {
  const { book } = deciding;
  const { before, details } = change;
  const zone = book.place(before.placeId).timeZone;
  const agenda = decideAgenda(deciding, change.time, before);
  const described = describe(book, change, zone);
  const startAt = startOf(deciding, change.time, before);
  const facts = {
    now: book.now,
    fromZone: zone,
    // Where the appointment cannot go there is no zone: that of where it is serves to say what else stands against it.
    toZone: agenda.ok ? agenda.value.timeZone : zone,
    pastLimitDays: book.establishment(before.establishmentId).pastLimitDays,
    takesContact: details !== undefined,
  };
  // A start that is not known is that of a slot that is not there, which stands against the agenda.
  const attendance = startAt === undefined ? refuse() : decideMove(before, { startAt }, contactAfter(change), facts);
  const readOnly = refuseReadOnly(details ?? {}, before, change.writable);
  if (!agenda.ok || !described.ok || !attendance.ok || readOnly.length > 0)
    return refuse(...readOnly, ...[agenda, described, attendance].flatMap((each) => (each.ok ? [] : each.violations)));
  const { professional, placement, timeZone } = agenda.value;
  const time = { professionalId: professional.professionalId, ...placement };
  const others = book.appointmentsIn(time).filter(({ appointmentId }) => appointmentId !== before.appointmentId);
  const kept =
    before.professionalId === professional.professionalId && !others.some(({ seat }) => seat === before.seat);
  const after: Appointment = {
    ...described.value,
    ...time,
    seat: kept ? before.seat : lowestFreeSeat(others, placement),
    attendance: details?.attendance ?? attendance.value,
  };
  const seats = new Set(others.map(({ seat }) => seat)).size;
  const warnings = [
    ...(seats >= professional.capacity ? overlapWarnings(others) : []),
    ...heldWarnings(book.holdsIn(time), holdOwnerOf(deciding.actor), "APPT-66"),
  ];
  const written = { ...after, appointmentType: retyped(book, change, after) };
  return accept(versioned(before, withoutErased(written, before, { now: book.now, zone: timeZone })), warnings);
}

/** CANCEL-02, CANCEL-03, CANCEL-14, CANCEL-15: by the clinic; one that is cancelled already stays as it is. */
export function decideCancellation(book: Book, before: Appointment): Decision<Appointment> {
  const { timeZone: zone } = book.place(before.placeId);
  const { pastLimitDays } = book.establishment(before.establishmentId);
  const verdict = decideClinicCancellation(before, { now: book.now, zone, pastLimitDays });
  if (!verdict.ok) return verdict;
  return accept(verdict.value === "alreadyCancelled" ? before : cancelled(before, "clinic", book.now));
}

/** APPT-44, MOVE-12: asked again when the patient or the professional is another one. */
function retyped(
  book: Book,
  { before, patient, registration }: Modification,
  after: Appointment,
): Appointment["appointmentType"] {
  // The same number that RAMQ knows by now, or knows no longer, is another patient to it.
  const samePatient =
    patient === undefined ||
    ((patient?.namIndex ?? null) === before.namIndex && (identityOf(patient) !== null) === before.namMatched);
  if (samePatient && after.professionalId === before.professionalId) return before.appointmentType;
  const professional = book.professional(after.professionalId);
  const known = patient === undefined ? registration : registrationOf(patient);
  if (professional === undefined || known === undefined) return before.appointmentType;
  return typeOf(book, known, professional);
}

function versioned(before: Appointment, after: Appointment): Appointment {
  return { ...after, version: before.version + 1 };
}

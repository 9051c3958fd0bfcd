import type { Appointment } from "../../domain/appointment.ts";
import type { ReadOnlySent } from "../../domain/appointment-fields.ts";
import type { Attendance } from "../../domain/attendance.ts";
import { accept, refuse } from "../../domain/decision.ts";
import type { Decision } from "../../domain/decision.ts";
import { decideIdentity, isReplaced } from "../../domain/patient.ts";
import type { CommunicationLanguage, CommunicationMode, Contact } from "../../domain/patient.ts";
import { refuseInactive } from "../../domain/reason.ts";
import type { ConsultationReason } from "../../domain/reason.ts";
import { localDateOf } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { Book } from "../../lane/book.ts";
import { identityOf } from "./known-patient.ts";
import type { KnownPatient } from "./known-patient.ts";
import type { PatientInput } from "./schema.ts";

/** What a clinic says of an appointment beside its time, and what the appointment then is. */

/** What a clinic says of an appointment, its instants read. */
export interface WantedDetails {
  patient?: PatientInput | undefined;
  communicationModes?: readonly CommunicationMode[] | undefined;
  communicationLanguage?: CommunicationLanguage | undefined;
  consultationReason?: ConsultationReason | null | undefined;
  clinicNote?: string | null | undefined;
  attendance?: Attendance | undefined;
}
/** The same as it was sent, with what nobody may send. */
export type SentDetails = WantedDetails & ReadOnlySent;

export interface DetailsChange {
  before: Appointment;
  /** Undefined when the call takes none: a move. */
  details: SentDetails | undefined;
  /** Undefined: the NAM is not concerned. */
  patient: KnownPatient | null | undefined;
}

/** What an appointment says beside its time, after the change. */
export function describe(
  book: Book,
  { before, details = {}, patient }: DetailsChange,
  zone: TimeZone,
): Decision<Appointment> {
  const sent = details.patient ?? {};
  const today = localDateOf(book.now, zone);
  const identity = isReplaced(before.namIndex, patient?.namIndex)
    ? decideIdentity(sent, identityOf(patient), { nam: true, today })
    : decideIdentity(withoutNull(sent, before), null, { nam: false, today });
  const inactive = refuseOtherReason(book, before, details);
  if (!identity.ok || inactive !== undefined)
    return refuse(
      ...(identity.ok ? [] : identity.violations).map((each) =>
        each.code === "REQUIRED_FIELD" && each.rule === "APPT-22" ? { ...each, rule: "APPT-60" } : each,
      ),
      ...(inactive === undefined ? [] : [inactive]),
    );
  return accept({
    ...before,
    ...(patient === undefined ? {} : namOf(before, patient)),
    ...identity.value,
    ...contactAfter({ before, details }),
    communicationLanguage: details.communicationLanguage ?? before.communicationLanguage,
    consultationReason: kept(details.consultationReason, before.consultationReason),
    clinicNote: kept(details.clinicNote, before.clinicNote),
    attendance: details.attendance ?? before.attendance,
  });
}

/** How the patient is reached after the change, whatever stands against the rest of it. */
export function contactAfter({ before, details = {} }: Pick<DetailsChange, "before" | "details">): Contact {
  const sent = details.patient ?? {};
  return {
    homePhone: kept(sent.homePhone, before.homePhone),
    mobilePhone: kept(sent.mobilePhone, before.mobilePhone),
    email: kept(sent.email, before.email),
    communicationModes: details.communicationModes ?? before.communicationModes,
  };
}

/** REASON-11: a reason stays when it has become inactive, and is not chosen anew. */
function refuseOtherReason(book: Book, before: Appointment, { consultationReason }: WantedDetails) {
  return consultationReason === before.consultationReason
    ? undefined
    : refuseInactive(consultationReason, book.inactiveReasons);
}

function kept<T>(sent: T | null | undefined, before: T | null): T | null {
  return sent === undefined ? before : sent;
}

/** APPT-60: an explicit null takes away what must be there; it does not mean "as before". */
function withoutNull(sent: PatientInput, before: Appointment) {
  return {
    firstName: sent.firstName === undefined ? before.firstName : sent.firstName,
    lastName: sent.lastName === undefined ? before.lastName : sent.lastName,
    sex: sent.sex === undefined ? before.sex : sent.sex,
    birthDate: sent.birthDate === undefined ? before.birthDate : sent.birthDate,
  };
}

/** The same number keeps its sealed form, so that pushing it again changes nothing. */
function namOf(before: Appointment, patient: KnownPatient | null) {
  if (patient === null) return { namIndex: null, namEncrypted: null, namMatched: false };
  const namMatched = patient.person !== null;
  if (patient.namIndex === before.namIndex) return { namMatched };
  return { namIndex: patient.namIndex, namEncrypted: patient.sealFor(before.appointmentId), namMatched };
}

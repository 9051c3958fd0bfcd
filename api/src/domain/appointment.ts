import type { NurseMention, OnlineActor } from "./actor.ts";
import type { Attendance } from "./attendance.ts";
import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import type { AgendaAnswer } from "./inbox.ts";
import type { ServiceType } from "./opening.ts";
import type { CommunicationLanguage, Contact, Identity } from "./patient.ts";
import type { ConsultationReason } from "./reason.ts";
import { registrationOn } from "./registration.ts";
import type { Registration } from "./registration.ts";
import { ageOn, daysBetween, localDateOf, minuteMs } from "./time.ts";
import type { TimeZone } from "./time.ts";

/** Milliseconds since the epoch. */
type Instant = number;

export interface CancellationDelay {
  value: number;
  unit: "hours" | "minutes";
}

export interface Author {
  type: "machine" | "employee" | "citizen";
  /** A machine or employee identifier, or a citizen's blind index. */
  id: string;
  label: string;
}

/** APPT-43: who made it for the patient. */
export interface MentionedNurse {
  name: string;
  mention: NurseMention;
}

/** An appointment as it is stored; what is computed at reading (slot, concurrent, access) is not here. */
export interface Appointment extends Identity, Contact {
  establishmentId: string;
  appointmentId: string;
  /** APPT-39: ten digits; given by the database. */
  referenceNumber: string;
  professionalId: string;
  placeId: string;
  startAt: Instant;
  endAt: Instant;
  seat: number;
  status: "active" | "cancelled";
  appointmentType: ServiceType;
  attendance: Attendance;
  /** The blind index of the NAM, and the NAM encrypted; both or none. */
  namIndex: string | null;
  namEncrypted: Uint8Array | null;
  namMatched: boolean;
  communicationLanguage: CommunicationLanguage;
  consultationReason: ConsultationReason | null;
  clinicNote: string | null;
  patientNote: string | null;
  professionalNameVisible: boolean;
  cancellationDelay: CancellationDelay;
  author: Author;
  /** APPT-43: null unless a nurse made it. */
  nurse: MentionedNurse | null;
  /** SYNC-54: made in an import window; nobody is sent a confirmation. */
  imported: boolean;
  cancelledAt: Instant | null;
  cancelledBy: "clinic" | "patient" | null;
  /** SYNC-46: what the agenda software of its place answered; null when nothing is waited for. */
  agenda: AgendaAnswer | null;
  version: number;
  createdAt: Instant;
}

/** APPT-42, APPT-43: what is made online is the citizen's; the nurse who made it for them is kept in addition. */
export function onlineAuthor(
  actor: OnlineActor,
  { namIndex, firstName, lastName }: { namIndex: string; firstName: string; lastName: string },
): Pick<Appointment, "author" | "nurse"> {
  return {
    author: { type: "citizen", id: namIndex, label: `${firstName} ${lastName}` },
    nurse: actor.kind === "nurse" ? { name: actor.name, mention: actor.mention } : null,
  };
}

/** A start equal to now is not past. */
export function isPast(startAt: Instant, now: Instant): boolean {
  return startAt < now;
}

/** APPT-01, APPT-02, APPT-04: local calendar days, the last of the 90 (or 365) included; any time of that day. */
export function checkPastLimit(
  startAt: Instant,
  { now, zone, days }: { now: Instant; zone: TimeZone; days: number },
  rule = "APPT-01",
  pointer = "/startAt",
): Violation | undefined {
  const age = daysBetween(localDateOf(startAt, zone), localDateOf(now, zone));
  return age > days ? violation(rule, "PAST_LIMIT_EXCEEDED", pointer, { days }) : undefined;
}

/**
 * APPT-44, APPT-45: the link between patient and professional today, whatever the slot: their own professional (the
 * family physician, or whom a delegation assigns), else one of the GMF they are registered in, else neither. MOVE-12:
 * asked again when the professional changes.
 */
export function appointmentTypeOf(
  registration: Registration | null,
  professional: { practiceNumber: string | null; gmfNumber: string | null },
  today: string,
): ServiceType {
  const held = registrationOn(registration, today);
  if (held === null) return "GEN";
  const { practiceNumber, delegatedPracticeNumber, gmfNumber } = held;
  if (
    professional.practiceNumber !== null &&
    [practiceNumber, delegatedPracticeNumber].includes(professional.practiceNumber)
  )
    return "MF";
  if (gmfNumber !== null && gmfNumber === professional.gmfNumber) return "GMF";
  return "GEN";
}

/** Under 18 on the local date of the appointment. */
export function isMinorOn(birthDate: string, date: string): boolean {
  return ageOn(birthDate, date) < 18;
}

/** APPT-35: at least one note is not empty. */
export function hasNotes({ clinicNote, patientNote }: Pick<Appointment, "clinicNote" | "patientNote">): boolean {
  return (clinicNote ?? "") !== "" || (patientNote ?? "") !== "";
}

/** APPT-69: nothing of a cancelled appointment changes. */
export function checkActive({ status }: Pick<Appointment, "status">): Violation | undefined {
  return status === "cancelled" ? violation("APPT-69", "APPOINTMENT_CANCELLED") : undefined;
}

export function durationMinutesOf({ startAt, endAt }: { startAt: Instant; endAt: Instant }): number {
  return (endAt - startAt) / minuteMs;
}

const comparedFields = [
  "professionalId",
  "placeId",
  "startAt",
  "endAt",
  "status",
  "appointmentType",
  "attendance",
  "namIndex",
  "namMatched",
  "firstName",
  "lastName",
  "sex",
  "birthDate",
  "homePhone",
  "mobilePhone",
  "email",
  "communicationModes",
  "communicationLanguage",
  "consultationReason",
  "clinicNote",
  "patientNote",
] as const;

/**
 * The log's names of what a change touched. Those of a person are two words, the log holds nothing personal: who it is,
 * and how they are reached, because each has a message of its own (NOTIF-03, NOTIF-06, NOTIF-07).
 */
const announcedNames: Readonly<Partial<Record<(typeof comparedFields)[number], string>>> = {
  namIndex: "patient",
  namMatched: "patient",
  firstName: "patient",
  lastName: "patient",
  sex: "patient",
  birthDate: "patient",
  homePhone: "contact",
  mobilePhone: "contact",
  email: "contact",
};

/** Names of the fields that differ, for the log; none when nothing did. */
export function changedFields(before: Appointment, after: Appointment): string[] {
  const names = comparedFields
    .filter((field) => String(before[field]) !== String(after[field]))
    .map((field) => announcedNames[field] ?? field);
  return [...new Set(names)].sort();
}

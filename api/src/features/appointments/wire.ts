import type { Instant } from "../../clock.ts";
import { durationMinutesOf, hasNotes, isMinorOn } from "../../domain/appointment.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { onlineCancelUntil } from "../../domain/cancellation.ts";
import { localDateOf, localTimeOf, zonedText } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import { utcText } from "../../http/time.ts";
import type { Secrets } from "../../secrets.ts";
import type { AppointmentBody } from "./schema.ts";

/** What of an appointment's answer depends on the moment and the reader, not on its row. */
export interface Reading {
  timeZone: TimeZone;
  slotId: string | null;
  concurrent: boolean;
  access: "read" | "write";
  cancellable: boolean;
  externalId: string | null;
}

/** A NAM opens only in the row it was sealed for. */
export function namBoundTo(appointmentId: string): string {
  return `appointment|${appointmentId}|nam`;
}

export function openNam(secrets: Secrets, { namEncrypted, appointmentId }: Appointment): string | null {
  return namEncrypted === null ? null : secrets.open(namEncrypted, namBoundTo(appointmentId));
}

/** As a clinic reads it. */
export function appointmentBody(secrets: Secrets, appointment: Appointment, reading: Reading): AppointmentBody {
  const { timeZone } = reading;
  const date = localDateOf(appointment.startAt, timeZone);
  return {
    appointmentId: appointment.appointmentId,
    version: appointment.version,
    establishmentId: appointment.establishmentId,
    externalId: reading.externalId,
    referenceNumber: appointment.referenceNumber,
    professionalId: appointment.professionalId,
    placeId: appointment.placeId,
    slotId: reading.slotId,
    ...timesOf(appointment, timeZone),
    status: appointment.status,
    appointmentType: appointment.appointmentType,
    attendance: appointment.attendance,
    patient: {
      nam: openNam(secrets, appointment),
      namMatched: appointment.namMatched,
      firstName: appointment.firstName,
      lastName: appointment.lastName,
      sex: appointment.sex,
      birthDate: appointment.birthDate,
      homePhone: appointment.homePhone,
      mobilePhone: appointment.mobilePhone,
      email: appointment.email,
      isMinor: isMinorOn(appointment.birthDate, date),
    },
    communicationModes: [...appointment.communicationModes],
    communicationLanguage: appointment.communicationLanguage,
    consultationReason: appointment.consultationReason,
    clinicNote: appointment.clinicNote,
    patientNote: appointment.patientNote,
    hasNotes: hasNotes(appointment),
    professionalNameVisible: appointment.professionalNameVisible,
    cancellationDelay: appointment.cancellationDelay,
    onlineCancelUntil: cancelUntilText(appointment, timeZone),
    author: { type: appointment.author.type, label: appointment.author.label },
    nurse: appointment.nurse,
    createdAt: utcText(appointment.createdAt),
    imported: appointment.imported,
    cancelledAt: appointment.cancelledAt === null ? null : utcText(appointment.cancelledAt),
    cancelledBy: appointment.cancelledBy,
    agendaStatus: appointment.agenda?.status ?? null,
    agendaReason: appointment.agenda?.reason ?? null,
    concurrent: reading.concurrent,
    access: reading.access,
    cancellable: reading.cancellable,
  };
}

export interface Times {
  startAt: string;
  endAt: string;
  date: string;
  startTime: string;
  durationMinutes: number;
}

export function timesOf(time: { startAt: Instant; endAt: Instant }, zone: TimeZone): Times {
  return {
    startAt: zonedText(time.startAt, zone),
    endAt: zonedText(time.endAt, zone),
    date: localDateOf(time.startAt, zone),
    startTime: localTimeOf(time.startAt, zone),
    durationMinutes: durationMinutesOf(time),
  };
}

export function cancelUntilText(
  { startAt, cancellationDelay }: Pick<Appointment, "startAt" | "cancellationDelay">,
  zone: TimeZone,
): string {
  return zonedText(onlineCancelUntil(startAt, cancellationDelay), zone);
}

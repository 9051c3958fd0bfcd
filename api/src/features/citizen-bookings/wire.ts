import type { Instant } from "../../clock.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { decideCitizenCancellation } from "../../domain/cancellation.ts";
import { utcText } from "../../http/time.ts";
import type { BookingPlace } from "../appointments/agenda-store.ts";
import { cancelUntilText, timesOf } from "../appointments/wire.ts";
import type { CitizenPlaceBody } from "./place-schema.ts";
import type { CitizenAppointment } from "./schema.ts";

export type CitizenPlace = Pick<
  BookingPlace,
  "placeId" | "name" | "civicNumber" | "street" | "suite" | "city" | "province" | "postalCode" | "phone" | "timeZone"
>;

/** As its patient reads it. APPT-33, ATT-09: neither the clinic's note nor attendance; PLACE-27, APPT-47: no masked name. */
export function citizenBody(
  appointment: Appointment,
  { place, professionalName, now }: { place: CitizenPlace; professionalName: string; now: Instant },
): CitizenAppointment {
  const { timeZone } = place;
  const visible = appointment.professionalNameVisible;
  return {
    appointmentId: appointment.appointmentId,
    referenceNumber: appointment.referenceNumber,
    version: appointment.version,
    status: appointment.status,
    ...timesOf(appointment, timeZone),
    place: whereabouts(place),
    professionalId: visible ? appointment.professionalId : null,
    professionalName: visible ? professionalName : null,
    appointmentType: appointment.appointmentType,
    firstName: appointment.firstName,
    lastName: appointment.lastName,
    consultationReason: appointment.consultationReason,
    patientNote: appointment.patientNote,
    homePhone: appointment.homePhone,
    mobilePhone: appointment.mobilePhone,
    email: appointment.email,
    communicationModes: [...appointment.communicationModes],
    communicationLanguage: appointment.communicationLanguage,
    cancellationDelay: appointment.cancellationDelay,
    onlineCancelUntil: cancelUntilText(appointment, timeZone),
    cancellable:
      appointment.status === "active" && appointment.namMatched && decideCitizenCancellation(appointment, now).ok,
    createdAt: utcText(appointment.createdAt),
    cancelledAt: appointment.cancelledAt === null ? null : utcText(appointment.cancelledAt),
  };
}

/** PLACE-05 */
export function whereabouts(place: Omit<CitizenPlace, "timeZone">): CitizenPlaceBody {
  const { placeId, name, civicNumber, street, suite, city, province, postalCode, phone } = place;
  const address = addressOf(place);
  return { placeId, name, civicNumber, street, suite, city, province, postalCode, address, phone };
}

function addressOf({ civicNumber, street, suite, city, province, postalCode }: Omit<CitizenPlace, "timeZone">): string {
  const door = suite === null ? street : `${street}, ${suite}`;
  return `${civicNumber}, ${door}, ${city} (${province}) ${postalCode}`;
}

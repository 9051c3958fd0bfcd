import { z } from "@hono/zod-openapi";
import { cascades } from "../../domain/cascade.ts";
import { notContact } from "../../domain/contact-update.ts";
import { consultationReasons } from "../../domain/reason.ts";
import { version, violationSchema } from "../../http/schema.ts";
import {
  appointmentExample,
  appointmentId,
  appointmentSchema,
  contactSchemas,
  holdId,
  nam,
  patientNam,
  professionalId,
  readOnly,
  referenceNumber,
  slotId,
  startAt,
} from "../appointments/schema.ts";
import { typedPostalCode } from "../citizen-perimeters/schema.ts";
import { citizenPlaceExample, citizenPlaceSchema } from "./place-schema.ts";

/** What a citizen sends and reads. The clinic's note and attendance are never here (APPT-33, ATT-09). */

const { communicationModes, communicationLanguage, homePhone, mobilePhone, email } = contactSchemas;
const appointment = appointmentSchema.shape;
const patientNote = z
  .string()
  .max(2000)
  .nullable()
  .openapi({ description: "What the patient wants the clinic to know.", example: "Douleur depuis deux jours." });
export const cascade = z.enum(cascades).openapi({
  description:
    "Where the opening was found (citizenOpenings.search). Left out: the first cascade, in their order, that offers it.",
  example: "1",
});
export const postalCode = typedPostalCode.openapi({
  description:
    "CASC-17, CASC-18: that of the search in cascade 3; the opening is then held to its limit. Left out: it is not.",
  example: "h2x 1y4",
});
const consultationReason = z
  .enum(consultationReasons)
  .openapi({ description: "The reason searched.", example: "regular" });

export const bookingSchema = z
  .strictObject({
    slotId,
    startAt,
    consultationReason,
    cascade: cascade.optional(),
    postalCode: postalCode.optional(),
    homePhone: homePhone.optional(),
    mobilePhone: mobilePhone.optional(),
    email: email.optional(),
    communicationModes: communicationModes.optional(),
    communicationLanguage: communicationLanguage.optional(),
    patientNote: patientNote.optional(),
    holdId: holdId.optional().openapi({ description: "HOLD-09: the citizen's own hold, which the booking consumes." }),
  })
  .openapi("CitizenBooking");
export type Booking = z.infer<typeof bookingSchema>;

export const nurseReason = consultationReason.openapi({
  description: "The reason searched. CASC-23: `redirection` is for nurses who bear that mention.",
  example: "redirection",
});

export const nurseBookingSchema = z
  .strictObject({
    nam: patientNam,
    ...bookingSchema.shape,
    consultationReason: nurseReason,
    patientNote: patientNote
      .optional()
      .openapi({ description: "What the patient wants the clinic to know, in their name." }),
    holdId: holdId.optional().openapi({ description: "HOLD-09: the nurse's own hold, which the booking consumes." }),
  })
  .openapi("NurseBooking");

export const citizenAppointmentSchema = z
  .object({
    appointmentId,
    referenceNumber,
    version,
    status: appointment.status,
    startAt: appointment.startAt,
    endAt: appointment.endAt,
    date: appointment.date,
    startTime: appointment.startTime,
    durationMinutes: appointment.durationMinutes,
    place: citizenPlaceSchema,
    professionalId: professionalId
      .nullable()
      .openapi({ description: "PLACE-27: null when the place masks names for the cascade used." }),
    professionalName: z.string().nullable().openapi({
      description: "PLACE-27: null when the place masks names for the cascade used.",
      example: "Dre Anne Tremblay",
    }),
    appointmentType: appointment.appointmentType,
    firstName: z.string().openapi({ example: "Alice" }),
    lastName: z.string().openapi({ example: "Tremblay" }),
    consultationReason: consultationReason.nullable(),
    patientNote,
    homePhone,
    mobilePhone,
    email,
    communicationModes,
    communicationLanguage,
    cancellationDelay: appointment.cancellationDelay,
    onlineCancelUntil: appointment.onlineCancelUntil,
    cancellable: z
      .boolean()
      .openapi({ description: "CANCEL-16: whether it may be cancelled online now.", example: true }),
    createdAt: appointment.createdAt,
    cancelledAt: appointment.cancelledAt,
  })
  .openapi("CitizenAppointment");
export type CitizenAppointment = z.infer<typeof citizenAppointmentSchema>;

export const bookedSchema = z
  .object({
    ...citizenAppointmentSchema.shape,
    notices: z.array(violationSchema).openapi({
      description: "MSG-01, MSG-02, MSG-09, MSG-12: what the citizen should know; the appointment stands.",
      example: [],
    }),
  })
  .openapi("CitizenBooked");
export type Booked = z.infer<typeof bookedSchema>;

export const findSchema = z
  .strictObject({
    referenceNumber: referenceNumber.optional(),
    nam: nam.optional().openapi({ description: "PAT-12: needed with a reference number; references can be guessed." }),
  })
  .openapi("CitizenAppointmentFind", { description: "Empty: the citizen's own appointments to come." });
export type Find = z.infer<typeof findSchema>;

export const foundSchema = z.object({ items: z.array(citizenAppointmentSchema) }).openapi("CitizenAppointmentList");
export type Found = z.infer<typeof foundSchema>;

export const citizenCancellationSchema = z
  .strictObject({
    referenceNumber,
    nam: nam.optional().openapi({ description: "PAT-12: the reference number alone cancels nothing." }),
  })
  .openapi("CitizenCancellation");
export type CitizenCancellation = z.infer<typeof citizenCancellationSchema>;

const refused = readOnly("PAT-14: not the patient's to change here; refused.");

export const contactChangeSchema = z
  .strictObject({
    referenceNumber,
    nam: nam.optional().openapi({ description: "PAT-12: the reference number alone changes nothing." }),
    homePhone: homePhone.optional(),
    mobilePhone: mobilePhone.optional(),
    email: email.optional(),
    communicationModes: communicationModes.optional(),
    communicationLanguage: communicationLanguage.optional(),
    // The keys are those of the list.
    ...(Object.fromEntries(notContact.map((field) => [field, refused])) as Record<
      (typeof notContact)[number],
      typeof refused
    >),
    attendance: readOnly("ATT-09: the clinic's; refused."),
  })
  .openapi("CitizenContactChange", {
    description: "What is not sent stays as it is; null takes a phone or an address away.",
  });
export type ContactChange = z.infer<typeof contactChangeSchema>;

export const bookingExample: Booking = {
  slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  consultationReason: "regular",
  homePhone: "418-555-0192",
  email: "alice.tremblay@example.org",
  communicationModes: ["email"],
  communicationLanguage: "fr",
};

export const nurseBookingExample = { nam: "TREA 8056 1502", ...bookingExample };

export const citizenAppointmentExample: CitizenAppointment = {
  appointmentId: appointmentExample.appointmentId,
  referenceNumber: appointmentExample.referenceNumber,
  version: 1,
  status: "active",
  startAt: appointmentExample.startAt,
  endAt: appointmentExample.endAt,
  date: appointmentExample.date,
  startTime: appointmentExample.startTime,
  durationMinutes: 15,
  place: citizenPlaceExample,
  professionalId: appointmentExample.professionalId,
  professionalName: "Dre Anne Tremblay",
  appointmentType: "MF",
  firstName: "Alice",
  lastName: "Tremblay",
  consultationReason: "regular",
  patientNote: null,
  homePhone: "418-555-0192",
  mobilePhone: null,
  email: "alice.tremblay@example.org",
  communicationModes: ["email"],
  communicationLanguage: "fr",
  cancellationDelay: { value: 24, unit: "hours" },
  onlineCancelUntil: "2027-03-07T09:00:00-05:00",
  cancellable: true,
  createdAt: "2027-03-01T12:00:00.000Z",
  cancelledAt: null,
};

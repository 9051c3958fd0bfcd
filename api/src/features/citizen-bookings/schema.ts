import { z } from "@hono/zod-openapi";
import { cascades } from "../../domain/cascade.ts";
import { consultationReasons } from "../../domain/reason.ts";
import { version, violationSchema } from "../../http/schema.ts";
import {
  appointmentExample,
  appointmentId,
  appointmentSchema,
  contactSchemas,
  holdId,
  nam,
  placeId,
  professionalId,
  referenceNumber,
  slotId,
  startAt,
} from "../appointments/schema.ts";

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
const consultationReason = z
  .enum(consultationReasons)
  .openapi({ description: "The reason searched.", example: "regular" });

export const bookingSchema = z
  .strictObject({
    slotId,
    startAt,
    consultationReason,
    cascade: cascade.optional(),
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
    place: z
      .object({
        placeId,
        name: z.string().openapi({ example: "Clinique médicale du Faubourg" }),
        civicNumber: z.string().openapi({ example: "240" }),
        street: z.string().openapi({ example: "rue Saint-Joseph Est" }),
        suite: z.string().nullable().openapi({ description: "Null when there is none.", example: "bureau 200" }),
        city: z.string().openapi({ example: "Québec" }),
        province: z.string().openapi({ example: "QC" }),
        postalCode: z.string().openapi({ example: "G1K 3A9" }),
        address: z.string().openapi({
          description: "The same on one line.",
          example: "240, rue Saint-Joseph Est, bureau 200, Québec (QC) G1K 3A9",
        }),
        phone: z
          .string()
          .openapi({ description: "The place's, never the establishment's (EST-05).", example: "418-555-0100" }),
      })
      .openapi("CitizenAppointmentPlace", { description: "PLACE-05: where to go, and whom to call." }),
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

export const bookingExample: Booking = {
  slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  consultationReason: "regular",
  homePhone: "418-555-0192",
  email: "alice.tremblay@example.org",
  communicationModes: ["email"],
  communicationLanguage: "fr",
};

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
  place: {
    placeId: appointmentExample.placeId,
    name: "Clinique médicale du Faubourg",
    civicNumber: "240",
    street: "rue Saint-Joseph Est",
    suite: "bureau 200",
    city: "Québec",
    province: "QC",
    postalCode: "G1K 3A9",
    address: "240, rue Saint-Joseph Est, bureau 200, Québec (QC) G1K 3A9",
    phone: "418-555-0100",
  },
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

import { z } from "@hono/zod-openapi";
import { consultationReasons } from "../../domain/reason.ts";
import { acknowledge, instant, version } from "../../http/schema.ts";
import {
  appointmentSchema,
  holdId,
  newAppointmentSchema,
  patientNam,
  placeId,
  professionalId,
  slotId,
  startAt,
} from "../appointments/schema.ts";
import { cascade, nurseReason, postalCode } from "../citizen-bookings/schema.ts";

const { durationMinutes } = newAppointmentSchema.shape;
const times = {
  startAt: appointmentSchema.shape.startAt,
  endAt: appointmentSchema.shape.endAt,
  durationMinutes: appointmentSchema.shape.durationMinutes,
};
const expiry = {
  expiresAt: instant.openapi({
    description: "HOLD-08: when it ends by itself, UTC.",
    example: "2027-03-01T12:05:00.000Z",
  }),
  extendableFrom: instant.openapi({
    description: "HOLD-05: from when it may be extended, 30 seconds before its end.",
    example: "2027-03-01T12:04:30.000Z",
  }),
};

export const holdSchema = z
  .object({
    holdId,
    version,
    professionalId,
    placeId,
    slotId: slotId.nullable().openapi({ description: "The slot it was made in; null outside any slot." }),
    ...times,
    owner: z
      .object({
        type: z.enum(["machine", "employee", "citizen", "nurse"]).openapi({ example: "machine" }),
        own: z.boolean().openapi({ description: "HOLD-14: whether it is the caller's.", example: true }),
      })
      .openapi("HoldOwner"),
    ...expiry,
    createdAt: instant.openapi({ description: "Creation, UTC.", example: "2027-03-01T12:00:00.000Z" }),
  })
  .openapi("Hold");
export type HoldBody = z.infer<typeof holdSchema>;

export const newHoldSchema = z
  .strictObject({
    slotId: slotId
      .optional()
      .openapi({ description: "Gives professional, place, start and duration when they are not sent." }),
    professionalId: professionalId.optional(),
    placeId: placeId.optional(),
    startAt: startAt.optional(),
    durationMinutes,
    acknowledge,
  })
  .openapi("NewHold");
export type NewHold = z.infer<typeof newHoldSchema>;

/** A hold made online: nobody's name can be read from it (PLACE-27). */
export const citizenHoldSchema = z
  .object({ holdId, version, slotId: slotId.nullable(), placeId, ...times, ...expiry })
  .openapi("CitizenHold");
export type CitizenHoldBody = z.infer<typeof citizenHoldSchema>;

export const newCitizenHoldSchema = z
  .strictObject({
    slotId,
    startAt,
    consultationReason: z.enum(consultationReasons).optional().openapi({
      description: "The reason searched; left out, any reason for which the opening is offered.",
      example: "regular",
    }),
    cascade: cascade.optional(),
    postalCode: postalCode.optional(),
  })
  .openapi("NewCitizenHold");
export type NewCitizenHold = z.infer<typeof newCitizenHoldSchema>;

export const newNurseHoldSchema = z
  .strictObject({ nam: patientNam, ...newCitizenHoldSchema.shape, consultationReason: nurseReason.optional() })
  .openapi("NewNurseHold");

export const holdExtensionSchema = z.strictObject({}).openapi("HoldExtension", { description: "Empty." });

export const newHoldExample: NewHold = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  durationMinutes: 15,
};

export const newCitizenHoldExample: NewCitizenHold = {
  slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  consultationReason: "regular",
};

export const newNurseHoldExample = { nam: "TREA 8056 1502", ...newCitizenHoldExample };

export const citizenHoldExample: CitizenHoldBody = {
  holdId: "hld_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  endAt: "2027-03-08T09:15:00-05:00",
  durationMinutes: 15,
  expiresAt: "2027-03-01T12:05:00.000Z",
  extendableFrom: "2027-03-01T12:04:30.000Z",
};

export const holdExample: HoldBody = {
  ...citizenHoldExample,
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  owner: { type: "machine", own: true },
  createdAt: "2027-03-01T12:00:00.000Z",
};

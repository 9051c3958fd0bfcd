import { z } from "@hono/zod-openapi";
import { localDate } from "../../http/schema.ts";
import { appointmentExample, appointmentSchema, establishmentId, nam, professionalId } from "../appointments/schema.ts";

const { firstName, lastName, sex, birthDate } = appointmentSchema.shape.patient.shape;

export const patientLookupSchema = z
  .strictObject({
    nam,
    establishmentId: establishmentId.optional().openapi({
      description: "For whom the person is looked up: needed when the machine is linked in several establishments.",
    }),
  })
  .openapi("PatientLookup");
export type PatientLookup = z.infer<typeof patientLookupSchema>;

const registration = z
  .object({
    professionalId: professionalId.nullable().openapi({
      description: "The family physician, if of this establishment; null when somebody else is.",
    }),
    delegatedProfessionalId: professionalId.nullable().openapi({
      description:
        "CASC-02: whom a delegation assigns in the physician's stead, if of this establishment; null when nobody or somebody else.",
      example: null,
    }),
    inGmf: z.boolean().openapi({ description: "Whether the patient is registered in this GMF.", example: true }),
    endDate: localDate.nullable().openapi({
      description:
        "The last day of the patient's relation with the physician, and with it of all the rest; null, no end is known.",
      example: "2027-06-30",
    }),
    gmfEndDate: localDate
      .nullable()
      .openapi({ description: "The last day in this GMF; null, no end is known.", example: null }),
    placeNumber: z
      .string()
      .nullable()
      .openapi({
        description:
          "RAMQ's number of the place of registration; null when the physician is not of this establishment and the " +
          "patient not of this GMF, or no place is known.",
        example: "55231",
      }),
    placeEndDate: localDate.nullable().openapi({
      description: "The last day of the registration at that place; null, no end is known.",
      example: null,
    }),
  })
  .nullable()
  .openapi({
    description:
      "PAT-16: the patient's registration (inscription de la clientèle) as far as it concerns this establishment; " +
      "RAMQ's, nobody changes it here. What has ended is not told. Null: with nobody of it.",
  });

const matchedSchema = z
  .object({
    matched: z.literal(true).openapi({ description: "PAT-02: RAMQ knows this number.", example: true }),
    firstName,
    lastName,
    sex,
    birthDate,
    registration,
  })
  .openapi("PatientMatched", {
    description: "PAT-03: the identity by RAMQ. PAT-06: it says nothing of coverage, which the clinic checks itself.",
  });
const unmatchedSchema = z
  .object({
    matched: z.literal(false).openapi({ description: "RAMQ does not know this number.", example: false }),
  })
  .openapi("PatientUnmatched", {
    description: "PAT-04, PAT-05: an appointment can be made all the same, with an identity that the clinic types.",
  });

export const patientFoundSchema = z
  .discriminatedUnion("matched", [matchedSchema, unmatchedSchema])
  .openapi("PatientFound");
export type PatientFound = z.infer<typeof patientFoundSchema>;

export const patientFoundExample: PatientFound = {
  matched: true,
  firstName: "Alice",
  lastName: "Tremblay",
  sex: "F",
  birthDate: "1980-06-15",
  registration: {
    ...{ professionalId: appointmentExample.professionalId, delegatedProfessionalId: null },
    ...{ inGmf: true, endDate: "2027-06-30", gmfEndDate: null, placeNumber: "55231", placeEndDate: null },
  },
};

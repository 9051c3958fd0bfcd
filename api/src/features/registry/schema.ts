import { z } from "@hono/zod-openapi";
import { localDate, page, says } from "../../http/schema.ts";

const practiceNumber = z.string().regex(/^\d{6}$/);
const number = z.string().min(1).max(20).nullable();
const endDate = localDate.nullable();

/** Inscription de la clientèle (PAT-16). */
const registrationFields = {
  practiceNumber: practiceNumber.openapi({ description: "The person's family physician.", example: "104217" }),
  delegatedPracticeNumber: practiceNumber.nullable().openapi({
    description: "CASC-02: the professional whom a delegation assigns in the physician's stead.",
    example: null,
  }),
  gmfNumber: number.openapi({ description: "The GMF, if any.", example: "03-117" }),
  placeNumber: number.openapi({ description: "RAMQ's number of the place of registration.", example: "55231" }),
  endDate: endDate.openapi({
    description: "MSG-02: last day of the relation with the professional.",
    example: null,
  }),
  gmfEndDate: endDate.openapi({ description: "MSG-01: last day of the registration with the GMF.", example: null }),
  placeEndDate: endDate.openapi({ description: "MSG-01: last day of the registration at the place.", example: null }),
};

const registration = z
  .object(registrationFields)
  .nullable()
  .openapi({ description: "Inscription de la clientèle; null when the person is registered with nobody." });

const endOf = (field: string) =>
  says(`Une fin ne va pas sans ce qui finit : donnez \`${field}\`.`, `An end needs what ends: give \`${field}\`.`);

const newRegistration = z
  .strictObject({
    practiceNumber: registrationFields.practiceNumber,
    delegatedPracticeNumber: registrationFields.delegatedPracticeNumber.optional(),
    gmfNumber: registrationFields.gmfNumber.optional(),
    placeNumber: registrationFields.placeNumber.optional(),
    endDate: registrationFields.endDate.optional(),
    gmfEndDate: registrationFields.gmfEndDate.optional(),
    placeEndDate: registrationFields.placeEndDate.optional(),
  })
  .refine(({ gmfNumber = null, gmfEndDate = null }) => gmfEndDate === null || gmfNumber !== null, {
    path: ["gmfEndDate"],
    ...endOf("gmfNumber"),
  })
  .refine(({ placeNumber = null, placeEndDate = null }) => placeEndDate === null || placeNumber !== null, {
    path: ["placeEndDate"],
    ...endOf("placeNumber"),
  })
  .nullable()
  .openapi({ description: "Inscription de la clientèle. What is left out is not there." });

const personFields = {
  nam: z.string().min(12).max(20).openapi({
    description: "An invented number; its eleventh character is 0, as no real one's is.",
    example: "TREI85551204",
  }),
  firstName: z.string().min(1).max(100).openapi({ example: "Isabelle" }),
  lastName: z.string().min(1).max(100).openapi({ example: "Tremblay" }),
  sex: z.enum(["F", "M"]).openapi({ example: "F" }),
  birthDate: localDate.openapi({ example: "1985-05-12" }),
};

export const newPersonSchema = z
  .strictObject({
    ...personFields,
    eligible: z
      .boolean()
      .default(true)
      .openapi({ description: "Eligible for health insurance; never a reason to refuse.", example: true }),
    registration: newRegistration.optional(),
  })
  .openapi("NewInsuredPerson");

export const personsSchema = z
  .strictObject({ persons: z.array(newPersonSchema).min(1).max(1000) })
  .openapi("NewInsuredPersons");
export type NewPersons = z.infer<typeof personsSchema>;

export const personSchema = z.object({ ...personFields, eligible: z.boolean(), registration }).openapi("InsuredPerson");
export type ListedPerson = z.infer<typeof personSchema>;

export const personPage = page("InsuredPersonPage", personSchema);
export const personsCountSchema = z
  .object({ persons: z.number().int().openapi({ example: 1 }) })
  .openapi("InsuredPersonCount");

export const personExample: ListedPerson = {
  nam: "TREI85551204",
  firstName: "Isabelle",
  lastName: "Tremblay",
  sex: "F",
  birthDate: "1985-05-12",
  eligible: true,
  registration: {
    practiceNumber: "104217",
    delegatedPracticeNumber: null,
    gmfNumber: "03-117",
    placeNumber: "55231",
    endDate: null,
    gmfEndDate: null,
    placeEndDate: null,
  },
};

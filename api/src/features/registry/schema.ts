import { z } from "@hono/zod-openapi";
import { localDate, page } from "../../http/schema.ts";

const registration = z
  .strictObject({
    practiceNumber: z
      .string()
      .regex(/^\d{6}$/)
      .openapi({ description: "The person's own professional.", example: "104217" }),
    gmfNumber: z
      .string()
      .min(1)
      .max(20)
      .nullable()
      .openapi({ description: "That professional's GMF, if any.", example: "03-117" }),
  })
  .nullable()
  .openapi({ description: "Inscription de la clientèle." });

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
    registration: registration.optional(),
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
  registration: { practiceNumber: "104217", gmfNumber: "03-117" },
};

import { z } from "@hono/zod-openapi";
import { isPseudonym, isRamqIdentifier } from "../../domain/employee.ts";
import { page, says } from "../../http/schema.ts";

const personFields = {
  ramqIdentifier: z
    .string()
    .refine(isRamqIdentifier, says("IP ou CE, puis six lettres ou chiffres.", "IP or CE, then six letters or digits."))
    .openapi({ description: "EMP-04: IP or CE and six letters or digits.", example: "IPA1B2C3" }),
  pseudonym: z
    .string()
    .toLowerCase()
    .max(254)
    .refine(isPseudonym, says("Une adresse courriel.", "An e-mail address."))
    .nullable()
    .openapi({ description: "AUTH-01: an email address to sign in with.", example: "camille.tremblay@example.org" }),
  firstName: z.string().trim().min(1).max(100).openapi({ description: "First name.", example: "Camille" }),
  lastName: z.string().trim().min(1).max(100).openapi({ description: "Last name.", example: "Tremblay" }),
  practiceNumber: z
    .string()
    .regex(/^\d{6}$/)
    .nullable()
    .openapi({ description: "EMP-05: a professional's.", example: "112345" }),
};

export const newStaffPersonSchema = z
  .strictObject({
    ...personFields,
    pseudonym: personFields.pseudonym.optional(),
    practiceNumber: personFields.practiceNumber.optional(),
    password: z.string().min(1).max(200).optional().openapi({
      description: "To sign in with, in the sandbox alone; left out, it stays as it was. It is never read back.",
      example: "bac-a-sable",
    }),
  })
  .openapi("NewRegisteredStaff");

export const staffSchema = z
  .strictObject({ persons: z.array(newStaffPersonSchema).min(1).max(200) })
  .openapi("NewRegisteredStaffList");
export type NewStaff = z.input<typeof staffSchema>;

export const staffPersonSchema = z.object(personFields).openapi("RegisteredStaff");
export type ListedStaff = z.infer<typeof staffPersonSchema>;

export const staffPage = page("RegisteredStaffPage", staffPersonSchema);
export const staffCountSchema = z
  .object({ persons: z.number().int().openapi({ description: "How many were put.", example: 1 }) })
  .openapi("RegisteredStaffCount");

export const staffPersonExample: ListedStaff = {
  ramqIdentifier: "IPA1B2C3",
  pseudonym: "camille.tremblay@example.org",
  firstName: "Camille",
  lastName: "Tremblay",
  practiceNumber: "112345",
};

import { z } from "@hono/zod-openapi";
import { professions } from "../../domain/employee.ts";
import { id, localDate, page, pageQuery, version } from "../../http/schema.ts";
import { idPattern } from "../../ids.ts";
import { employeeId } from "../employees/schema.ts";
import { establishmentId } from "../establishments/schema.ts";
import { placeId } from "../places/schema.ts";

export const professionalId = id("pro", "Identifies a professional (professionnel de la santé), or a team.");

/** EMP-20: the record of an employee may be named too; one who is no professional is refused as such. */
export const professionalRef = z
  .string()
  .regex(new RegExp(`${idPattern("pro").source}|${idPattern("emp").source}`))
  .openapi({
    description: "The professional, or that professional's employee record (EMP-20).",
    example: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  });

const practiceNumber = z
  .string()
  .regex(/^\d{6}$/)
  .openapi({ description: "EMP-05: six digits.", example: "112345" });

export const professionalSchema = z
  .object({
    professionalId,
    version,
    establishmentId,
    employeeId: employeeId.nullable().openapi({ description: "Null for a team, and to agenda software." }),
    displayName: z.string().openapi({ description: "As patients read it.", example: "Camille Tremblay" }),
    practiceNumber: practiceNumber.nullable().openapi({ description: "Null for a team." }),
    profession: z.enum(professions).openapi({ description: "EMP-06: of the practice number.", example: "physician" }),
    capacity: z.number().int().min(1).openapi({ description: "Persons seen at once; 1 but for a team.", example: 1 }),
    placeIds: z.array(placeId).openapi({ description: "Where they work; to agenda software, of the linked places." }),
    departureDate: localDate.nullable().openapi({ description: "EMP-18: the last day.", example: null }),
  })
  .openapi("Professional");
export type Professional = z.infer<typeof professionalSchema>;

export const professionalPage = page("ProfessionalPage", professionalSchema);

export const professionalQuery = z.strictObject({
  ...pageQuery,
  establishmentId: establishmentId.optional().openapi({ description: "The operator has to name it." }),
  placeId: placeId.optional().openapi({ description: "Those who work there." }),
  practiceNumber: practiceNumber.optional(),
  name: z.string().trim().min(1).max(100).optional().openapi({
    description:
      "VIEW-05: a fragment of the name, whatever its accents, capitals and hyphens; among those whose agenda the caller may read.",
    example: "tremb",
  }),
});
export type ProfessionalQuery = z.infer<typeof professionalQuery>;

const limitFutureBooking = z
  .boolean()
  .openapi({ description: "OPT-03: whether citizens see the first weeks of the agenda only.", example: true });
const maxWeeks = z.number().int().nullable().openapi({
  description: "OPT-02, OPT-04: 1 to 52, if and only if the limit is on; this week is the first.",
  example: 8,
});

export const professionalOptionsSchema = z
  .object({ professionalId, version, limitFutureBooking, maxWeeks })
  .openapi("ProfessionalOptions");
export type ProfessionalOptions = z.infer<typeof professionalOptionsSchema>;

export const professionalOptionsChangeSchema = z
  .strictObject({ limitFutureBooking, maxWeeks: maxWeeks.optional() })
  .openapi("ProfessionalOptionsChange");
export type ProfessionalOptionsChange = z.infer<typeof professionalOptionsChangeSchema>;

export const professionalExample: Professional = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  employeeId: null,
  displayName: "Camille Tremblay",
  practiceNumber: "112345",
  profession: "physician",
  capacity: 1,
  placeIds: ["plc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
  departureDate: null,
};

export const professionalOptionsExample: ProfessionalOptions = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 2,
  limitFutureBooking: true,
  maxWeeks: 8,
};

export const professionalOptionsChangeExample: ProfessionalOptionsChange = { limitFutureBooking: true, maxWeeks: 8 };

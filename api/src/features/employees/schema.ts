import { z } from "@hono/zod-openapi";
import { phonePattern } from "../../domain/patient.ts";
import { everyWorkPlace } from "../../domain/permission.ts";
import { id, localDate, page, pageQuery, version } from "../../http/schema.ts";
import { idPattern } from "../../ids.ts";
import { establishmentId } from "../establishments/schema.ts";
import { placeId } from "../places/schema.ts";

export const employeeId = id("emp", "Identifies an employee's record in one establishment (EMP-08).");
const professionalId = id("pro", "Identifies a professional.");

const text = (max: number, description: string, example: string) =>
  z.string().trim().min(1).max(max).nullable().openapi({ description, example });

const grantSchema = z
  .strictObject({
    placeId: z
      .string()
      .regex(new RegExp(`^${everyWorkPlace}$|${idPattern("plc").source}`))
      .openapi({
        description: "PERM-11: a work place of the employee; PERM-12: `all` of them, as they are when it is used.",
        example: "all",
      }),
    professionalId,
    access: z.enum(["read", "write"]).openapi({ description: "PERM-10: write includes read.", example: "write" }),
  })
  .openapi("Grant");

const ramqIdentifier = z.string().max(40);
const practiceNumber = z.string().max(40);
const pseudonym = z.string().trim().max(254);

/** EMP-11: as RAMQ's registry has them. */
const registryFields = {
  ramqIdentifier: ramqIdentifier.openapi({
    description: "EMP-04: IP or CE and six letters or digits; from the registry.",
    example: "IPA1B2C3",
  }),
  pseudonym: pseudonym.nullable().openapi({
    description: "The email address they sign in with, if they chose one; from the registry.",
    example: "camille.tremblay@example.org",
  }),
  firstName: z.string().openapi({ description: "First name, from the registry.", example: "Camille" }),
  lastName: z.string().openapi({ description: "Last name, from the registry.", example: "Tremblay" }),
  practiceNumber: practiceNumber.nullable().openapi({
    description: "EMP-12: a professional's six digits, whose class says the profession; from the registry.",
    example: "112345",
  }),
};

/** EMP-03: whom to look up in the registry. */
const lookup = {
  ramqIdentifier: ramqIdentifier.optional().openapi({
    description: "EMP-03: to look the person up by. EMP-04: IP or CE and six letters or digits.",
    example: "IPA1B2C3",
  }),
  practiceNumber: practiceNumber
    .optional()
    .openapi({ description: "EMP-03: to look a professional up by. EMP-05: six digits.", example: "112345" }),
  pseudonym: pseudonym.optional().openapi({
    description: "EMP-03: to look the person up by: the email address they sign in with.",
    example: "camille.tremblay@example.org",
  }),
};

/** Fields that exist but that nobody may send: a value is refused with the rule's id rather than as an unknown field. */
const readOnly = z.unknown().optional().openapi({ description: "EMP-11: from the registry; refused.", readOnly: true });

const phone = z.string().trim().max(40).regex(phonePattern);
const details = {
  title: text(100, "Title (titre).", "Dre"),
  email: z.email().max(254).nullable().openapi({
    description: "EMP-17: when it is filled in, a welcome message goes there.",
    example: "c.tremblay@faubourg.example",
  }),
  workPhone: phone.nullable().openapi({ description: "At work (téléphone au travail).", example: "418-555-0107" }),
  workPhoneExtension: text(20, "Extension (poste).", "214"),
  profession: text(100, "Their own word for it; rules go by the practice number (EMP-06).", "Médecin de famille"),
  professionDescription: text(
    1000,
    "What they do, in a few words (description de la profession).",
    "Suivi de grossesse",
  ),
  biography: text(5000, "In short (brève biographie).", "Exerce à Québec depuis 2009."),
};
const departureDate = localDate
  .nullable()
  .openapi({ description: "EMP-18: the last day; not before startDate.", example: null });
const workPlaceIds = z.array(placeId).max(200).openapi({ description: "EMP-14: at least one." });
const startDateInput = localDate.nullable().optional();

const profiles = {
  localAdmin: z.boolean().openapi({ description: "Local administrator (administrateur local).", example: false }),
  superUser: z.boolean().openapi({ description: "Super user (super utilisateur).", example: false }),
};
const grants = z.array(grantSchema).max(1000).openapi({
  description: "PERM-08: they take effect while the employee is neither local administrator nor super user.",
});

export const employeeSchema = z
  .object({
    employeeId,
    version,
    establishmentId,
    ...registryFields,
    ...details,
    startDate: localDate.openapi({
      description: "First day; they may sign in before it, to prepare.",
      example: "2027-03-08",
    }),
    departureDate,
    workPlaceIds,
    isProfessional: z.boolean().openapi({ description: "EMP-12: whether there is a practice number.", example: true }),
    professionalId: professionalId.nullable().openapi({ description: "The professional this employee is, if any." }),
    ...profiles,
    user: z.boolean().openapi({ description: "User (utilisateur): every employee is (PERM-06).", example: true }),
    grants,
  })
  .openapi("Employee");
export type Employee = z.infer<typeof employeeSchema>;

const detailInputs = {
  title: details.title.optional(),
  email: details.email.optional(),
  workPhone: details.workPhone.optional(),
  workPhoneExtension: details.workPhoneExtension.optional(),
  profession: details.profession.optional(),
  professionDescription: details.professionDescription.optional(),
  biography: details.biography.optional(),
};

export const newEmployeeSchema = z
  .strictObject({
    establishmentId,
    ...lookup,
    firstName: readOnly,
    lastName: readOnly,
    ...detailInputs,
    startDate: startDateInput.openapi({
      description: "EMP-13: left out, today at the first work place; null is refused.",
    }),
    departureDate: departureDate.optional(),
    workPlaceIds,
    localAdmin: profiles.localAdmin.optional(),
    superUser: profiles.superUser.optional(),
    grants: grants.optional(),
  })
  .openapi("NewEmployee", {
    description:
      "EMP-03: exactly one of ramqIdentifier, practiceNumber and pseudonym. EMP-11: the registry says the rest.",
  });
export type NewEmployee = z.infer<typeof newEmployeeSchema>;

export const employeeChangeSchema = z
  .strictObject({
    ramqIdentifier: readOnly,
    pseudonym: readOnly,
    firstName: readOnly,
    lastName: readOnly,
    practiceNumber: readOnly,
    ...detailInputs,
    startDate: startDateInput.openapi({ description: "EMP-13: null is refused." }),
    departureDate: departureDate.optional(),
    workPlaceIds: workPlaceIds.optional(),
  })
  .openapi("EmployeeChange", {
    description:
      "What is left out stays as it is; null empties a field. Profiles and grants have an operation of their own. " +
      "EMP-16: a work place that is taken away takes along what the employee was granted there.",
  });
export type EmployeeChange = z.infer<typeof employeeChangeSchema>;

export const permissionsSchema = z
  .strictObject({
    localAdmin: profiles.localAdmin.optional(),
    superUser: profiles.superUser.optional(),
    grants: grants.optional(),
  })
  .openapi("EmployeePermissions", {
    description:
      "What is left out stays as it is, except that `superUser` takes `localAdmin` away (PERM-06) and the other way " +
      "round (PERM-28). Grants are replaced together.",
  });
export type Permissions = z.infer<typeof permissionsSchema>;

export const employeePage = page("EmployeePage", employeeSchema);

export const employeeQuery = z.strictObject({
  ...pageQuery,
  establishmentId: establishmentId.optional().openapi({ description: "The operator has to name it." }),
});
export type EmployeeQuery = z.infer<typeof employeeQuery>;

export const deletionQuery = z.strictObject({
  acknowledge: z.literal("CONFIRMATION_REQUIRED").optional().openapi({
    description: "WG-19: the warning was seen; work groups of which this is the only member go too.",
    example: "CONFIRMATION_REQUIRED",
  }),
});

export const newEmployeeExample = {
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  ramqIdentifier: "IPA1B2C3",
  title: "Dre",
  workPhone: "418-555-0107",
  workPhoneExtension: "214",
  workPlaceIds: ["plc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
} satisfies NewEmployee;

export const employeeExample: Employee = {
  employeeId: "emp_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  ...newEmployeeExample,
  pseudonym: "camille.tremblay@example.org",
  firstName: "Camille",
  lastName: "Tremblay",
  practiceNumber: "112345",
  email: null,
  profession: null,
  professionDescription: null,
  biography: null,
  startDate: "2027-03-08",
  departureDate: null,
  isProfessional: true,
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  localAdmin: false,
  superUser: false,
  user: true,
  grants: [],
};

export const employeeChangeExample = {
  email: "c.tremblay@faubourg.example",
  workPlaceIds: ["plc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
} satisfies EmployeeChange;

export const permissionsExample = {
  grants: [{ placeId: "all", professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h", access: "write" }],
} satisfies Permissions;

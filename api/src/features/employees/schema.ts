import { z } from "@hono/zod-openapi";
import { everyWorkPlace } from "../../domain/permission.ts";
import { id, localDate, page, pageQuery, version } from "../../http/schema.ts";
import { idPattern } from "../../ids.ts";
import { establishmentId } from "../establishments/schema.ts";
import { placeId } from "../places/schema.ts";

export const employeeId = id("emp", "Identifies an employee's record in one establishment (EMP-08).");
const professionalId = id("pro", "Identifies a professional.");

const personName = (description: string, example: string) =>
  z.string().trim().min(1).max(100).openapi({ description, example });

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

const fields = {
  ramqIdentifier: z
    .string()
    .max(40)
    .openapi({ description: "EMP-04: IP or CE and six letters or digits.", example: "IPA1B2C3" }),
  firstName: personName("First name.", "Camille"),
  lastName: personName("Last name.", "Tremblay"),
  practiceNumber: z.string().max(40).nullable().openapi({
    description: "EMP-12: a professional's six digits, whose class says the profession.",
    example: "112345",
  }),
  departureDate: localDate
    .nullable()
    .openapi({ description: "EMP-18: the last day; not before startDate.", example: null }),
  workPlaceIds: z.array(placeId).max(200).openapi({ description: "EMP-14: at least one." }),
};
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
    ...fields,
    startDate: localDate.openapi({ description: "First day.", example: "2027-03-08" }),
    isProfessional: z.boolean().openapi({ description: "EMP-12: whether there is a practice number.", example: true }),
    professionalId: professionalId.nullable().openapi({ description: "The professional this employee is, if any." }),
    ...profiles,
    user: z.boolean().openapi({ description: "User (utilisateur): every employee is (PERM-06).", example: true }),
    grants,
  })
  .openapi("Employee");
export type Employee = z.infer<typeof employeeSchema>;

export const newEmployeeSchema = z
  .strictObject({
    establishmentId,
    ...fields,
    practiceNumber: fields.practiceNumber.optional(),
    startDate: localDate
      .nullable()
      .optional()
      .openapi({ description: "EMP-13: left out, today at the first work place; null is refused." }),
    departureDate: fields.departureDate.optional(),
    localAdmin: profiles.localAdmin.optional(),
    superUser: profiles.superUser.optional(),
    grants: grants.optional(),
  })
  .openapi("NewEmployee");
export type NewEmployee = z.infer<typeof newEmployeeSchema>;

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

export const newEmployeeExample = {
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  ramqIdentifier: "IPA1B2C3",
  firstName: "Camille",
  lastName: "Tremblay",
  practiceNumber: "112345",
  workPlaceIds: ["plc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
} satisfies NewEmployee;

export const employeeExample: Employee = {
  employeeId: "emp_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  ...newEmployeeExample,
  startDate: "2027-03-08",
  departureDate: null,
  isProfessional: true,
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  localAdmin: false,
  superUser: false,
  user: true,
  grants: [],
};

export const permissionsExample = {
  grants: [{ placeId: "all", professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h", access: "write" }],
} satisfies Permissions;

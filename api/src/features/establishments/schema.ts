import { z } from "@hono/zod-openapi";
import { phonePattern } from "../../domain/patient.ts";
import { id, page, version, warningsSchema } from "../../http/schema.ts";

export const establishmentId = id("est", "Identifies an establishment (entreprise).");

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .openapi({ description: "EST: the establishment's name.", example: "Clinique médicale du Faubourg" });
const email = z
  .email()
  .max(254)
  .nullable()
  .openapi({ description: "Where RAMQ reaches the establishment.", example: "direction@faubourg.example" });
const phone = z
  .string()
  .trim()
  .max(40)
  .regex(phonePattern)
  .nullable()
  .openapi({ description: "EST-05: never shown to patients.", example: "418-555-0100" });
const isGmf = z.boolean().openapi({ description: "Whether it is a groupe de médecine de famille.", example: true });
const gmfNumber = z
  .string()
  .trim()
  .min(1)
  .max(20)
  .nullable()
  .openapi({ description: "EST-06, EST-07: present if and only if isGmf.", example: "03-117" });
const pastLimitDays = z
  .union([z.literal(90), z.literal(365)])
  .openapi({ description: "APPT-03: how many local days back the clinic may write, set by RAMQ.", example: 90 });

const administrators = z
  .array(
    z
      .object({
        employeeId: id("emp", "The employee's record."),
        firstName: z.string().openapi({ description: "First name.", example: "Louise" }),
        lastName: z.string().openapi({ description: "Last name.", example: "Gagnon" }),
      })
      .openapi("EstablishmentAdministrator"),
  )
  .nullable()
  .openapi({
    description:
      "EST-04: those who hold `localAdmin` now. They change with employees' permissions; `version` does not move with " +
      "them. Null for agenda software, which has no use for employees' names.",
  });
const places = z.array(id("plc", "A place.")).openapi({
  description: "The establishment's places; of agenda software, those linked with it (LCGA-02).",
  example: ["plc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
});

export const establishmentSchema = z
  .object({ establishmentId, version, name, administrators, email, phone, isGmf, gmfNumber, places, pastLimitDays })
  .openapi("Establishment");
export type Establishment = z.infer<typeof establishmentSchema>;

export const updatedEstablishmentSchema = z
  .object({ ...establishmentSchema.shape, warnings: warningsSchema })
  .openapi("UpdatedEstablishment");
export type UpdatedEstablishment = z.infer<typeof updatedEstablishmentSchema>;

export const newEstablishmentSchema = z
  .strictObject({
    name,
    email: email.optional(),
    phone: phone.optional(),
    isGmf,
    gmfNumber: gmfNumber.optional(),
    pastLimitDays: pastLimitDays.optional(),
  })
  .openapi("NewEstablishment");
export type NewEstablishment = z.infer<typeof newEstablishmentSchema>;

/** A value is refused with its rule's id rather than as an unknown field. */
const readOnly = (description: string) => z.unknown().optional().openapi({ description, readOnly: true });

export const establishmentChangeSchema = z
  .strictObject({
    name: name.optional(),
    email: email.optional().openapi({ description: "EST-09: null clears it." }),
    phone: phone.optional().openapi({ description: "EST-09: null clears it." }),
    isGmf: isGmf.optional(),
    gmfNumber: gmfNumber.optional(),
    pastLimitDays: pastLimitDays.optional(),
    establishmentId: readOnly("Given by the hub; refused."),
    administrators: readOnly("EST-04: computed; refused."),
    places: readOnly("Written by places.create and places.update; refused."),
  })
  .openapi("EstablishmentChange", {
    description: "What is left out stays as it is. EST-02: a local administrator sends `email` and `phone` only.",
  });
export type EstablishmentChange = z.infer<typeof establishmentChangeSchema>;

export const establishmentPage = page("EstablishmentPage", establishmentSchema);

export const newEstablishmentExample: NewEstablishment = {
  name: "Clinique médicale du Faubourg",
  email: "direction@faubourg.example",
  isGmf: true,
  gmfNumber: "03-117",
};

export const establishmentExample: Establishment = {
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  name: "Clinique médicale du Faubourg",
  administrators: [{ employeeId: "emp_01m8qk5v0e7kqv8f0a3n6c9d2h", firstName: "Louise", lastName: "Gagnon" }],
  email: "direction@faubourg.example",
  phone: null,
  isGmf: true,
  gmfNumber: "03-117",
  places: ["plc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
  pastLimitDays: 90,
};

export const establishmentChangeExample: EstablishmentChange = {
  email: "direction@faubourg.example",
  phone: "418-555-0100",
};

export const updatedEstablishmentExample: UpdatedEstablishment = {
  ...establishmentExample,
  email: "direction@faubourg.example",
  phone: "418-555-0100",
  version: 2,
  warnings: [],
};

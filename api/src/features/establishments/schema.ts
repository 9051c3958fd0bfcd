import { z } from "@hono/zod-openapi";
import { id, page, version } from "../../http/schema.ts";

export const establishmentId = id("est", "Identifies an establishment (entreprise).");

const name = z
  .string()
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
  .min(7)
  .max(40)
  .nullable()
  .openapi({ description: "EST-05: never shown to patients.", example: "418-555-0100" });
const isGmf = z.boolean().openapi({ description: "Whether it is a groupe de médecine de famille.", example: true });
const gmfNumber = z
  .string()
  .min(1)
  .max(20)
  .nullable()
  .openapi({ description: "EST-06, EST-07: present if and only if isGmf.", example: "03-117" });
const pastLimitDays = z
  .union([z.literal(90), z.literal(365)])
  .openapi({ description: "APPT-03: how many local days back the clinic may write, set by RAMQ.", example: 90 });

export const establishmentSchema = z
  .object({ establishmentId, version, name, email, phone, isGmf, gmfNumber, pastLimitDays })
  .openapi("Establishment");
export type Establishment = z.infer<typeof establishmentSchema>;

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

export const establishmentPage = page("EstablishmentPage", establishmentSchema);

export const newEstablishmentExample: NewEstablishment = {
  name: "Clinique médicale du Faubourg",
  isGmf: true,
  gmfNumber: "03-117",
};

export const establishmentExample: Establishment = {
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  name: "Clinique médicale du Faubourg",
  email: null,
  phone: null,
  isGmf: true,
  gmfNumber: "03-117",
  pastLimitDays: 90,
};

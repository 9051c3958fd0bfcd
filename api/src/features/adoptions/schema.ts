import { z } from "@hono/zod-openapi";
import { externalId, id } from "../../http/schema.ts";

const adoptionLine = z
  .strictObject({
    objectType: z.enum(["slot", "appointment"]).openapi({ example: "slot" }),
    objectId: z
      .string()
      .max(64)
      .openapi({ description: "The hub's id of the object.", example: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
    externalId,
  })
  .openapi("AdoptionLine");

export const newAdoptionSchema = z
  .strictObject({
    establishmentId: id("est", "Only objects of this establishment.").optional(),
    bindings: z.array(adoptionLine).min(1).max(1000),
  })
  .openapi("NewAdoption");
export type NewAdoption = z.infer<typeof newAdoptionSchema>;

export const adoptionSchema = z
  .object({
    bound: z
      .number()
      .int()
      .min(0)
      .openapi({ description: "Names that are bound now and were not before.", example: 2 }),
    unchanged: z
      .number()
      .int()
      .min(0)
      .openapi({ description: "Lines whose name was bound to its object already.", example: 0 }),
  })
  .openapi("Adoption");
export type Adoption = z.infer<typeof adoptionSchema>;

export const newAdoptionExample: NewAdoption = {
  bindings: [
    { objectType: "slot", objectId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h", externalId: "101-2027-03-08-0830" },
    { objectType: "appointment", objectId: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h", externalId: "4711" },
  ],
};

export const adoptionExample: Adoption = { bound: 2, unchanged: 0 };

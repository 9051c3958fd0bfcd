import { z } from "@hono/zod-openapi";
import { id } from "../../http/schema.ts";

/** A place as citizens are told of it. */
export const citizenPlaceSchema = z
  .object({
    placeId: id("plc", "The place (lieu)."),
    name: z.string().openapi({ example: "Clinique médicale du Faubourg" }),
    civicNumber: z.string().openapi({ example: "240" }),
    street: z.string().openapi({ example: "rue Saint-Joseph Est" }),
    suite: z.string().nullable().openapi({ description: "Null when there is none.", example: "bureau 200" }),
    city: z.string().openapi({ example: "Québec" }),
    province: z.string().openapi({ example: "QC" }),
    postalCode: z.string().openapi({ example: "G1K 3A9" }),
    address: z.string().openapi({
      description: "The same on one line.",
      example: "240, rue Saint-Joseph Est, bureau 200, Québec (QC) G1K 3A9",
    }),
    phone: z
      .string()
      .openapi({ description: "The place's, never the establishment's (EST-05).", example: "418-555-0100" }),
  })
  .openapi("CitizenAppointmentPlace", { description: "PLACE-05: where to go, and whom to call." });
export type CitizenPlaceBody = z.infer<typeof citizenPlaceSchema>;

export const citizenPlaceExample: CitizenPlaceBody = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  name: "Clinique médicale du Faubourg",
  civicNumber: "240",
  street: "rue Saint-Joseph Est",
  suite: "bureau 200",
  city: "Québec",
  province: "QC",
  postalCode: "G1K 3A9",
  address: "240, rue Saint-Joseph Est, bureau 200, Québec (QC) G1K 3A9",
  phone: "418-555-0100",
};

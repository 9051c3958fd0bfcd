import { z } from "@hono/zod-openapi";
import { healthRegions } from "../../domain/health-region.ts";
import { perimeters } from "../../domain/perimeter.ts";

/** A postal code as a citizen types it; what it means, `decideWhereabouts` says. */
export const typedPostalCode = z
  .string()
  .trim()
  .regex(/^[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d$/)
  .openapi({
    description: "A postal code of Québec, in capitals or not, with a space, a hyphen or neither.",
    example: "h2x 1y4",
  });

export const perimeter = z.enum(perimeters).openapi({
  description: "A ring around the postal code, named by its two distances in kilometres.",
  example: "10-20",
});

export const perimeterSearchSchema = z.strictObject({ postalCode: typedPostalCode }).openapi("PerimeterSearch");
export type PerimeterSearch = z.infer<typeof perimeterSearchSchema>;

const km = z.number().int();

export const perimetersSchema = z
  .object({
    postalCode: z.string().openapi({ description: "As Canada Post writes it.", example: "H2X 1Y4" }),
    healthRegion: z
      .object({
        code: z.enum(healthRegions).openapi({ description: "The ministry's number of it.", example: "06" }),
        name: z.string().openapi({ description: "In the language asked for.", example: "Montréal" }),
      })
      .openapi({ description: "CASC-20: the health region (région sociosanitaire) of the postal code." }),
    limitKm: km.openapi({
      description:
        "CASC-17, CASC-18: how far cascade 3 searches: 50 km in Montréal, Laval and Capitale-Nationale, else 100.",
      example: 50,
    }),
    perimeters: z
      .array(
        z.object({
          perimeter,
          fromKm: km.openapi({ description: "Included.", example: 10 }),
          toKm: km.openapi({ description: "Excluded, but for the last (CASC-21).", example: 20 }),
        }),
      )
      .openapi({ description: "The rings, the nearest first; together they are everything up to limitKm." }),
  })
  .openapi("Perimeters");
export type Perimeters = z.infer<typeof perimetersSchema>;

export const perimeterSearchExample: PerimeterSearch = { postalCode: "h2x 1y4" };

export const perimetersExample: Perimeters = {
  postalCode: "H2X 1Y4",
  healthRegion: { code: "06", name: "Montréal" },
  limitKm: 50,
  perimeters: [
    { perimeter: "0-10", fromKm: 0, toKm: 10 },
    { perimeter: "10-20", fromKm: 10, toKm: 20 },
    { perimeter: "20-30", fromKm: 20, toKm: 30 },
    { perimeter: "30-40", fromKm: 30, toKm: 40 },
    { perimeter: "40-50", fromKm: 40, toKm: 50 },
  ],
};

import { z } from "@hono/zod-openapi";
import { cascades } from "../../domain/cascade.ts";
import { professions } from "../../domain/employee.ts";
import { consultationReasons, serviceReasons } from "../../domain/reason.ts";
import { id, instant, localDate, page, pageQuery, warningsSchema } from "../../http/schema.ts";
import { patientNam } from "../appointments/schema.ts";
import { citizenPlaceSchema } from "../citizen-bookings/place-schema.ts";
import { typedPostalCode } from "../citizen-perimeters/schema.ts";
import { freshnessSchema } from "../machine-links/schema.ts";
import { shownMessageSchema } from "../message-customisations/schema.ts";
import { durationMinutes, serviceReason, serviceType } from "../services/schema.ts";

const slotId = id("slt", "The slot it is an opening of; with `startAt`, what a hold or a booking names.");
const professionalId = id("pro", "The professional.");
const professionalName = z.string().openapi({ description: "The professional's name.", example: "Dre Anne Tremblay" });
const placeId = id("plc", "The place.");

const shared = {
  placeId,
  placeName: z.string().openapi({ description: "The place's name.", example: "Clinique du Faubourg" }),
  startAt: instant.openapi({ description: "Start, with the offset of the place's zone." }),
  endAt: instant.openapi({ description: "End.", example: "2027-03-08T09:20:00-05:00" }),
  durationMinutes,
  serviceType,
  consultationReasons: z
    .array(serviceReason)
    .openapi({ description: "What it is offered for; `allReasons` stands for every one.", example: ["regular"] }),
};

/** What a clinic finds. */
export const clinicOpeningSchema = z.object({ slotId, professionalId, professionalName, ...shared }).openapi("Opening");
export type ClinicOpening = z.infer<typeof clinicOpeningSchema>;
export const clinicOpeningPage = page("OpeningPage", clinicOpeningSchema);

const cascade = z.enum(cascades).openapi({
  description:
    "CASC-01, in their order: `1` the citizen's own professional, `2.1` and `2.2` the relay teams of that professional's " +
    "work groups, `2.3` the whole GMF, `3` everybody's general openings.",
  example: "1",
});

const placeFreshness = z
  .object({
    placeId,
    state: freshnessSchema.shape.state,
    asOf: freshnessSchema.shape.asOf,
  })
  .openapi("PlaceFreshness");
export type PlaceFreshness = z.infer<typeof placeFreshness>;

/** What a citizen finds. */
export const offeredOpeningSchema = z
  .object({
    slotId,
    professionalId: professionalId.nullable().openapi({ description: "PLACE-27: null where the place masks it." }),
    professionalName: professionalName.nullable().openapi({ description: "PLACE-27: null where the place masks it." }),
    ...shared,
    distanceKm: z.number().min(0).nullable().openapi({
      description: "CASC-06: from the postal code, as the crow flies; null when none was given.",
      example: 3.4,
    }),
  })
  .openapi("OfferedOpening");
export type OfferedOpening = z.infer<typeof offeredOpeningSchema>;
export const offeredOpeningPage = page("OfferedOpeningPage", offeredOpeningSchema, {
  messages: z.array(shownMessageSchema).openapi({
    description:
      "COMM-13: what the clinics of this page's places say of availabilities that may not be shown, in the language asked " +
      "for; one for each place, none in cascade 3.",
  }),
  freshness: z
    .array(placeFreshness)
    .openapi({ description: "SYNC-14: how old what is shown is, for each place of this page." }),
  nextCascade: cascade.nullable().openapi({
    description:
      "CASC-08 to CASC-11: where this citizen may go on, whatever was found here; relay teams that there are not are " +
      "passed over. Null after cascade 3.",
    example: "2.1",
  }),
});

const from = instant.optional().openapi({ description: "Openings that start here or later; never earlier than now." });
const to = instant
  .optional()
  .openapi({ description: "Openings that start before.", example: "2027-03-15T00:00:00-04:00" });

export const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const weekday = z.enum(weekdays);

const clinicFilter = {
  placeId: placeId
    .optional()
    .openapi({ description: "SEARCH-04: every professional of the place, unless one is named." }),
  professionalId: professionalId.optional().openapi({ description: "One professional." }),
  profession: z.enum(professions).exclude(["team"]).optional().openapi({
    description: "SEARCH-05: in a GMF, one of the professions that it has; none means all of them.",
    example: "nurse",
  }),
  consultationReason: z
    .enum(serviceReasons)
    .default("allReasons")
    .openapi({ description: "SEARCH-06, SEARCH-07: a reason, or all of them.", example: "regular" }),
  weekdays: z
    .preprocess((days) => (typeof days === "string" ? [days] : days), z.array(weekday).min(1).max(7).optional())
    .openapi({ description: "SEARCH-08: repeat the parameter; none means every day.", example: ["monday"] }),
};

export const clinicQuery = z.strictObject({
  ...clinicFilter,
  from,
  to: to.openapi({ description: "Openings that start before; at most 92 days after `from`, and 92 days when absent." }),
  ...pageQuery,
});
export type ClinicQuery = z.infer<typeof clinicQuery>;
export type ClinicFilter = Pick<ClinicQuery, keyof typeof clinicFilter>;

export const weekQuery = z.strictObject({
  ...clinicFilter,
  week: localDate.optional().openapi({
    description: "SEARCH-09: any day of the week wanted; without it, the first week that has an opening.",
    example: "2027-03-10",
  }),
  ...pageQuery,
});
export type WeekQuery = z.infer<typeof weekQuery>;

const otherWeek = (description: string, example: string) =>
  localDate
    .nullable()
    .openapi({ description: `SEARCH-09: ${description}, a Sunday; null when there is none.`, example });

export const weekPageSchema = page("OpeningWeek", clinicOpeningSchema, {
  week: localDate.openapi({
    description: "The Sunday with which the week begins, at the place.",
    example: "2027-03-07",
  }),
  previousWeek: otherWeek("the last week before it that has an opening", "2027-02-28"),
  nextWeek: otherWeek("the first week after it that has an opening", "2027-03-14"),
  warnings: warningsSchema,
});
export type WeekPage = z.infer<typeof weekPageSchema>;

const ids = (prefix: string, whose: string) =>
  z
    .string()
    .max(2000)
    .optional()
    .openapi({
      description: `Up to 50, comma separated: only ${whose}.`,
      example: `${prefix}_01m8qk5v0e7kqv8f0a3n6c9d2h`,
    });

export const nextQuery = z.strictObject({
  professionalIds: ids("pro", "these professionals, wherever they work or at the places named"),
  placeIds: ids("plc", "these places; everybody there, unless professionals are named"),
  consultationReason: clinicFilter.consultationReason,
  weekdays: clinicFilter.weekdays,
  from,
  to: to.openapi({
    description: "Openings that start before; at most two years after `from`, and two years when absent.",
  }),
});
export type NextQuery = z.infer<typeof nextQuery>;

export const nextSchema = z
  .object({
    items: z.array(clinicOpeningSchema).openapi({
      description: "The first opening of each agenda, the soonest first; an agenda without one is not there.",
    }),
  })
  .openapi("NextOpenings");
export type NextOpenings = z.infer<typeof nextSchema>;

export const citizenSearchSchema = z
  .strictObject({
    cascade,
    consultationReason: z.enum(consultationReasons).openapi({
      description: "CASC-22: why the citizen consults. `redirection` is refused (CASC-23).",
      example: "regular",
    }),
    postalCode: typedPostalCode.optional().openapi({
      description: "CASC-06: cascade 3 looks near it; it needs a postal code, a place or a professional.",
      example: "h2x 1y4",
    }),
    perimeter: z
      .string()
      .max(20)
      .optional()
      .openapi({
        description:
          "CASC-17 to CASC-19: a ring of the postal code's region (citizenPerimeters.find); without it, everything within the " +
          "region's limit.",
        example: "10-20",
      }),
    placeId: placeId.optional().openapi({ description: "Only at this place." }),
    professionalId: professionalId.optional().openapi({
      description: "Only this professional; PLACE-27: where the place masks the cascade, nothing is found by name.",
    }),
    from,
    to,
    ...pageQuery,
  })
  .openapi("CitizenOpeningSearch");
export type CitizenSearch = z.infer<typeof citizenSearchSchema>;

const nurseReason = citizenSearchSchema.shape.consultationReason.openapi({
  description: "CASC-22: why the patient consults. CASC-23: `redirection` is for nurses who bear that mention.",
  example: "redirection",
});

export const nurseSearchSchema = z
  .strictObject({ nam: patientNam, ...citizenSearchSchema.shape, consultationReason: nurseReason })
  .openapi("NurseOpeningSearch");

export const nurseSearchExample = {
  nam: "TREA 8056 1502",
  cascade: "3",
  consultationReason: "regular",
  postalCode: "G1R 1R2",
};

export const citizenSearchExample = { cascade: "1", consultationReason: "regular" };

export const nearestSchema = z
  .strictObject({
    consultationReason: citizenSearchSchema.shape.consultationReason,
    postalCode: typedPostalCode,
    perimeter: citizenSearchSchema.shape.perimeter,
    from,
    to,
    cursor: pageQuery.cursor,
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(100)
      .default(20)
      .openapi({ description: "Places per page.", example: 20 }),
  })
  .openapi("NearestPlaces");
export type Nearest = z.infer<typeof nearestSchema>;

export const nurseNearestSchema = z
  .strictObject({ nam: patientNam, ...nearestSchema.shape, consultationReason: nurseReason })
  .openapi("NurseNearestPlaces");

export const nearestPage = page(
  "NearestPlacePage",
  z
    .object({
      place: citizenPlaceSchema,
      distanceKm: z.number().min(0).openapi({ description: "From the postal code, as the crow flies.", example: 3.4 }),
      opening: offeredOpeningSchema.openapi({ description: "The place's first that this citizen may book." }),
    })
    .openapi("NearestPlace"),
  { freshness: offeredOpeningPage.shape.freshness },
);
export type NearestPage = z.infer<typeof nearestPage>;

export const nearestSearchExample = { consultationReason: "minorEmergency", postalCode: "G1R 1R2", perimeter: "0-10" };

export const nurseNearestExample = { nam: "TREA 8056 1502", ...nearestSearchExample };

export const clinicOpeningExample: ClinicOpening = {
  slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  professionalName: "Dre Anne Tremblay",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  placeName: "Clinique du Faubourg",
  startAt: "2027-03-08T09:00:00-05:00",
  endAt: "2027-03-08T09:20:00-05:00",
  durationMinutes: 20,
  serviceType: "GEN",
  consultationReasons: ["regular"],
};

export const offeredOpeningExample: OfferedOpening = { ...clinicOpeningExample, distanceKm: null };

export const placeFreshnessExample: PlaceFreshness = {
  placeId: clinicOpeningExample.placeId,
  ...{ state: "live", asOf: "2027-03-08T12:45:00.000Z" },
};

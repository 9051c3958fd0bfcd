import { z } from "@hono/zod-openapi";
import { consultationReasons, serviceReasons } from "../../domain/reason.ts";
import { cascades } from "../../domain/visibility.ts";
import { id, instant, page, pageQuery } from "../../http/schema.ts";
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

/** What a citizen finds. */
export const offeredOpeningSchema = z
  .object({
    slotId,
    professionalId: professionalId.nullable().openapi({ description: "PLACE-27: null where the place masks it." }),
    professionalName: professionalName.nullable().openapi({ description: "PLACE-27: null where the place masks it." }),
    ...shared,
  })
  .openapi("OfferedOpening");
export type OfferedOpening = z.infer<typeof offeredOpeningSchema>;
export const offeredOpeningPage = page("OfferedOpeningPage", offeredOpeningSchema, {
  messages: z.array(shownMessageSchema).openapi({
    description:
      "COMM-13: what the clinics of this page's places say of availabilities that may not be shown, in the language asked " +
      "for; one for each place, none in cascade 3.",
  }),
});

const from = instant.optional().openapi({ description: "Openings that start here or later; never earlier than now." });
const to = instant
  .optional()
  .openapi({ description: "Openings that start before.", example: "2027-03-15T00:00:00-04:00" });

export const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const weekday = z.enum(weekdays);

export const clinicQuery = z.strictObject({
  placeId: placeId
    .optional()
    .openapi({ description: "SEARCH-04: every professional of the place, unless one is named." }),
  professionalId: professionalId.optional().openapi({ description: "One professional." }),
  consultationReason: z
    .enum(serviceReasons)
    .default("allReasons")
    .openapi({ description: "SEARCH-06, SEARCH-07: a reason, or all of them.", example: "regular" }),
  weekdays: z
    .preprocess((days) => (typeof days === "string" ? [days] : days), z.array(weekday).min(1).max(7).optional())
    .openapi({ description: "SEARCH-08: repeat the parameter; none means every day.", example: ["monday"] }),
  from,
  to: to.openapi({ description: "Openings that start before; at most 92 days after `from`, and 92 days when absent." }),
  ...pageQuery,
});
export type ClinicQuery = z.infer<typeof clinicQuery>;

export const citizenQuery = z.strictObject({
  cascade: z.enum(cascades).openapi({
    description:
      "CASC-01: `1` the citizen's own professional, `2.3` the whole GMF, `3` everybody's general openings at a place or " +
      "with a professional. The relay teams (2.1, 2.2) and the distance rings of cascade 3 come later.",
    example: "1",
  }),
  consultationReason: z.enum(consultationReasons).openapi({
    description: "CASC-22: why the citizen consults. `redirection` is refused (CASC-23).",
    example: "regular",
  }),
  placeId: placeId
    .optional()
    .openapi({ description: "Only at this place; cascade 3 needs a place or a professional." }),
  professionalId: professionalId.optional().openapi({ description: "Only this professional." }),
  from,
  to,
  ...pageQuery,
});
export type CitizenQuery = z.infer<typeof citizenQuery>;

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

export const offeredOpeningExample: OfferedOpening = { ...clinicOpeningExample };

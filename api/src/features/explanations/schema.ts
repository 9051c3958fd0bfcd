import { z } from "@hono/zod-openapi";
import { cascades } from "../../domain/cascade.ts";
import { problemCodes } from "../../domain/problems.ts";
import { consultationReasons } from "../../domain/reason.ts";
import { id, instant, violationSchema } from "../../http/schema.ts";
import { nam } from "../appointments/schema.ts";
import { postalCode } from "../citizen-bookings/schema.ts";

const professionalId = id("pro", "Whose time.");
const placeId = id("plc", "The place.");
const slotId = id("slt", "The slot that the opening is of.");
const startAt = instant.openapi({ description: "The instant that is asked about." });
const cascade = z.enum(cascades);
const consultationReason = z.enum(consultationReasons);

/** One condition, met or not. */
const stepSchema = z
  .object({
    rule: violationSchema.shape.rule,
    href: violationSchema.shape.href,
    holds: z.boolean().openapi({ description: "Whether the rule lets it through.", example: true }),
    code: z
      .enum(problemCodes)
      .nullable()
      .openapi({ description: "What a refusal by this rule would say; null where it holds.", example: null }),
    detail: z.string().openapi({
      description: "Why it does not hold; where it does, what the rule says.",
      example: "Une plage privée n'est visible d'aucun citoyen.",
    }),
  })
  .openapi("ExplanationStep");

const chain = (what: string) =>
  z
    .array(stepSchema)
    .openapi({ description: `${what}: every rule that was asked, in order; the first that does not hold decides.` });

const explainedSchema = z
  .object({
    slotId: slotId.nullable().openapi({ description: "Null when no opening starts then." }),
    placeId: placeId.nullable().openapi({ description: "Null when no opening starts then." }),
    cascade: cascade.nullable().openapi({
      description: "Of a citizen: the one that was named, or the first that offers it; null of a clinic.",
      example: null,
    }),
    offered: z.boolean().openapi({ description: "Whether a search shows it now.", example: true }),
    search: chain("Why a search shows it or not"),
    bookable: z.boolean().openapi({
      description:
        "Whether a booking would be accepted now, were its other details in order and its warnings acknowledged.",
      example: true,
    }),
    booking: chain("Why a booking is accepted or not"),
    warnings: z
      .array(violationSchema)
      .openapi({ description: "Of the clinic: what a booking would have to acknowledge.", example: [] }),
  })
  .openapi("ExplainedOpening");
export type Explained = z.infer<typeof explainedSchema>;

export const explanationSchema = z
  .object({
    professionalId: professionalId.nullable().openapi({
      description:
        "PLACE-27: null where the place masks it, and to a citizen where the cascade does not show them the opening.",
    }),
    startAt,
    offered: z.boolean().openapi({ description: "Whether a search shows any opening at this instant.", example: true }),
    items: z.array(explainedSchema).openapi({
      description: "An entry for each slot with an opening that starts then; one without a slot when there is none.",
    }),
  })
  .openapi("OpeningExplanation");
export type Explanation = z.infer<typeof explanationSchema>;

export const explainQuery = z.strictObject({
  professionalId,
  startAt,
  placeId: placeId.optional().openapi({ description: "Only at this place." }),
});
export type ExplainQuery = z.infer<typeof explainQuery>;

const question = {
  postalCode: postalCode.optional(),
  startAt,
  consultationReason: consultationReason.openapi({ description: "The reason searched.", example: "regular" }),
  cascade: cascade
    .optional()
    .openapi({ description: "Left out: the first, in their order, that offers it.", example: "1" }),
};

export const patientExplainSchema = z
  .strictObject({
    professionalId,
    placeId: placeId.optional().openapi({ description: "Only at this place." }),
    nam: nam.openapi({ description: "Of the patient who does not find, or cannot book, what you expect." }),
    ...question,
  })
  .openapi("PatientExplanationQuestion");
export type PatientExplain = z.infer<typeof patientExplainSchema>;

export const citizenExplainSchema = z.strictObject({ slotId, ...question }).openapi("CitizenExplanationQuestion");
export type CitizenExplain = z.infer<typeof citizenExplainSchema>;

const step = (rule: string, detail: string) => ({
  ...{ rule, href: `http://127.0.0.1:4700/docs/rules/${rule}`, holds: true, code: null, detail },
});

export const explanationExample: Explanation = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  offered: false,
  items: [
    {
      ...{ slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h", placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h", cascade: null },
      offered: false,
      search: [
        step("SEARCH-11", "Seules les disponibilités à venir sont retournées."),
        {
          ...step("HOLD-02", "Ce rendez-vous n'est plus disponible."),
          ...{ holds: false, code: "OPENING_NOT_AVAILABLE" },
        },
      ],
      bookable: true,
      booking: [step("APPT-49", "L'appelant peut écrire dans cet agenda.")],
      warnings: [
        {
          ...{ rule: "HOLD-12", href: "http://127.0.0.1:4700/docs/rules/HOLD-12", code: "HELD_BY_CITIZEN" },
          ...{ pointer: "/startAt", detail: "Un citoyen réserve cette période en ce moment." },
        },
      ],
    },
  ],
};

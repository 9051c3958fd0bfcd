import { z } from "@hono/zod-openapi";
import { consultationReasons, reasons } from "../../domain/reason.ts";
import { page, pageQuery, version } from "../../http/schema.ts";

export const reasonCode = z
  .enum(consultationReasons)
  .openapi({ description: "REASON-01: one of the seven of RAMQ's catalogue.", example: "pregnancy" });

const active = z.boolean().openapi({
  description:
    "REASON-11: an inactive reason is not chosen any more, for a service or for an appointment; it stays in what exists.",
  example: true,
});
const age = (description: string, example: number) => z.number().int().nullable().openapi({ description, example });
const text = (language: string, label: string, description: string) =>
  z
    .object({
      label: z.string().openapi({ description: "Its name.", example: label }),
      description: z
        .string()
        .openapi({ description: "What it is for; REASON-10: it binds nobody.", example: description }),
    })
    .openapi({ description: language });

export const consultationReasonSchema = z
  .object({
    code: reasonCode,
    version,
    active,
    visibleOnline: z.boolean().openapi({
      description: "REASON-02: whether citizens may search and book with it.",
      example: true,
    }),
    ages: z
      .object({
        from: age("Whole years, included; null without a lower bound.", 6),
        to: age("Whole years, included; null without an upper bound.", 5),
      })
      .openapi({
        description: "REASON-04 to REASON-09: of the patient, on the appointment's date; a citizen is held to it.",
      }),
    fr: text("In French.", "Suivi régulier", "Consultation pour assurer le suivi d’un problème de santé connu."),
    en: text("In English.", "Regular follow-up", "Consultation to ensure the follow-up of a known health problem."),
  })
  .openapi("ConsultationReason");
export type ConsultationReasonBody = z.infer<typeof consultationReasonSchema>;

export const consultationReasonPage = page("ConsultationReasonPage", consultationReasonSchema);

export const consultationReasonQuery = z.strictObject({
  ...pageQuery,
  active: z
    .enum(["true", "false"])
    .optional()
    .openapi({ description: "Only those that may be chosen now, or only the others.", example: "true" }),
});
export type ConsultationReasonQuery = z.infer<typeof consultationReasonQuery>;

export const consultationReasonChangeSchema = z.strictObject({ active }).openapi("ConsultationReasonChange");
export type ConsultationReasonChange = z.infer<typeof consultationReasonChangeSchema>;

export const consultationReasonExample: ConsultationReasonBody = {
  code: "pregnancy",
  version: 1,
  active: true,
  visibleOnline: true,
  ages: { from: null, to: null },
  fr: reasons.pregnancy.fr,
  en: reasons.pregnancy.en,
};

export const consultationReasonChangeExample: ConsultationReasonChange = { active: false };

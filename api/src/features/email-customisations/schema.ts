import { z } from "@hono/zod-openapi";
import { emailSubjects } from "../../domain/customisation.ts";
import { languages } from "../../domain/patient.ts";
import { page, pageQuery, version, warningsSchema } from "../../http/schema.ts";
import { establishmentId } from "../establishments/schema.ts";

export const subject = z.enum(emailSubjects).openapi({
  description: "COMM-04: what the automatic e-mail is about (the kinds of NOTIF-01).",
  example: "confirmation",
});
export const language = z
  .enum(languages)
  .openapi({ description: "COMM-07: read by patients of this language only.", example: "fr" });

/** What a person may write. */
export const formattedBody = z
  .string()
  .max(10_000)
  .openapi({
    description:
      "COMM-08: HTML with simple formatting: paragraphs, lists, small headings, bold, italic, quotations, links to the web, a " +
      "mailbox or a phone. An image is refused; any other formatting is left out, with a notice.",
    example: "<p>Apportez votre <strong>carte d’assurance maladie</strong>.</p>",
  });

/** What has been let through. */
export const renderedHtml = z.string().openapi({
  description: "HTML, safe to show.",
  example: "<p>Apportez votre <strong>carte d’assurance maladie</strong>.</p>",
});
export const renderedText = z
  .string()
  .openapi({ description: "The same without formatting.", example: "Apportez votre carte d’assurance maladie." });

export const emailCustomisationSchema = z
  .object({ establishmentId, subject, language, version, body: renderedHtml })
  .openapi("EmailCustomisation");
export type EmailCustomisation = z.infer<typeof emailCustomisationSchema>;

export const savedEmailCustomisationSchema = z
  .object({ ...emailCustomisationSchema.shape, warnings: warningsSchema })
  .openapi("SavedEmailCustomisation");
export type SavedEmailCustomisation = z.infer<typeof savedEmailCustomisationSchema>;

export const emailCustomisationPage = page("EmailCustomisationPage", emailCustomisationSchema);

/** COMM-03: what else is said passes the schema, so that the rule refuses it. */
export const emailCustomisationChangeSchema = z
  .object({ body: formattedBody })
  .catchall(z.unknown())
  .openapi("EmailCustomisationChange", {
    description: "COMM-03: of the whole establishment; a place in it is refused with UNKNOWN_FIELD.",
    additionalProperties: false,
  });
export type EmailCustomisationChange = z.infer<typeof emailCustomisationChangeSchema>;

export const emailKey = z.object({ subject, language });
export type EmailKey = z.infer<typeof emailKey>;

export const emailCustomisationQuery = z.strictObject({
  subject: subject.optional(),
  language: language.optional(),
  ...pageQuery,
});
export type EmailCustomisationQuery = z.infer<typeof emailCustomisationQuery>;

export const emailPreviewRequestSchema = z
  .strictObject({ subject, language, body: formattedBody })
  .openapi("EmailPreviewRequest");
export type EmailPreviewRequest = z.infer<typeof emailPreviewRequestSchema>;

export const emailPreviewSchema = z
  .object({
    section: z
      .object({ html: renderedHtml, text: renderedText })
      .nullable()
      .openapi({ description: "The clinic's section of the e-mail; null when nothing is left to say (COMM-05)." }),
    warnings: warningsSchema,
  })
  .openapi("EmailPreview");
export type EmailPreview = z.infer<typeof emailPreviewSchema>;

export const emailCustomisationChangeExample: EmailCustomisationChange = {
  body: "<p>Apportez votre <strong>carte d’assurance maladie</strong>.</p>",
};

export const emailCustomisationExample: EmailCustomisation = {
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  subject: "confirmation",
  language: "fr",
  version: 1,
  body: "<p>Apportez votre <strong>carte d’assurance maladie</strong>.</p>",
};

export const emailPreviewRequestExample: EmailPreviewRequest = {
  subject: "confirmation",
  language: "fr",
  body: "<p>Apportez votre <strong>carte d’assurance maladie</strong>.</p>",
};

export const emailPreviewExample: EmailPreview = {
  section: {
    html:
      '<section lang="fr"><h2>Message de la clinique</h2>' +
      "<p>Apportez votre <strong>carte d’assurance maladie</strong>.</p></section>",
    text: "Message de la clinique\n\nApportez votre carte d’assurance maladie.",
  },
  warnings: [],
};

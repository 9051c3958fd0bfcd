import { z } from "@hono/zod-openapi";
import { everyPlace, messageOptions, messageSources, messageTypes } from "../../domain/customisation.ts";
import { page, pageQuery, version, warningsSchema } from "../../http/schema.ts";
import { formattedBody, language, renderedHtml, renderedText } from "../email-customisations/schema.ts";
import { establishmentId } from "../establishments/schema.ts";
import { placeId } from "../places/schema.ts";

export const messageType = z.enum(messageTypes).openapi({
  description:
    "MSG-06: with one's own professional, in a GMF; MSG-07: outside a GMF; MSG-08: with the professionals of the GMF.",
  example: "ownProfessionalInGmf",
});
const scope = z.union([z.literal(everyPlace), placeId]).openapi({
  description: "COMM-10: one place, or `establishment` for every place that has none of its own.",
  example: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
});
const option = z
  .enum(messageOptions)
  .openapi({ description: "COMM-11: `custom`, or `default` for RAMQ's own words.", example: "custom" });

export const messageCustomisationSchema = z
  .object({
    establishmentId,
    type: messageType,
    scope,
    language,
    version,
    option,
    body: renderedHtml.nullable().openapi({ description: "Null when the option is `default`." }),
  })
  .openapi("MessageCustomisation");
export type MessageCustomisation = z.infer<typeof messageCustomisationSchema>;

export const savedMessageCustomisationSchema = z
  .object({ ...messageCustomisationSchema.shape, warnings: warningsSchema })
  .openapi("SavedMessageCustomisation");

export const messageCustomisationPage = page("MessageCustomisationPage", messageCustomisationSchema);

const wantedMessage = {
  option: option.default("default"),
  body: formattedBody.nullable().optional().openapi({ description: "COMM-11: if and only if the option is `custom`." }),
};

export const messageCustomisationChangeSchema = z.strictObject(wantedMessage).openapi("MessageCustomisationChange");
export type MessageCustomisationChange = z.infer<typeof messageCustomisationChangeSchema>;

export const messageKey = z.object({ type: messageType, scope, language });
export type MessageKey = z.infer<typeof messageKey>;

export const messageCustomisationQuery = z.strictObject({
  type: messageType.optional(),
  scope: scope.optional(),
  language: language.optional(),
  ...pageQuery,
});
export type MessageCustomisationQuery = z.infer<typeof messageCustomisationQuery>;

export const messagePreviewRequestSchema = z
  .strictObject({ ...messageKey.shape, ...wantedMessage })
  .openapi("MessagePreviewRequest");
export type MessagePreviewRequest = z.infer<typeof messagePreviewRequestSchema>;

const source = z.enum(messageSources).openapi({
  description: "COMM-12: whose words these are: the place's, the establishment's, or RAMQ's own.",
  example: "place",
});

export const messagePreviewSchema = z
  .object({ html: renderedHtml, text: renderedText, source, warnings: warningsSchema })
  .openapi("MessagePreview");
export type MessagePreview = z.infer<typeof messagePreviewSchema>;

/** COMM-13: what citizens read beside the openings of a place. */
export const shownMessageSchema = z
  .object({ placeId, type: messageType, language, html: renderedHtml, text: renderedText, source })
  .openapi("ShownMessage");
export type ShownMessageBody = z.infer<typeof shownMessageSchema>;

const words = "Vous ne trouvez pas de rendez-vous? Téléphonez à la clinique dès 8 h.";

export const messageCustomisationChangeExample: MessageCustomisationChange = {
  option: "custom",
  body: `<p>${words}</p>`,
};

export const messageCustomisationExample: MessageCustomisation = {
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  type: "ownProfessionalInGmf",
  scope: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  language: "fr",
  version: 1,
  option: "custom",
  body: `<p>${words}</p>`,
};

export const messagePreviewRequestExample: MessagePreviewRequest = {
  type: "ownProfessionalInGmf",
  scope: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  language: "fr",
  option: "custom",
  body: `<p>${words}</p>`,
};

export const messagePreviewExample: MessagePreview = {
  html: `<p>${words}</p>`,
  text: words,
  source: "place",
  warnings: [],
};

export const shownMessageExample: ShownMessageBody = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  type: "ownProfessionalInGmf",
  language: "fr",
  html: `<p>${words}</p>`,
  text: words,
  source: "place",
};

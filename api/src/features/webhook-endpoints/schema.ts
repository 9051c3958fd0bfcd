import { z } from "@hono/zod-openapi";
import { mostAttempts } from "../../domain/webhook-delivery.ts";
import { mostEndpoints } from "../../domain/webhook-endpoint.ts";
import { id, instant, page, pageQuery, says, version } from "../../http/schema.ts";
import { agendaObjects } from "../changes/reader.ts";
import { changePageExample, changeSchema } from "../changes/schema.ts";

export const webhookEndpointId = id("whe", "Identifies a webhook endpoint.");
export const webhookDeliveryId = id("whd", "Identifies the delivery of an event to an endpoint.");

const operations = ["created", "updated", "deleted"] as const;

/** What may be subscribed to: what happens to each kind of object that a machine may follow. */
export const subscribableTypes = agendaObjects.flatMap((objectType) =>
  operations.map((operation) => `${objectType}.${operation}` as const),
);
export const testType = "webhook.test";

const url = z.string().min(1).max(2000).openapi({
  description: "SYNC-60: https, port 443, a host on the public internet. In the sandbox also http://127.0.0.1:PORT.",
  example: "https://agenda.example.org/arrimage",
});
const description = z
  .string()
  .trim()
  .max(200)
  .nullable()
  .openapi({ description: "For yourself.", example: "Clinique du Fleuve, production" });
const eventTypes = z
  .array(z.enum(subscribableTypes))
  .min(1)
  .max(100)
  .nullable()
  .openapi({
    description: "The types that are sent; null: all of them, those to come too.",
    example: ["appointment.created", "appointment.updated", "appointment.deleted"],
  });
const status = z.enum(["enabled", "disabled"]).openapi({ example: "enabled" });
const secret = z.string().openapi({
  description: "Signs what is sent (Standard Webhooks). Shown here and never again: keep it.",
  example: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
});

const fields = {
  webhookEndpointId,
  version,
  url,
  description,
  eventTypes,
  status,
  disabledReason: z.enum(["requested", "gone", "failing"]).nullable().openapi({
    description:
      "`requested` by yourself, `gone`: it has answered 410 (SYNC-65), `failing`: nothing has reached it for three days (SYNC-66); null while enabled.",
    example: null,
  }),
  failures: z
    .number()
    .int()
    .min(0)
    .openapi({ description: "Failed attempts since the last one that succeeded.", example: 0 }),
  failingSince: instant.nullable().openapi({ description: "Since when nothing succeeds, UTC.", example: null }),
  previousSecretUntil: instant.nullable().openapi({
    description: "SYNC-68: until when the previous secret signs too, UTC; null when there is none.",
    example: null,
  }),
  createdAt: instant.openapi({ description: "UTC.", example: "2027-03-04T19:02:11.480Z" }),
};

export const webhookEndpointSchema = z.object(fields).openapi("WebhookEndpoint");
export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>;

export const webhookEndpointWithSecretSchema = z.object({ ...fields, secret }).openapi("WebhookEndpointWithSecret");
export type WebhookEndpointWithSecret = z.infer<typeof webhookEndpointWithSecretSchema>;

export const newWebhookEndpointSchema = z
  .strictObject({ url, description: description.optional(), eventTypes: eventTypes.optional() })
  .openapi("NewWebhookEndpoint");
export type NewWebhookEndpoint = z.infer<typeof newWebhookEndpointSchema>;

export const webhookEndpointChangeSchema = z
  .strictObject({
    url: url.optional(),
    description: description.optional(),
    eventTypes: eventTypes.optional(),
    status: status.optional(),
  })
  .openapi("WebhookEndpointChange", { description: "What is left out stays as it is." });
export type WebhookEndpointChange = z.infer<typeof webhookEndpointChangeSchema>;

export const longestOverlapHours = 168;
export const secretRotationSchema = z
  .strictObject({
    overlapHours: z
      .number()
      .int()
      .min(0)
      .max(longestOverlapHours)
      .default(24)
      .openapi({ description: "SYNC-68: how long the previous secret signs too.", example: 24 }),
  })
  .openapi("WebhookSecretRotation");
export type SecretRotation = z.infer<typeof secretRotationSchema>;

export const mostReplayed = 1_000;
const seq = (text: string, example: number) =>
  z.number().int().min(1).optional().openapi({ description: text, example });
export const replaySchema = z
  .strictObject({
    cursor: z.string().max(12_000).optional().openapi({
      description: "What comes after this cursor: of changes.list by the same machine, or `nextCursor` of a replay.",
      example: "eyJlc3RfMDFtOHFr…",
    }),
    establishmentId: id("est", "Of `fromSeq` and `toSeq`.").optional(),
    fromSeq: seq("The first change, by its seq.", 4179),
    toSeq: seq("The last one; left out, up to where the endpoint stands.", 4182),
    since: instant
      .optional()
      .openapi({ description: "What was written from then on.", example: "2027-03-04T14:00:00-05:00" }),
    until: instant.optional().openapi({ description: "And before then.", example: "2027-03-04T15:00:00-05:00" }),
  })
  .refine(
    ({ cursor, fromSeq, since }) => [cursor, fromSeq, since].filter((start) => start !== undefined).length === 1,
    says(
      "Il faut un seul de `cursor`, `fromSeq` et `since`.",
      "Exactly one of `cursor`, `fromSeq` and `since` is needed.",
    ),
  )
  .refine(
    ({ fromSeq, toSeq, establishmentId }) =>
      (establishmentId !== undefined) === (fromSeq !== undefined) && (toSeq === undefined || fromSeq !== undefined),
    {
      path: ["establishmentId"],
      ...says("`establishmentId` et `fromSeq` vont ensemble.", "`establishmentId` and `fromSeq` go together."),
    },
  )
  .refine(({ fromSeq, toSeq }) => fromSeq === undefined || toSeq === undefined || fromSeq <= toSeq, {
    path: ["toSeq"],
    ...says("`toSeq` ne peut précéder `fromSeq`.", "`toSeq` may not come before `fromSeq`."),
  })
  .refine(({ since, until }) => since === undefined || until === undefined || Date.parse(since) <= Date.parse(until), {
    path: ["until"],
    ...says("`until` ne peut précéder `since`.", "`until` may not come before `since`."),
  })
  .refine(({ since, until }) => until === undefined || since !== undefined, {
    path: ["until"],
    ...says("`until` va avec `since`.", "`until` goes with `since`."),
  })
  .openapi("WebhookReplay");
export type Replay = z.infer<typeof replaySchema>;

export const replayExample: Replay = {
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  fromSeq: 4180,
  toSeq: 4182,
};

export const replayedSchema = z
  .object({
    deliveries: z.number().int().min(0).openapi({ description: "How many are on their way again.", example: 3 }),
    nextCursor: z
      .string()
      .nullable()
      .openapi({
        description: `The rest, for another replay: a call takes ${String(mostReplayed)} changes at most. Null when that was all.`,
        example: null,
      }),
  })
  .openapi("WebhookReplayed");
export type Replayed = z.infer<typeof replayedSchema>;

export const webhookEndpointPage = page("WebhookEndpointPage", webhookEndpointSchema);
export const webhookEndpointQuery = z.strictObject(pageQuery);
export type WebhookEndpointQuery = z.infer<typeof webhookEndpointQuery>;

const [change] = changePageExample.items;

/** SYNC-70: what is sent. */
export const webhookEventSchema = z
  .object({
    type: z
      .enum(subscribableTypes)
      .openapi({ description: "Kind of object and what happened to it.", example: "appointment.created" }),
    timestamp: instant.openapi({ description: "When it was written, UTC.", example: "2027-03-04T19:02:11.480Z" }),
    data: changeSchema,
  })
  .openapi("WebhookEvent", {
    description:
      "The Change that this machine would read in the feed, and nothing more: read the object. `prevSeq` is that of the feed, so that an endpoint that takes every type can prove that it missed nothing.",
  });
export type WebhookEvent = z.infer<typeof webhookEventSchema>;

export const webhookTestEventSchema = z
  .object({
    type: z.literal(testType),
    timestamp: instant.openapi({ description: "When it was asked for, UTC.", example: "2027-03-04T19:02:11.480Z" }),
    data: z.object({ webhookEndpointId }),
  })
  .openapi("WebhookTestEvent", { description: "What webhookEndpoints.test sends: nothing has happened." });
export type WebhookTestEvent = z.infer<typeof webhookTestEventSchema>;

export const webhookEventExample = {
  type: "appointment.created",
  timestamp: "2027-03-04T19:02:11.480Z",
  data: change,
} as const;

export const newWebhookEndpointExample: NewWebhookEndpoint = {
  url: "https://agenda.example.org/arrimage",
  description: "Clinique du Fleuve, production",
  eventTypes: ["appointment.created", "appointment.updated", "appointment.deleted"],
};

export const webhookEndpointExample: WebhookEndpoint = {
  webhookEndpointId: "whe_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  url: "https://agenda.example.org/arrimage",
  description: "Clinique du Fleuve, production",
  eventTypes: ["appointment.created", "appointment.updated", "appointment.deleted"],
  status: "enabled",
  disabledReason: null,
  failures: 0,
  failingSince: null,
  previousSecretUntil: null,
  createdAt: "2027-03-04T19:02:11.480Z",
};
export const webhookEndpointWithSecretExample: WebhookEndpointWithSecret = {
  ...webhookEndpointExample,
  secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
};

/** What a receiver is told of how it is called, in the document's `webhooks`. */
export const calledHow =
  "Signed by Standard Webhooks: `webhook-id` (the same at every attempt: what you have seen before, you may drop), `webhook-timestamp` and `webhook-signature`; check it over the body as it came, before anything else (`@arrimage/sdk/webhooks`). " +
  `Answer any 2xx within 15 seconds. What is not answered so is sent again, ${String(mostAttempts)} times in all over three days (SYNC-63), and the next of the same agenda waits for it (SYNC-62); 410 disables the endpoint.`;

export const whatIsSent = `What changes.list would give this machine from now on, one event a request. A machine has at most ${String(mostEndpoints)} endpoints (SYNC-61). The secret is shown here alone.`;

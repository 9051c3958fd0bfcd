import { z } from "@hono/zod-openapi";
import { id, instant, page, pageQuery } from "../../http/schema.ts";
import { subscribableTypes, testType, webhookDeliveryId, webhookEndpointId } from "../webhook-endpoints/schema.ts";

export const deliveryStates = ["pending", "delivered", "failed"] as const;
export const causes = ["change", "test", "redelivery", "replay"] as const;

/** What an attempt came to; where nothing was answered, why. */
export const attemptOutcomes = [
  "delivered",
  "status",
  "redirect",
  "timeout",
  "refused",
  "reset",
  "dns",
  "tls",
  "addressRefused",
  "connection",
  "notVisible",
  "sandboxFault",
] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

const instantOrNull = (description: string, example: string | null = null) =>
  instant.nullable().openapi({ description, example });

const attemptSchema = z
  .object({
    attempt: z.number().int().min(1).openapi({ example: 1 }),
    at: instant.openapi({ description: "When it began, UTC.", example: "2027-03-04T19:02:11.730Z" }),
    durationMs: z.number().int().min(0).openapi({ example: 84 }),
    status: z.number().int().nullable().openapi({ description: "HTTP; null when nothing was answered.", example: 200 }),
    outcome: z.enum(attemptOutcomes).openapi({
      description:
        "`status`: an answer that is no 2xx; `redirect`: one that leads elsewhere, which is not followed; `addressRefused`: the name leads to an address that SYNC-60 refuses; `notVisible`: the machine may no longer see it, and it was not sent.",
      example: "delivered",
    }),
  })
  .openapi("WebhookAttempt");

const fields = {
  webhookDeliveryId,
  webhookEndpointId,
  messageId: z.string().openapi({
    description: "`webhook-id`: the same at every attempt, redelivery and replay of this event.",
    example: "msg_3f9c1b7e5a2d4c60a1b2c3",
  }),
  eventType: z.enum([...subscribableTypes, testType]).openapi({ example: "appointment.created" }),
  cause: z.enum(causes).openapi({ description: "Why it is sent.", example: "change" }),
  change: z
    .object({
      establishmentId: id("est", "Whose log it is."),
      seq: z.number().int().min(1).openapi({ example: 4182 }),
      objectId: z.string().openapi({ example: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
    })
    .nullable()
    .openapi({ description: "What it tells of; null of a test." }),
  state: z.enum(deliveryStates).openapi({ description: "`failed`: given up (SYNC-63).", example: "delivered" }),
  attempts: z.number().int().min(0).openapi({ description: "How many were made.", example: 1 }),
  nextAttemptAt: instantOrNull(
    "Not before then, UTC; the endpoint or an earlier delivery of the agenda may make it later. Null once it is settled.",
  ),
  createdAt: instant.openapi({ description: "UTC.", example: "2027-03-04T19:02:11.690Z" }),
  settledAt: instantOrNull("When it was delivered or given up, UTC.", "2027-03-04T19:02:11.814Z"),
};

export const webhookDeliverySchema = z.object(fields).openapi("WebhookDelivery");
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;

export const webhookDeliveryWithAttemptsSchema = z
  .object({ ...fields, attemptLog: z.array(attemptSchema) })
  .openapi("WebhookDeliveryWithAttempts");
export type WebhookDeliveryWithAttempts = z.infer<typeof webhookDeliveryWithAttemptsSchema>;

export const webhookDeliveryPage = page("WebhookDeliveryPage", webhookDeliverySchema);
export const webhookDeliveryQuery = z.strictObject({
  ...pageQuery,
  webhookEndpointId: webhookEndpointId.optional(),
  state: z.enum(deliveryStates).optional().openapi({ description: "Only these.", example: "failed" }),
});
export type WebhookDeliveryQuery = z.infer<typeof webhookDeliveryQuery>;

export const webhookDeliveryExample: WebhookDelivery = {
  webhookDeliveryId: "whd_01m8qk5v0e7kqv8f0a3n6c9d2h",
  webhookEndpointId: "whe_01m8qk5v0e7kqv8f0a3n6c9d2h",
  messageId: "msg_3f9c1b7e5a2d4c60a1b2c3",
  eventType: "appointment.created",
  cause: "change",
  change: { establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h", seq: 4182, objectId: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h" },
  state: "delivered",
  attempts: 1,
  nextAttemptAt: null,
  createdAt: "2027-03-04T19:02:11.690Z",
  settledAt: "2027-03-04T19:02:11.814Z",
};
export const pendingDeliveryExample: WebhookDelivery = {
  ...webhookDeliveryExample,
  state: "pending",
  attempts: 0,
  nextAttemptAt: "2027-03-04T19:02:11.690Z",
  settledAt: null,
};

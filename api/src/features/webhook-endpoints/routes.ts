import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { pendingDeliveryExample, webhookDeliverySchema } from "../webhook-deliveries/schema.ts";
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  getWebhookEndpoint,
  listWebhookEndpoints,
  replayToWebhookEndpoint,
  rotateWebhookSecret,
  testWebhookEndpoint,
  updateWebhookEndpoint,
} from "./actions.ts";
import {
  calledHow,
  newWebhookEndpointExample,
  newWebhookEndpointSchema,
  replayedSchema,
  replayExample,
  replaySchema,
  secretRotationSchema,
  webhookEndpointChangeSchema,
  webhookEndpointExample,
  webhookEndpointId,
  webhookEndpointPage,
  webhookEndpointQuery,
  webhookEndpointSchema,
  webhookEndpointWithSecretExample,
  webhookEndpointWithSecretSchema,
  webhookEventExample,
  webhookEventSchema,
  webhookTestEventSchema,
  whatIsSent,
} from "./schema.ts";

const ofMachine = { tag: "webhooks", actors: ["machine"], scope: "webhooks.manage" } as const;
const params = z.object({ webhookEndpointId });

const create = operation({
  ...ofMachine,
  operationId: "webhookEndpoints.create",
  method: "post",
  path: "/v1/webhook-endpoints",
  summary: "Have changes sent to an address",
  description: whatIsSent,
  body: newWebhookEndpointSchema,
  idempotent: true,
  status: 201,
  result: webhookEndpointWithSecretSchema,
  etag: true,
  problems: ["WEBHOOK_ADDRESS_REFUSED", "TOO_MANY_WEBHOOK_ENDPOINTS"],
  example: { body: newWebhookEndpointExample, result: webhookEndpointWithSecretExample },
});

const list = operation({
  ...ofMachine,
  operationId: "webhookEndpoints.list",
  method: "get",
  path: "/v1/webhook-endpoints",
  summary: "List this machine's webhook endpoints",
  query: webhookEndpointQuery,
  status: 200,
  result: webhookEndpointPage,
  list: true,
  problems: [],
  example: { result: { items: [webhookEndpointExample], nextCursor: null } },
});

const get = operation({
  ...ofMachine,
  operationId: "webhookEndpoints.get",
  method: "get",
  path: "/v1/webhook-endpoints/{webhookEndpointId}",
  summary: "Read a webhook endpoint and how it fares",
  params,
  status: 200,
  result: webhookEndpointSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: webhookEndpointExample },
});

const update = operation({
  ...ofMachine,
  operationId: "webhookEndpoints.update",
  method: "patch",
  path: "/v1/webhook-endpoints/{webhookEndpointId}",
  summary: "Change a webhook endpoint, disable it or enable it again",
  description:
    "Enabled again, it goes on where it stopped: what was written meanwhile is sent, as far back as changes are kept (30 days).",
  params,
  body: webhookEndpointChangeSchema,
  condition: "required",
  status: 200,
  result: webhookEndpointSchema,
  etag: true,
  problems: ["NOT_FOUND", "WEBHOOK_ADDRESS_REFUSED"],
  example: {
    body: { status: "disabled" },
    result: { ...webhookEndpointExample, version: 2, status: "disabled", disabledReason: "requested" },
  },
});

const remove = operation({
  ...ofMachine,
  operationId: "webhookEndpoints.delete",
  method: "delete",
  path: "/v1/webhook-endpoints/{webhookEndpointId}",
  summary: "Delete a webhook endpoint",
  description: "With its deliveries; nothing is sent to it any more, but for what is on its way at this moment.",
  params,
  condition: "required",
  status: 204,
  problems: ["NOT_FOUND"],
  example: {},
});

const rotateSecret = operation({
  ...ofMachine,
  operationId: "webhookEndpoints.rotateSecret",
  method: "post",
  path: "/v1/webhook-endpoints/{webhookEndpointId}/rotate-secret",
  summary: "Make a new secret",
  description:
    "SYNC-68: for `overlapHours` what is sent bears two signatures, of the new secret and of the one before, so that a receiver can change over without losing anything. The new one is shown here alone.",
  params,
  body: secretRotationSchema,
  idempotent: true,
  status: 201,
  result: webhookEndpointWithSecretSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: {
    body: { overlapHours: 24 },
    result: { ...webhookEndpointWithSecretExample, version: 2, previousSecretUntil: "2027-03-05T19:02:11.480Z" },
  },
});

const test = operation({
  ...ofMachine,
  operationId: "webhookEndpoints.test",
  method: "post",
  path: "/v1/webhook-endpoints/{webhookEndpointId}/test",
  summary: "Send a test event",
  description:
    "An event of type `webhook.test`, whatever types the endpoint takes; read the delivery to see how it went.",
  params,
  idempotent: true,
  status: 201,
  result: webhookDeliverySchema,
  problems: ["NOT_FOUND", "WEBHOOK_ENDPOINT_DISABLED"],
  example: { result: { ...pendingDeliveryExample, eventType: "webhook.test", cause: "test", change: null } },
});

const replay = operation({
  ...ofMachine,
  operationId: "webhookEndpoints.replay",
  method: "post",
  path: "/v1/webhook-endpoints/{webhookEndpointId}/replay",
  summary: "Send again what was written since a cursor, a change or an instant",
  description:
    "SYNC-71: for a receiver that has lost what it was sent. Each event comes under its first `webhook-id`; nothing is sent that the endpoint has not come to yet.",
  params,
  body: replaySchema,
  idempotent: true,
  status: 201,
  result: replayedSchema,
  problems: ["NOT_FOUND", "WEBHOOK_ENDPOINT_DISABLED", "CURSOR_INVALID", "CURSOR_EXPIRED"],
  example: { body: replayExample, result: { deliveries: 3, nextCursor: null } },
});

export function webhookEndpointRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createWebhookEndpoint(deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, list, async (call, { query }) => ({ body: await listWebhookEndpoints(deps, call, query) }));
  serve(hub, get, async (call, { params: { webhookEndpointId: id } }) => ({
    body: await getWebhookEndpoint(deps, call, id),
  }));
  serve(hub, update, async (call, { params: { webhookEndpointId: id }, body }) => ({
    body: await updateWebhookEndpoint(deps, call, id, body),
  }));
  serve(hub, remove, async (call, { params: { webhookEndpointId: id } }) => {
    await deleteWebhookEndpoint(deps, call, id);
    return {};
  });
  serve(hub, rotateSecret, async (call, { params: { webhookEndpointId: id }, body }) => {
    const { value, replayed } = await rotateWebhookSecret(deps, call, id, body);
    return { body: value, replayed };
  });
  serve(hub, test, async (call, { params: { webhookEndpointId: id } }) => {
    const { value, replayed } = await testWebhookEndpoint(deps, call, id);
    return { body: value, replayed };
  });
  serve(hub, replay, async (call, { params: { webhookEndpointId: id }, body }) => {
    const { value, replayed } = await replayToWebhookEndpoint(deps, call, id, body);
    return { body: value, replayed };
  });
  hub.webhooks.push(
    {
      name: "change",
      summary: "Something changed",
      description: `Sent to the webhook endpoints of the machines that may see it (webhookEndpoints.create). ${calledHow}`,
      body: webhookEventSchema,
      example: webhookEventExample,
    },
    {
      name: "test",
      summary: "A test, asked for by webhookEndpoints.test",
      description: calledHow,
      body: webhookTestEventSchema,
      example: {
        type: "webhook.test",
        timestamp: "2027-03-04T19:02:11.480Z",
        data: { webhookEndpointId: "whe_01m8qk5v0e7kqv8f0a3n6c9d2h" },
      },
    },
  );
}

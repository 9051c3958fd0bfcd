import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { webhookDeliveryId } from "../webhook-endpoints/schema.ts";
import { getWebhookDelivery, listWebhookDeliveries, redeliverWebhook } from "./actions.ts";
import {
  pendingDeliveryExample,
  webhookDeliveryExample,
  webhookDeliveryPage,
  webhookDeliveryQuery,
  webhookDeliverySchema,
  webhookDeliveryWithAttemptsSchema,
} from "./schema.ts";

const list = operation({
  operationId: "webhookDeliveries.list",
  method: "get",
  path: "/v1/webhook-deliveries",
  tag: "webhooks",
  summary: "List what was sent, the latest first",
  description: "Kept 30 days after it was delivered or given up. Nothing of what was sent or answered is shown.",
  actors: ["machine"],
  scope: "webhooks.manage",
  query: webhookDeliveryQuery,
  status: 200,
  result: webhookDeliveryPage,
  list: true,
  problems: ["NOT_FOUND"],
  example: { result: { items: [webhookDeliveryExample], nextCursor: null } },
});

const get = operation({
  operationId: "webhookDeliveries.get",
  method: "get",
  path: "/v1/webhook-deliveries/{webhookDeliveryId}",
  tag: "webhooks",
  summary: "Read a delivery and its attempts",
  actors: ["machine"],
  scope: "webhooks.manage",
  params: z.object({ webhookDeliveryId }),
  status: 200,
  result: webhookDeliveryWithAttemptsSchema,
  problems: ["NOT_FOUND"],
  example: {
    result: {
      ...webhookDeliveryExample,
      attemptLog: [{ attempt: 1, at: "2027-03-04T19:02:11.730Z", durationMs: 84, status: 200, outcome: "delivered" }],
    },
  },
});

const redeliver = operation({
  operationId: "webhookDeliveries.redeliver",
  method: "post",
  path: "/v1/webhook-deliveries/{webhookDeliveryId}/redeliver",
  tag: "webhooks",
  summary: "Send a message once more",
  description:
    "SYNC-71: the same body under the same `webhook-id`, as a delivery of its own, whatever became of the first.",
  actors: ["machine"],
  scope: "webhooks.manage",
  params: z.object({ webhookDeliveryId }),
  idempotent: true,
  status: 201,
  result: webhookDeliverySchema,
  problems: ["NOT_FOUND", "WEBHOOK_ENDPOINT_DISABLED"],
  example: { result: { ...pendingDeliveryExample, cause: "redelivery" } },
});

export function webhookDeliveryRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, list, async (call, { query }) => ({ body: await listWebhookDeliveries(deps, call, query) }));
  serve(hub, get, async (call, { params }) => ({
    body: await getWebhookDelivery(deps, call, params.webhookDeliveryId),
  }));
  serve(hub, redeliver, async (call, { params }) => {
    const { value, replayed } = await redeliverWebhook(deps, call, params.webhookDeliveryId);
    return { body: value, replayed };
  });
}

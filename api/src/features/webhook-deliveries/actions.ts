import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { getEndpoint, lockEndpoint } from "../webhook-endpoints/store.ts";
import type { WebhookDelivery, WebhookDeliveryQuery, WebhookDeliveryWithAttempts } from "./schema.ts";
import { appendDeliveries, getDelivery, listAttempts, listDeliveries } from "./store.ts";
import type { NewDelivery } from "./store.ts";
import { deliveryOf, pendingDelivery, withAttempts } from "./wire.ts";

/** In the table a delivery is on its way for a moment; to its machine it is pending all the while. */
const statesOf = { pending: ["pending", "sending"], delivered: ["delivered"], failed: ["failed"] } as const;

export async function listWebhookDeliveries(
  deps: Deps,
  call: Call<Machine>,
  query: WebhookDeliveryQuery,
): Promise<Page<WebhookDelivery>> {
  const { machineId } = call.actor;
  const { webhookEndpointId, state } = query;
  const madeFor = `webhookDeliveries.list|${machineId}|${webhookEndpointId ?? ""}|${state ?? ""}`;
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    if (webhookEndpointId !== undefined) await getEndpoint(tx, machineId, webhookEndpointId);
    const filter = { machineId, webhookEndpointId, states: state === undefined ? null : statesOf[state] };
    return paginate(deps, madeFor, query, async (before: string | undefined, limit) => {
      const rows = await listDeliveries(tx, filter, before, limit);
      return { rows: rows.map(deliveryOf), positionOf: (row) => row.webhookDeliveryId };
    });
  });
}

export async function getWebhookDelivery(
  deps: Deps,
  call: Call<Machine>,
  webhookDeliveryId: string,
): Promise<WebhookDeliveryWithAttempts> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await getDelivery(tx, call.actor.machineId, webhookDeliveryId);
    return withAttempts(row, await listAttempts(tx, webhookDeliveryId));
  });
}

/** SYNC-71: the same message once more, behind what is on its way in its agenda. */
export async function redeliverWebhook(
  deps: Deps,
  call: Call<Machine>,
  webhookDeliveryId: string,
): Promise<Settled<WebhookDelivery>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const { machineId } = call.actor;
    const row = await getDelivery(tx, machineId, webhookDeliveryId);
    const endpoint = await lockEndpoint(tx, machineId, row.webhookEndpointId);
    if (endpoint.status === "disabled") throw new Refusal([violation("SYNC-71", "WEBHOOK_ENDPOINT_DISABLED")]);
    const { messageId, eventType, body, orderKeys } = row;
    const again: NewDelivery = {
      webhookDeliveryId: deps.ids.next("whd", now),
      cause: "redelivery",
      ...{ messageId, eventType, body, orderKeys },
    };
    await appendDeliveries(tx, endpoint, now, [again]);
    return pendingDelivery(endpoint, again, now);
  });
}

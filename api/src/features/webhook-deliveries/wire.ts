import type { Instant } from "../../clock.ts";
import { utcText } from "../../http/time.ts";
import type { EndpointRow } from "../webhook-endpoints/store.ts";
import type { WebhookDelivery, WebhookDeliveryWithAttempts } from "./schema.ts";
import type { AttemptRow, DeliveryRow, NewDelivery } from "./store.ts";

/** A delivery as it is answered: what it tells of, not what it says. */
export function deliveryOf(row: Omit<DeliveryRow, "number" | "orderKeys">): WebhookDelivery {
  const settled = row.settledAt !== null;
  return {
    webhookDeliveryId: row.webhookDeliveryId,
    webhookEndpointId: row.webhookEndpointId,
    messageId: row.messageId,
    // deliveriesOf makes none of another type.
    eventType: row.eventType as WebhookDelivery["eventType"],
    cause: row.cause,
    change: changeOf(row.body),
    state: row.state === "sending" ? "pending" : row.state,
    attempts: row.attempts,
    nextAttemptAt: settled ? null : utcText(row.dueAt),
    createdAt: utcText(row.createdAt),
    settledAt: row.settledAt === null ? null : utcText(row.settledAt),
  };
}

export function pendingDelivery(
  { webhookEndpointId }: Pick<EndpointRow, "webhookEndpointId">,
  delivery: NewDelivery,
  now: Instant,
): WebhookDelivery {
  return deliveryOf({
    ...delivery,
    webhookEndpointId,
    state: "pending",
    attempts: 0,
    dueAt: now,
    createdAt: now,
    settledAt: null,
  });
}

export function withAttempts(row: DeliveryRow, attempts: readonly AttemptRow[]): WebhookDeliveryWithAttempts {
  return { ...deliveryOf(row), attemptLog: attempts.map((attempt) => ({ ...attempt, at: utcText(attempt.at) })) };
}

function changeOf(body: string): WebhookDelivery["change"] {
  // Only message.ts writes it, as an event.
  const { data } = JSON.parse(body) as { data: Partial<NonNullable<WebhookDelivery["change"]>> };
  const { establishmentId, seq, objectId } = data;
  return establishmentId === undefined || seq === undefined || objectId === undefined
    ? null
    : { establishmentId, seq, objectId };
}

import { createHmac } from "node:crypto";
import type { Instant } from "../../clock.ts";
import type { Deps } from "../../deps.ts";
import { orderKeysOf } from "../../domain/webhook-delivery.ts";
import { utcText } from "../../http/time.ts";
import type { ChangeItem } from "../changes/schema.ts";
import type { ChangeRow } from "../changes/store.ts";
import { testType } from "../webhook-endpoints/schema.ts";
import type { WebhookEvent, WebhookTestEvent } from "../webhook-endpoints/schema.ts";
import type { EndpointRow } from "../webhook-endpoints/store.ts";
import type { DeliveryRow, NewDelivery } from "./store.ts";

/** What a webhook says and how it is signed (Standard Webhooks). */

type Endpoint = Pick<EndpointRow, "webhookEndpointId" | "eventTypes">;

/** The changes that an endpoint takes, as deliveries. `rows` are the items' own, from which their order is told. */
export function deliveriesOf(
  deps: Deps,
  endpoint: Endpoint,
  items: readonly ChangeItem[],
  rows: readonly ChangeRow[],
  { cause, now }: { cause: DeliveryRow["cause"]; now: Instant },
): NewDelivery[] {
  return items.flatMap((item, index) => {
    const eventType = `${item.objectType}.${item.operation}`;
    const row = rows[index];
    if (row === undefined || (endpoint.eventTypes !== null && !endpoint.eventTypes.includes(eventType))) return [];
    return [
      {
        webhookDeliveryId: deps.ids.next("whd", now),
        messageId: messageIdOf(deps, endpoint, row),
        eventType,
        cause,
        body: JSON.stringify({ type: eventType, timestamp: item.at, data: item } satisfies Loosely<WebhookEvent>),
        // A row says where its object is now, also when that is not told to this reader.
        orderKeys: orderKeysOf(row),
      },
    ];
  });
}

/** A reader's kinds of objects are checked where it reads; here a type is a text. */
type Loosely<Event extends { type: string }> = Omit<Event, "type"> & { type: string };

/**
 * SYNC-69: of an event and an endpoint always the same, so that whoever gets it again knows it. By its mark it is not taken
 * for another that bore its number before the log was put back to an earlier state (SYNC-72): it would be thrown away.
 */
function messageIdOf(
  { secrets }: Deps,
  { webhookEndpointId }: Endpoint,
  { establishmentId, seq, mark }: Pick<ChangeRow, "establishmentId" | "seq" | "mark">,
): string {
  const event = [webhookEndpointId, establishmentId, seq, ...(mark === null ? [] : [mark])].join("/");
  return `msg_${secrets.keyedHash("webhook-id", event).slice(0, 27)}`;
}

export function testDeliveryOf(deps: Deps, { webhookEndpointId }: Endpoint, now: Instant): NewDelivery {
  const webhookDeliveryId = deps.ids.next("whd", now);
  const event: WebhookTestEvent = { type: testType, timestamp: utcText(now), data: { webhookEndpointId } };
  return {
    webhookDeliveryId,
    messageId: `msg_${deps.secrets.keyedHash("webhook-id", webhookDeliveryId).slice(0, 27)}`,
    eventType: testType,
    cause: "test",
    body: JSON.stringify(event),
    orderKeys: [],
  };
}

/** `whsec_` and 32 random bytes. */
export function newSecret({ ids }: Deps): string {
  return `whsec_${ids.random(32).toString("base64")}`;
}

export function sealSecret({ secrets }: Deps, webhookEndpointId: string, secret: string): Buffer {
  return secrets.seal(secret, boundTo(webhookEndpointId));
}

/** SYNC-68: the secrets that sign at this moment of the machine's time. */
export function signingSecrets({ secrets }: Deps, endpoint: EndpointRow, wall: Instant): string[] {
  const { webhookEndpointId, secret, previousSecret, previousSecretUntil } = endpoint;
  const previous = previousSecretUntil !== null && wall < previousSecretUntil ? previousSecret : null;
  return [secret, previous].flatMap((sealed) =>
    sealed === null ? [] : [secrets.open(sealed, boundTo(webhookEndpointId))],
  );
}

function boundTo(webhookEndpointId: string): string {
  return `webhook|${webhookEndpointId}`;
}

export interface Signed {
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
}

export function signed(
  { messageId, body }: Pick<DeliveryRow, "messageId" | "body">,
  secrets: readonly string[],
  at: Instant,
): Signed {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    return `v1,${createHmac("sha256", key).update(`${messageId}.${timestamp}.${body}`).digest("base64")}`;
  });
  return { "webhook-id": messageId, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

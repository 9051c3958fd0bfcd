import type { Instant } from "../../clock.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { refusal } from "../../domain/decision.ts";
import type { EndpointRow } from "../webhook-endpoints/store.ts";
import type { AttemptOutcome, causes } from "./schema.ts";

export interface DeliveryRow {
  webhookDeliveryId: string;
  webhookEndpointId: string;
  number: number;
  messageId: string;
  eventType: string;
  cause: (typeof causes)[number];
  body: string;
  orderKeys: string[];
  state: "pending" | "sending" | "delivered" | "failed";
  attempts: number;
  dueAt: Instant;
  createdAt: Instant;
  settledAt: Instant | null;
}

export interface AttemptRow {
  attempt: number;
  at: Instant;
  durationMs: number;
  status: number | null;
  outcome: AttemptOutcome;
}

/** A delivery before it has a place in its endpoint's order. */
export type NewDelivery = Pick<
  DeliveryRow,
  "webhookDeliveryId" | "messageId" | "eventType" | "cause" | "body" | "orderKeys"
>;

/** Adds to the end of an endpoint's order; the endpoint is locked, so that the order is that of the numbers. */
export async function appendDeliveries(
  tx: ScopedTx,
  { webhookEndpointId, nextNumber }: Pick<EndpointRow, "webhookEndpointId" | "nextNumber">,
  now: Instant,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  const taken = await listTakenKeys(tx, webhookEndpointId, [
    ...new Set(deliveries.flatMap(({ orderKeys }) => orderKeys)),
  ]);
  const rows = deliveries.map(({ orderKeys, ...delivery }, index) => {
    const waitsFor = orderKeys.filter((key) => taken.has(key)).length;
    for (const key of orderKeys) taken.add(key);
    return {
      webhook_delivery_id: delivery.webhookDeliveryId,
      number: nextNumber + index,
      message_id: delivery.messageId,
      event_type: delivery.eventType,
      cause: delivery.cause,
      body: delivery.body,
      order_keys: orderKeys,
      waits_for: waitsFor,
    };
  });
  await tx.sql`
    INSERT INTO webhook_delivery (webhook_delivery_id, webhook_endpoint_id, number, message_id, event_type, cause, body,
      order_keys, state, waits_for, attempts, due_at, created_at)
    SELECT r.webhook_delivery_id, ${webhookEndpointId}, r.number, r.message_id, r.event_type, r.cause, r.body,
      r.order_keys, 'pending', r.waits_for, 0, ${now}, ${now}
    FROM jsonb_to_recordset(${tx.sql.json(rows)}) AS r(webhook_delivery_id text, number bigint, message_id text,
      event_type text, cause text, body text, order_keys text[], waits_for integer)`;
  const turns = rows.flatMap(({ number, order_keys: keys }) => keys.map((key) => ({ key, number })));
  await tx.sql`
    INSERT INTO webhook_turn (webhook_endpoint_id, key, number)
    SELECT ${webhookEndpointId}, r.key, r.number
    FROM jsonb_to_recordset(${tx.sql.json(turns)}) AS r(key text, number bigint)`;
  await tx.sql`
    UPDATE webhook_endpoint SET next_number = ${nextNumber + deliveries.length}
    WHERE webhook_endpoint_id = ${webhookEndpointId}`;
}

async function listTakenKeys(tx: ScopedTx, webhookEndpointId: string, keys: readonly string[]): Promise<Set<string>> {
  const rows = await tx.sql<{ key: string }[]>`
    SELECT key FROM unnest(${keys}::text[]) AS key
    WHERE EXISTS (SELECT FROM webhook_turn t WHERE t.webhook_endpoint_id = ${webhookEndpointId} AND t.key = key.key)`;
  return new Set(rows.map(({ key }) => key));
}

/** Leaves the order: what came next in each of its keys no longer waits there. */
export async function leaveOrder(
  tx: ScopedTx,
  { webhookEndpointId, number, orderKeys }: Pick<DeliveryRow, "webhookEndpointId" | "number" | "orderKeys">,
): Promise<void> {
  if (orderKeys.length === 0) return;
  // What the statement deletes it still sees, and leaves out.
  await tx.sql`
    WITH gone AS (
      DELETE FROM webhook_turn
      WHERE webhook_endpoint_id = ${webhookEndpointId} AND number = ${number} AND key = ANY (${orderKeys}::text[])
      RETURNING key
    )
    UPDATE webhook_delivery d SET waits_for = d.waits_for - next.freed
    FROM (
      SELECT first.number, count(*)::int AS freed
      FROM gone CROSS JOIN LATERAL (
        SELECT t.number FROM webhook_turn t
        WHERE t.webhook_endpoint_id = ${webhookEndpointId} AND t.key = gone.key AND t.number <> ${number}
        ORDER BY t.number LIMIT 1) first
      WHERE first.number > ${number} GROUP BY first.number) next
    WHERE d.webhook_endpoint_id = ${webhookEndpointId} AND d.number = next.number AND d.state IN ('pending', 'sending')`;
}

/** Takes up to `limit` deliveries that are due and wait for none, the earliest first, to be sent. */
export async function takeDue(
  tx: ScopedTx,
  webhookEndpointId: string,
  { now, wall, limit }: { now: Instant; wall: Instant; limit: number },
): Promise<string[]> {
  const rows = await tx.sql<{ webhookDeliveryId: string }[]>`
    UPDATE webhook_delivery SET state = 'sending', sent_to_queue_at = ${wall}
    WHERE webhook_delivery_id IN (
      SELECT webhook_delivery_id FROM webhook_delivery
      WHERE webhook_endpoint_id = ${webhookEndpointId} AND state = 'pending' AND waits_for = 0 AND due_at <= ${now}
      ORDER BY due_at, number LIMIT ${limit})
    RETURNING webhook_delivery_id AS "webhookDeliveryId"`;
  return rows.map(({ webhookDeliveryId }) => webhookDeliveryId);
}

/** Whether anything is on its way, or will be as soon as a sender looks. */
export async function anyDue(tx: ScopedTx, now: Instant): Promise<boolean> {
  const rows = await tx.sql`
    SELECT 1 FROM webhook_endpoint e JOIN machine m USING (machine_id)
    WHERE e.status = 'enabled' AND e.deleted_at IS NULL AND m.status = 'active'
      AND (e.in_flight > 0 OR ((e.resume_at IS NULL OR e.resume_at <= ${now}) AND EXISTS (
        SELECT FROM webhook_delivery d WHERE d.webhook_endpoint_id = e.webhook_endpoint_id
          AND d.state = 'pending' AND d.waits_for = 0 AND d.due_at <= ${now})))
    LIMIT 1`;
  return rows.length > 0;
}

export async function findDelivery(tx: ScopedTx, webhookDeliveryId: string): Promise<DeliveryRow | undefined> {
  const [row] = await tx.sql<DeliveryRow[]>`
    SELECT ${columns(tx)} FROM webhook_delivery d WHERE webhook_delivery_id = ${webhookDeliveryId}`;
  return row;
}

/** A delivery to an endpoint of this machine. */
export async function getDelivery(tx: ScopedTx, machineId: string, webhookDeliveryId: string): Promise<DeliveryRow> {
  const [row] = await tx.sql<DeliveryRow[]>`
    SELECT ${columns(tx)} FROM webhook_delivery d JOIN webhook_endpoint e USING (webhook_endpoint_id)
    WHERE d.webhook_delivery_id = ${webhookDeliveryId} AND e.machine_id = ${machineId} AND e.deleted_at IS NULL`;
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/** The latest first. */
export async function listDeliveries(
  tx: ScopedTx,
  {
    machineId,
    webhookEndpointId,
    states,
  }: { machineId: string; webhookEndpointId?: string | undefined; states: readonly string[] | null },
  before: string | undefined,
  limit: number,
): Promise<DeliveryRow[]> {
  return tx.sql<DeliveryRow[]>`
    SELECT ${columns(tx)} FROM webhook_delivery d JOIN webhook_endpoint e USING (webhook_endpoint_id)
    WHERE e.machine_id = ${machineId} AND e.deleted_at IS NULL
      AND (${webhookEndpointId ?? null}::text IS NULL OR d.webhook_endpoint_id = ${webhookEndpointId ?? null})
      AND (${states}::text[] IS NULL OR d.state = ANY (${states}::text[]))
      AND (${before ?? null}::text IS NULL OR d.webhook_delivery_id < ${before ?? null})
    ORDER BY d.webhook_delivery_id DESC LIMIT ${limit}`;
}

export async function listAttempts(tx: ScopedTx, webhookDeliveryId: string): Promise<AttemptRow[]> {
  return tx.sql<AttemptRow[]>`
    SELECT attempt, at, duration_ms AS "durationMs", status, outcome FROM webhook_attempt
    WHERE webhook_delivery_id = ${webhookDeliveryId} ORDER BY attempt`;
}

export async function insertAttempt(tx: ScopedTx, webhookDeliveryId: string, row: AttemptRow): Promise<void> {
  await tx.sql`
    INSERT INTO webhook_attempt (webhook_delivery_id, attempt, at, duration_ms, status, outcome)
    VALUES (${webhookDeliveryId}, ${row.attempt}, ${row.at}, ${row.durationMs}, ${row.status}, ${row.outcome})`;
}

export async function updateDelivery(
  tx: ScopedTx,
  row: Pick<DeliveryRow, "webhookDeliveryId" | "state" | "attempts" | "dueAt" | "settledAt">,
): Promise<void> {
  await tx.sql`
    UPDATE webhook_delivery
    SET state = ${row.state}, attempts = ${row.attempts}, due_at = ${row.dueAt}, settled_at = ${row.settledAt}
    WHERE webhook_delivery_id = ${row.webhookDeliveryId}`;
}

/** SYNC-66: an endpoint that answers again is sent at once what was put off while it did not. */
export async function bringForward(tx: ScopedTx, webhookEndpointId: string, now: Instant): Promise<void> {
  await tx.sql`
    UPDATE webhook_delivery SET due_at = ${now}
    WHERE webhook_endpoint_id = ${webhookEndpointId} AND state = 'pending' AND waits_for = 0 AND due_at > ${now}`;
}

export async function deleteSettledDeliveries(tx: ScopedTx, before: Instant, limit: number): Promise<number> {
  const removed = await tx.sql`
    DELETE FROM webhook_delivery WHERE webhook_delivery_id IN (
      SELECT webhook_delivery_id FROM webhook_delivery WHERE settled_at < ${before}
      ORDER BY settled_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`;
  return removed.count;
}

/** Of endpoints that were deleted, their deliveries bit by bit, and in the end the endpoints. */
export async function removeDeletedEndpoints(tx: ScopedTx, limit: number): Promise<number> {
  const deleted = tx.sql`SELECT webhook_endpoint_id FROM webhook_endpoint WHERE deleted_at IS NOT NULL`;
  const removed = await tx.sql`
    DELETE FROM webhook_delivery WHERE webhook_delivery_id IN (
      SELECT webhook_delivery_id FROM webhook_delivery WHERE webhook_endpoint_id IN (${deleted}) LIMIT ${limit})`;
  if (removed.count > 0) return removed.count;
  await tx.sql`DELETE FROM webhook_turn WHERE webhook_endpoint_id IN (${deleted})`;
  const ended = await tx.sql`DELETE FROM webhook_endpoint WHERE deleted_at IS NOT NULL`;
  return ended.count;
}

/** Deliveries whose jobs are gone become due again. */
export async function putBackLost(tx: ScopedTx, before: Instant): Promise<number> {
  const lost = await tx.sql<{ webhookEndpointId: string }[]>`
    SELECT webhook_endpoint_id AS "webhookEndpointId" FROM webhook_endpoint e
    WHERE EXISTS (SELECT FROM webhook_delivery d WHERE d.webhook_endpoint_id = e.webhook_endpoint_id
      AND d.state = 'sending' AND d.sent_to_queue_at < ${before})
    ORDER BY webhook_endpoint_id FOR UPDATE`;
  if (lost.length === 0) return 0;
  const endpoints = lost.map(({ webhookEndpointId }) => webhookEndpointId);
  const back = await tx.sql`
    UPDATE webhook_delivery SET state = 'pending'
    WHERE webhook_endpoint_id = ANY (${endpoints}::text[]) AND state = 'sending' AND sent_to_queue_at < ${before}`;
  await tx.sql`
    UPDATE webhook_endpoint e SET in_flight = (SELECT count(*) FROM webhook_delivery d
      WHERE d.webhook_endpoint_id = e.webhook_endpoint_id AND d.state = 'sending')
    WHERE webhook_endpoint_id = ANY (${endpoints}::text[])`;
  return back.count;
}

function columns(tx: ScopedTx) {
  return tx.sql`d.webhook_delivery_id AS "webhookDeliveryId", d.webhook_endpoint_id AS "webhookEndpointId", d.number,
    d.message_id AS "messageId", d.event_type AS "eventType", d.cause, d.body, to_jsonb(d.order_keys) AS "orderKeys",
    d.state, d.attempts, d.due_at AS "dueAt", d.created_at AS "createdAt", d.settled_at AS "settledAt"`;
}

import type { Instant } from "../../clock.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { refusal } from "../../domain/decision.ts";
import type { Health } from "../../domain/webhook-delivery.ts";
import type { PackedPositions } from "../changes/position.ts";

/** Endpoints belong to a machine and to no establishment: each statement names whose they are. */
export interface EndpointRow extends Health {
  webhookEndpointId: string;
  machineId: string;
  url: string;
  description: string | null;
  eventTypes: string[] | null;
  status: "enabled" | "disabled";
  disabledReason: "requested" | "gone" | "failing" | null;
  secret: Uint8Array;
  previousSecret: Uint8Array | null;
  previousSecretUntil: Instant | null;
  positions: PackedPositions;
  nextNumber: number;
  inFlight: number;
  version: number;
  createdAt: Instant;
}

export async function listEndpoints(
  tx: ScopedTx,
  machineId: string,
  after: string,
  limit: number,
): Promise<EndpointRow[]> {
  return tx.sql<EndpointRow[]>`
    SELECT ${columns(tx)} FROM webhook_endpoint
    WHERE machine_id = ${machineId} AND webhook_endpoint_id > ${after} AND deleted_at IS NULL
    ORDER BY webhook_endpoint_id LIMIT ${limit}`;
}

export async function countEndpoints(tx: ScopedTx, machineId: string): Promise<number> {
  const [row] = await tx.sql<{ count: number }[]>`
    SELECT count(*)::int AS count FROM webhook_endpoint WHERE machine_id = ${machineId} AND deleted_at IS NULL`;
  return row?.count ?? 0;
}

export async function getEndpoint(tx: ScopedTx, machineId: string, webhookEndpointId: string): Promise<EndpointRow> {
  const [row] = await tx.sql<EndpointRow[]>`
    SELECT ${columns(tx)} FROM webhook_endpoint
    WHERE webhook_endpoint_id = ${webhookEndpointId} AND machine_id = ${machineId} AND deleted_at IS NULL`;
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/** The endpoint until the end of the transaction; who would change it, or what is on its way to it, waits. */
export async function lockEndpoint(tx: ScopedTx, machineId: string, webhookEndpointId: string): Promise<EndpointRow> {
  const [row] = await tx.sql<EndpointRow[]>`
    SELECT ${columns(tx)} FROM webhook_endpoint
    WHERE webhook_endpoint_id = ${webhookEndpointId} AND machine_id = ${machineId} AND deleted_at IS NULL FOR UPDATE`;
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/** Nothing when it is disabled or gone, or when another process is at it. */
export async function lockEnabledEndpoint(tx: ScopedTx, webhookEndpointId: string): Promise<EndpointRow | undefined> {
  const [row] = await tx.sql<EndpointRow[]>`
    SELECT ${columns(tx)} FROM webhook_endpoint
    WHERE webhook_endpoint_id = ${webhookEndpointId} AND status = 'enabled' AND deleted_at IS NULL
    FOR UPDATE SKIP LOCKED`;
  return row;
}

export async function findEndpoint(tx: ScopedTx, webhookEndpointId: string): Promise<EndpointRow | undefined> {
  const [row] = await tx.sql<EndpointRow[]>`
    SELECT ${columns(tx)} FROM webhook_endpoint
    WHERE webhook_endpoint_id = ${webhookEndpointId} AND deleted_at IS NULL`;
  return row;
}

/** Enabled or not; waits for who is at it. */
export async function lockAnyEndpoint(tx: ScopedTx, webhookEndpointId: string): Promise<EndpointRow | undefined> {
  const [row] = await tx.sql<EndpointRow[]>`
    SELECT ${columns(tx)} FROM webhook_endpoint
    WHERE webhook_endpoint_id = ${webhookEndpointId} AND deleted_at IS NULL FOR UPDATE`;
  return row;
}

export async function insertEndpoint(tx: ScopedTx, row: EndpointRow): Promise<void> {
  await tx.sql`
    INSERT INTO webhook_endpoint (webhook_endpoint_id, machine_id, url, description, event_types, status,
      disabled_reason, secret, positions, next_number, in_flight, failures, version, created_at)
    VALUES (${row.webhookEndpointId}, ${row.machineId}, ${row.url}, ${row.description}, ${row.eventTypes}::text[],
      ${row.status}, ${row.disabledReason}, ${row.secret}, ${tx.sql.json(row.positions)}, ${row.nextNumber},
      ${row.inFlight}, ${row.failures}, ${row.version}, ${row.createdAt})`;
}

/** What its machine sets, and how it fares. */
export async function updateEndpoint(tx: ScopedTx, row: EndpointRow): Promise<void> {
  await tx.sql`
    UPDATE webhook_endpoint SET url = ${row.url}, description = ${row.description},
      event_types = ${row.eventTypes}::text[], status = ${row.status}, disabled_reason = ${row.disabledReason},
      secret = ${row.secret}, previous_secret = ${row.previousSecret},
      previous_secret_until = ${row.previousSecretUntil}, failures = ${row.failures},
      failing_since = ${row.failingSince}, resume_at = ${row.resumeAt}, version = ${row.version}
    WHERE webhook_endpoint_id = ${row.webhookEndpointId}`;
}

export async function updateInFlight(
  tx: ScopedTx,
  row: Pick<EndpointRow, "webhookEndpointId" | "inFlight">,
): Promise<void> {
  await tx.sql`
    UPDATE webhook_endpoint SET in_flight = ${row.inFlight} WHERE webhook_endpoint_id = ${row.webhookEndpointId}`;
}

export async function updatePositions(
  tx: ScopedTx,
  row: Pick<EndpointRow, "webhookEndpointId" | "positions">,
): Promise<void> {
  await tx.sql`
    UPDATE webhook_endpoint SET positions = ${tx.sql.json(row.positions)}
    WHERE webhook_endpoint_id = ${row.webhookEndpointId}`;
}

/** Gone for everybody; a job removes what belongs to it. */
export async function deleteEndpoint(tx: ScopedTx, webhookEndpointId: string, now: Instant): Promise<void> {
  await tx.sql`UPDATE webhook_endpoint SET deleted_at = ${now} WHERE webhook_endpoint_id = ${webhookEndpointId}`;
}

/**
 * From now on the machine's endpoints follow this establishment's log too, those that did not: called when a place there is
 * linked with it, before that is announced.
 */
export async function followEstablishment(tx: ScopedTx, machineId: string, establishmentId: string): Promise<void> {
  await tx.sql`
    UPDATE webhook_endpoint e
    SET positions = e.positions || jsonb_build_object(k.establishment_id, jsonb_build_array(k.last_seq, 0))
    FROM change_counter k
    WHERE e.machine_id = ${machineId} AND k.establishment_id = ${establishmentId}
      AND NOT jsonb_exists(e.positions, k.establishment_id)`;
}

/**
 * Enabled endpoints of active machines behind the end of a log that they follow or, where the machine's link has ended
 * (SYNC-55), behind that end; in the scope of the system. Of a log that the machine has left for good nothing is behind: it
 * would be asked for at each look, for ever.
 */
export async function listBehind(tx: ScopedTx): Promise<Pick<EndpointRow, "webhookEndpointId" | "machineId">[]> {
  return tx.sql<Pick<EndpointRow, "webhookEndpointId" | "machineId">[]>`
    SELECT e.webhook_endpoint_id AS "webhookEndpointId", e.machine_id AS "machineId"
    FROM webhook_endpoint e JOIN machine m USING (machine_id)
    WHERE e.status = 'enabled' AND e.deleted_at IS NULL AND m.status = 'active' AND EXISTS (
      SELECT FROM jsonb_each(e.positions) p JOIN change_counter k ON k.establishment_id = p.key
      WHERE k.last_seq > (p.value ->> 0)::bigint AND (
        EXISTS (SELECT FROM machine_link l WHERE l.machine_id = e.machine_id AND l.establishment_id = p.key)
        OR EXISTS (SELECT FROM ended_link d WHERE d.machine_id = e.machine_id AND d.establishment_id = p.key
          AND d.seq > (p.value ->> 0)::bigint)))
    ORDER BY e.webhook_endpoint_id`;
}

/** Enabled endpoints of active machines to which something is to be sent now. */
export async function listReady(
  tx: ScopedTx,
  now: Instant,
  { breaksAfter, mostInFlight }: { breaksAfter: number; mostInFlight: number },
): Promise<string[]> {
  const rows = await tx.sql<{ webhookEndpointId: string }[]>`
    SELECT e.webhook_endpoint_id AS "webhookEndpointId"
    FROM webhook_endpoint e JOIN machine m USING (machine_id)
    WHERE e.status = 'enabled' AND e.deleted_at IS NULL AND m.status = 'active'
      AND (e.resume_at IS NULL OR e.resume_at <= ${now})
      AND e.in_flight < CASE WHEN e.failures >= ${breaksAfter} THEN 1 ELSE ${mostInFlight}::int END
      AND EXISTS (SELECT FROM webhook_delivery d WHERE d.webhook_endpoint_id = e.webhook_endpoint_id
        AND d.state = 'pending' AND d.waits_for = 0 AND d.due_at <= ${now})`;
  return rows.map(({ webhookEndpointId }) => webhookEndpointId);
}

function columns(tx: ScopedTx) {
  return tx.sql`webhook_endpoint_id AS "webhookEndpointId", machine_id AS "machineId", url, description,
    to_jsonb(event_types) AS "eventTypes", status, disabled_reason AS "disabledReason", secret,
    previous_secret AS "previousSecret", previous_secret_until AS "previousSecretUntil", positions,
    next_number AS "nextNumber", in_flight AS "inFlight", failures, failing_since AS "failingSince",
    resume_at AS "resumeAt", version, created_at AS "createdAt"`;
}

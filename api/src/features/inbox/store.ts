import type { Instant } from "../../clock.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { answerFields } from "../../domain/inbox.ts";
import type { Followed } from "../changes/items.ts";

/** Whose inbox it is. */
export interface InboxOwner {
  machineId: string;
  vendorId: string;
}

/** How far the log of an establishment has been put into a machine's inbox. */
export interface Inbox {
  establishmentId: string;
  seq: number;
  givenSeq: number;
  /** Where the log ends. */
  lastSeq: number;
}

/**
 * The machine's inboxes, in order, until the end of the transaction: what is leased to one of its installations is leased
 * to no other. One that is new begins where its places were linked, or where the log still begins.
 */
export async function lockInboxes(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  establishments: readonly string[],
): Promise<Inbox[]> {
  const named = [...establishments];
  await tx.sql`
    INSERT INTO inbox (establishment_id, machine_id, seq, given_seq)
    SELECT k.establishment_id, ${machineId}, greatest(k.pruned_seq, coalesce((
        SELECT min(linked.since) FROM machine_link m CROSS JOIN LATERAL ${linkedSince(tx)} linked
        WHERE m.establishment_id = k.establishment_id AND m.machine_id = ${machineId}), 0)), 0
    FROM change_counter k
    WHERE k.establishment_id = ANY (${named}::text[])
      AND NOT EXISTS (SELECT FROM inbox i WHERE i.establishment_id = k.establishment_id AND i.machine_id = ${machineId})
    ORDER BY k.establishment_id
    ON CONFLICT DO NOTHING`;
  const rows = await tx.sql<Omit<Inbox, "lastSeq">[]>`
    SELECT establishment_id AS "establishmentId", seq, given_seq AS "givenSeq" FROM inbox
    WHERE establishment_id = ANY (${named}::text[]) AND machine_id = ${machineId}
    ORDER BY establishment_id FOR UPDATE`;
  // After the lock, so that what others have put in meanwhile is not looked for again.
  const heads = await tx.sql<{ establishmentId: string; lastSeq: number }[]>`
    SELECT establishment_id AS "establishmentId", last_seq AS "lastSeq" FROM change_counter
    WHERE establishment_id = ANY (${named}::text[])`;
  const lastSeqs = new Map(heads.map(({ establishmentId, lastSeq }) => [establishmentId, lastSeq]));
  return rows.map((row) => ({ ...row, lastSeq: lastSeqs.get(row.establishmentId) ?? row.seq }));
}

/** When, in the log, the place of the link `m` was linked; 0 when the log does not say so any more. */
function linkedSince({ sql }: ScopedTx) {
  return sql`(SELECT coalesce(max(c.seq), 0) AS since FROM change c
    WHERE c.establishment_id = m.establishment_id AND c.object_id = m.place_id AND c.object_type = 'machineLink'
      AND c.operation = 'created')`;
}

const scannedRows = 20_000;
const filledItems = 1_000;

/** A change that becomes an item, and the place by whose link it does. */
export interface Filling {
  seq: number;
  placeId: string;
}

/**
 * SYNC-40: what of the log comes next in an inbox, in order, and how far the log was looked through: others' changes of
 * slots and appointments at the machine's places, each since the place was linked. The first of its places counts.
 */
export async function listFillings(
  tx: ScopedTx,
  { machineId, vendorId }: InboxOwner,
  { establishmentId, seq, lastSeq }: Inbox,
): Promise<{ fillings: Filling[]; scannedTo: number }> {
  const end = Math.min(lastSeq, seq + scannedRows);
  const fillings = await tx.sql<Filling[]>`
    WITH mine AS MATERIALIZED (
      SELECT m.place_id, linked.since FROM machine_link m CROSS JOIN LATERAL ${linkedSince(tx)} linked
      WHERE m.establishment_id = ${establishmentId} AND m.machine_id = ${machineId}
    )
    SELECT c.seq, p.place_id AS "placeId" FROM change c CROSS JOIN LATERAL (
      SELECT mine.place_id FROM unnest(c.place_ids) WITH ORDINALITY AS u(place_id, place)
      JOIN mine ON mine.place_id = u.place_id AND mine.since < c.seq ORDER BY u.place LIMIT 1) p
    WHERE c.establishment_id = ${establishmentId} AND c.seq > ${seq} AND c.seq <= ${end}
      AND c.object_type IN ('slot', 'appointment') AND c.vendor_id IS DISTINCT FROM ${vendorId}
      AND NOT (c.operation = 'updated' AND c.changed <> '{}' AND c.changed <@ ${[...answerFields]}::text[])
    ORDER BY c.seq LIMIT ${filledItems}`;
  const last = fillings.at(-1);
  return { fillings, scannedTo: fillings.length === filledItems && last !== undefined ? last.seq : end };
}

export async function fillInbox(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  inbox: Inbox,
  scannedTo: number,
  items: readonly (Filling & { prevSeq: number; itemId: string })[],
): Promise<void> {
  if (items.length > 0)
    await tx.sql`
      INSERT INTO inbox_item (establishment_id, machine_id, seq, prev_seq, item_id, place_id, at, object_type, object_id,
        operation, version, place_ids, professional_id, start_at, end_at, status, changed, actor_type, attempt, available_at)
      SELECT c.establishment_id, ${machineId}, c.seq, n.prev_seq, n.item_id, n.place_id, c.at, c.object_type, c.object_id,
        c.operation, c.version, c.place_ids, c.professional_id, c.start_at, c.end_at, c.status, c.changed, c.actor_type, 0,
        to_timestamp(0)
      FROM unnest(${items.map(({ seq }) => seq)}::bigint[], ${items.map(({ prevSeq }) => prevSeq)}::bigint[],
        ${items.map(({ itemId }) => itemId)}::text[], ${items.map(({ placeId }) => placeId)}::text[])
        AS n(seq, prev_seq, item_id, place_id)
      JOIN change c ON c.establishment_id = ${inbox.establishmentId} AND c.seq = n.seq`;
  await tx.sql`
    UPDATE inbox SET seq = ${scannedTo}, given_seq = ${items.at(-1)?.seq ?? inbox.givenSeq}
    WHERE establishment_id = ${inbox.establishmentId} AND machine_id = ${machineId}`;
}

/** An item, with the change as the log had it. */
export interface ItemRow extends Followed {
  itemId: string;
  placeId: string;
  attempt: number;
  availableAt: Instant;
  answer: "acknowledged" | "rejected" | null;
}

function itemColumns({ sql }: ScopedTx) {
  return sql`i.establishment_id AS "establishmentId", i.seq, i.prev_seq AS "prevSeq", i.item_id AS "itemId",
    i.place_id AS "placeId", i.at, i.object_type AS "objectType", i.object_id AS "objectId", i.operation, i.version,
    i.place_ids AS "placeIds", i.professional_id AS "professionalId", i.start_at AS "startAt", i.end_at AS "endAt",
    i.status, i.changed, i.actor_type AS "actorType", NULL::text AS "actorId", NULL::text AS "vendorId", i.attempt,
    i.available_at AS "availableAt", i.answer`;
}

/** SYNC-42: nothing of the same object that was written before it is unanswered, at whatever place of the machine. */
function comesNext({ sql }: ScopedTx) {
  return sql`NOT EXISTS (SELECT FROM inbox_item e WHERE e.establishment_id = i.establishment_id
    AND e.machine_id = i.machine_id AND e.object_id = i.object_id AND e.answer IS NULL AND e.seq < i.seq)`;
}

/** SYNC-41, SYNC-42: leases what comes next, oldest first. */
export async function leaseItems(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  { now, until, limit }: { now: Instant; until: Instant; limit: number },
): Promise<ItemRow[]> {
  const rows = await tx.sql<ItemRow[]>`
    WITH next AS MATERIALIZED (
      SELECT i.establishment_id, i.seq FROM inbox_item i
      WHERE i.establishment_id = ANY (${[...tx.establishments]}::text[]) AND i.machine_id = ${machineId}
        AND i.answer IS NULL AND i.available_at <= ${now} AND ${comesNext(tx)}
      ORDER BY i.at, i.establishment_id, i.seq LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE inbox_item i SET attempt = i.attempt + 1, available_at = ${until}
    FROM next n
    WHERE i.establishment_id = n.establishment_id AND i.machine_id = ${machineId} AND i.seq = n.seq
    RETURNING ${itemColumns(tx)}`;
  return [...rows].sort((a, b) => a.at - b.at || compare(a.establishmentId, b.establishmentId) || a.seq - b.seq);
}

/** When the next item comes free, of those that are out or were put off; and whether one is free already. */
export async function nextAvailable(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  now: Instant,
): Promise<{ free: boolean; at: Instant | null }> {
  const [row] = await tx.sql<{ free: boolean | null; at: Instant | null }[]>`
    SELECT bool_or(i.available_at <= ${now}) AS free, min(i.available_at) FILTER (WHERE i.available_at > ${now}) AS at
    FROM inbox_item i
    WHERE i.establishment_id = ANY (${[...tx.establishments]}::text[]) AND i.machine_id = ${machineId}
      AND i.answer IS NULL AND ${comesNext(tx)}`;
  return { free: row?.free ?? false, at: row?.at ?? null };
}

/** The machine's items by id, as they are; `lock`: until the end of the transaction. */
export async function listItems(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  itemIds: readonly string[],
  { lock }: { lock: boolean },
): Promise<ItemRow[]> {
  return tx.sql<ItemRow[]>`
    SELECT ${itemColumns(tx)} FROM inbox_item i
    WHERE i.establishment_id = ANY (${[...tx.establishments]}::text[]) AND i.machine_id = ${machineId}
      AND i.item_id = ANY (${[...itemIds]}::text[])
    ORDER BY i.establishment_id, i.seq ${lock ? tx.sql`FOR UPDATE` : tx.sql``}`;
}

export async function updateItems(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  rows: readonly Pick<ItemRow, "establishmentId" | "seq" | "answer" | "availableAt">[],
  now: Instant,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql`
    UPDATE inbox_item i SET answer = r.answer, available_at = r.available_at,
      answered_at = CASE WHEN r.answer IS NULL THEN NULL ELSE coalesce(i.answered_at, ${now}) END
    FROM unnest(${rows.map(({ establishmentId }) => establishmentId)}::text[], ${rows.map(({ seq }) => seq)}::bigint[],
      ${rows.map(({ answer }) => answer)}::text[],
      ${rows.map(({ availableAt }) => new Date(availableAt).toISOString())}::timestamptz[])
      AS r(establishment_id, seq, answer, available_at)
    WHERE i.establishment_id = r.establishment_id AND i.machine_id = ${machineId} AND i.seq = r.seq`;
}

/** Machines whose inboxes have not yet taken what of this log was written before an instant. */
export async function listUnfilled(tx: ScopedTx, establishmentId: string, before: Instant): Promise<InboxOwner[]> {
  return tx.sql<InboxOwner[]>`
    SELECT i.machine_id AS "machineId", m.vendor_id AS "vendorId" FROM inbox i JOIN machine m USING (machine_id)
    WHERE i.establishment_id = ${establishmentId} AND EXISTS (SELECT FROM change c
      WHERE c.establishment_id = i.establishment_id AND c.seq > i.seq AND c.at < ${before})
    ORDER BY i.machine_id`;
}

/** What was answered so long ago that nobody answers it again. */
export async function deleteAnswered(tx: ScopedTx, establishmentId: string, before: Instant): Promise<number> {
  const removed = await tx.sql`
    DELETE FROM inbox_item WHERE establishment_id = ${establishmentId} AND answer IS NOT NULL AND answered_at < ${before}`;
  return removed.count;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

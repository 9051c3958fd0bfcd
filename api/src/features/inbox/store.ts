import type { Instant } from "../../clock.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { answerFields } from "../../domain/inbox.ts";
import type { Followed } from "../changes/items.ts";

/** Whose inbox it is. */
export interface InboxOwner {
  machineId: string;
}

/** And who is no other: what its vendor wrote is not in it. */
export interface InboxReader extends InboxOwner {
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
  objectId: string;
}

/**
 * SYNC-40: what of the log comes next in an inbox, in order, and how far the log was looked through: others' changes of
 * slots and appointments at the machine's places, each since the place was linked. The first of its places counts.
 */
export async function listFillings(
  tx: ScopedTx,
  { machineId, vendorId }: InboxReader,
  { establishmentId, seq, lastSeq }: Inbox,
): Promise<{ fillings: Filling[]; scannedTo: number }> {
  const end = Math.min(lastSeq, seq + scannedRows);
  const rows = await tx.sql<(Omit<Filling, "placeId"> & { placeId: string | null })[]>`
    WITH mine AS MATERIALIZED (
      SELECT m.place_id, linked.since FROM machine_link m CROSS JOIN LATERAL ${linkedSince(tx)} linked
      WHERE m.establishment_id = ${establishmentId} AND m.machine_id = ${machineId}
    ), found AS MATERIALIZED (
      SELECT c.seq, c.place_ids, c.object_id FROM change c
      WHERE c.establishment_id = ${establishmentId} AND c.seq > ${seq} AND c.seq <= ${end}
        AND c.object_type IN ('slot', 'appointment') AND c.vendor_id IS DISTINCT FROM ${vendorId}
        AND c.place_ids && ARRAY(SELECT place_id::text FROM mine)
        AND NOT (c.operation = 'updated' AND c.changed <> '{}' AND c.changed <@ ${[...answerFields]}::text[])
      ORDER BY c.seq LIMIT ${filledItems}
    )
    SELECT c.seq, p.place_id AS "placeId", c.object_id AS "objectId" FROM found c LEFT JOIN LATERAL (
      SELECT mine.place_id FROM unnest(c.place_ids) WITH ORDINALITY AS u(place_id, place)
      JOIN mine ON mine.place_id = u.place_id AND mine.since < c.seq ORDER BY u.place LIMIT 1) p ON true
    ORDER BY c.seq`;
  const last = rows.at(-1);
  const fillings = rows.flatMap(({ placeId, ...row }) => (placeId === null ? [] : [{ ...row, placeId }]));
  return { fillings, scannedTo: rows.length === filledItems && last !== undefined ? last.seq : end };
}

/** SYNC-42: of these objects, those of which something in the inbox is unanswered. */
export async function listUnanswered(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  establishmentId: string,
  objectIds: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.sql<{ objectId: string }[]>`
    SELECT DISTINCT object_id AS "objectId" FROM inbox_item
    WHERE establishment_id = ${establishmentId} AND machine_id = ${machineId} AND answer IS NULL
      AND object_id = ANY (${[...objectIds]}::text[])`;
  return new Set(rows.map(({ objectId }) => objectId));
}

/** Into an inbox that is locked. `heldUp`: an item of the same object before it is unanswered. */
export async function fillInbox(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  inbox: Inbox,
  scannedTo: number,
  items: readonly (Filling & { prevSeq: number; itemId: string; heldUp: boolean })[],
): Promise<void> {
  if (items.length > 0)
    await tx.sql`
      INSERT INTO inbox_item (establishment_id, machine_id, seq, prev_seq, item_id, place_id, at, object_type, object_id,
        operation, version, place_ids, professional_id, start_at, end_at, status, changed, actor_type, attempt,
        available_at, held_up)
      SELECT c.establishment_id, ${machineId}, c.seq, n.prev_seq, n.item_id, n.place_id, c.at, c.object_type, c.object_id,
        c.operation, c.version, c.place_ids, c.professional_id, c.start_at, c.end_at, c.status, c.changed, c.actor_type, 0,
        to_timestamp(0), n.seq = ANY (${items.flatMap(({ seq, heldUp }) => (heldUp ? [seq] : []))}::bigint[])
      FROM unnest(${items.map(({ seq }) => seq)}::bigint[], ${items.map(({ prevSeq }) => prevSeq)}::bigint[],
        ${items.map(({ itemId }) => itemId)}::text[], ${items.map(({ placeId }) => placeId)}::text[])
        AS n(seq, prev_seq, item_id, place_id)
      JOIN change c ON c.establishment_id = ${inbox.establishmentId} AND c.seq = n.seq
        AND c.seq = ANY (${items.map(({ seq }) => seq)}::bigint[])`;
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

/** Items by their key, in each establishment; as lists, so that an index serves them whatever the planner believes. */
function byEstablishment(rows: readonly { establishmentId: string; seq: number }[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const { establishmentId, seq } of rows)
    groups.set(establishmentId, [...(groups.get(establishmentId) ?? []), seq]);
  return groups;
}

/** SYNC-41, SYNC-42: leases what comes next, oldest first, of an inbox that is locked. */
export async function leaseItems(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  { now, until, limit }: { now: Instant; until: Instant; limit: number },
): Promise<ItemRow[]> {
  const next = await tx.sql<{ establishmentId: string; seq: number }[]>`
    SELECT establishment_id AS "establishmentId", seq FROM inbox_item
    WHERE establishment_id = ANY (${[...tx.establishments]}::text[]) AND machine_id = ${machineId}
      AND answer IS NULL AND NOT held_up AND available_at <= ${now}
    ORDER BY at, establishment_id, seq LIMIT ${limit}`;
  const leased: ItemRow[] = [];
  for (const [establishmentId, seqs] of byEstablishment(next))
    leased.push(
      ...(await tx.sql<ItemRow[]>`
        UPDATE inbox_item i SET attempt = i.attempt + 1, available_at = ${until}
        WHERE i.establishment_id = ${establishmentId} AND i.machine_id = ${machineId} AND i.seq = ANY (${seqs}::bigint[])
        RETURNING ${itemColumns(tx)}`),
    );
  return leased.sort((a, b) => a.at - b.at || compare(a.establishmentId, b.establishmentId) || a.seq - b.seq);
}

/** Whether there is more to lease at once. */
export async function hasMore(tx: ScopedTx, { machineId }: InboxOwner, now: Instant): Promise<boolean> {
  const rows = await tx.sql`
    SELECT 1 FROM inbox_item
    WHERE establishment_id = ANY (${[...tx.establishments]}::text[]) AND machine_id = ${machineId}
      AND answer IS NULL AND NOT held_up AND available_at <= ${now} LIMIT 1`;
  return rows.length > 0;
}

/** When something that is out, or was put off, may be leased again. */
export async function nextAvailable(tx: ScopedTx, { machineId }: InboxOwner, now: Instant): Promise<Instant | null> {
  const [row] = await tx.sql<{ at: Instant | null }[]>`
    SELECT min(available_at) AS at FROM inbox_item
    WHERE establishment_id = ANY (${[...tx.establishments]}::text[]) AND machine_id = ${machineId}
      AND answer IS NULL AND NOT held_up AND available_at > ${now}`;
  return row?.at ?? null;
}

/** SYNC-42: of these objects, what comes next does so from now on. For an inbox that is locked. */
export async function releaseNext(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  objects: readonly { establishmentId: string; objectId: string }[],
): Promise<void> {
  if (objects.length === 0) return;
  // All that is open of them: asked for the first of each, the planner reads the inbox in its order to find it.
  const open = await tx.sql<{ establishmentId: string; objectId: string; seq: number; heldUp: boolean }[]>`
    SELECT establishment_id AS "establishmentId", object_id AS "objectId", seq, held_up AS "heldUp" FROM inbox_item
    WHERE establishment_id = ANY (${[...new Set(objects.map(({ establishmentId }) => establishmentId))]}::text[])
      AND machine_id = ${machineId} AND answer IS NULL
      AND object_id = ANY (${[...new Set(objects.map(({ objectId }) => objectId))]}::text[])`;
  const firsts = new Map<string, (typeof open)[number]>();
  for (const item of open) {
    const first = firsts.get(item.objectId);
    if (first === undefined || item.seq < first.seq) firsts.set(item.objectId, item);
  }
  const next = [...firsts.values()].filter(({ heldUp }) => heldUp);
  for (const [establishmentId, seqs] of byEstablishment(next))
    await tx.sql`
      UPDATE inbox_item SET held_up = false
      WHERE establishment_id = ${establishmentId} AND machine_id = ${machineId} AND seq = ANY (${seqs}::bigint[])`;
}

/** The same of all that is left, after a link of the machine has taken its items with it. */
export async function releaseLeft(tx: ScopedTx, machineId: string, establishmentId: string): Promise<void> {
  const left = await tx.sql<{ establishmentId: string; objectId: string }[]>`
    SELECT DISTINCT establishment_id AS "establishmentId", object_id AS "objectId" FROM inbox_item
    WHERE establishment_id = ${establishmentId} AND machine_id = ${machineId} AND answer IS NULL AND held_up`;
  await releaseNext(tx, { machineId }, left);
}

/** The machine's items by id. */
export async function listItems(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  itemIds: readonly string[],
): Promise<ItemRow[]> {
  return tx.sql<ItemRow[]>`
    SELECT ${itemColumns(tx)} FROM inbox_item i
    WHERE i.establishment_id = ANY (${[...tx.establishments]}::text[]) AND i.machine_id = ${machineId}
      AND i.item_id = ANY (${[...itemIds]}::text[])
    ORDER BY i.establishment_id, i.seq`;
}

export async function closeItems(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  items: readonly Pick<ItemRow, "establishmentId" | "seq">[],
  answer: NonNullable<ItemRow["answer"]>,
  now: Instant,
): Promise<void> {
  for (const [establishmentId, seqs] of byEstablishment(items))
    await tx.sql`
      UPDATE inbox_item SET answer = ${answer}, answered_at = ${now}
      WHERE establishment_id = ${establishmentId} AND machine_id = ${machineId} AND seq = ANY (${seqs}::bigint[])`;
}

export async function putOff(
  tx: ScopedTx,
  { machineId }: InboxOwner,
  { establishmentId, seq, availableAt }: Pick<ItemRow, "establishmentId" | "seq" | "availableAt">,
): Promise<void> {
  await tx.sql`
    UPDATE inbox_item SET available_at = ${availableAt}
    WHERE establishment_id = ${establishmentId} AND machine_id = ${machineId} AND seq = ${seq}`;
}

/** Machines whose inboxes have not yet taken what of this log was written before an instant. */
export async function listUnfilled(tx: ScopedTx, establishmentId: string, before: Instant): Promise<InboxReader[]> {
  return tx.sql<InboxReader[]>`
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

import type { Instant } from "../../clock.ts";
import type { ChangeObject } from "../../db/change-log.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Position, Positions } from "./position.ts";
import { dayMs } from "../../domain/time.ts";
import type { Reader } from "./reader.ts";

/** Both ends of an establishment's log. */
export interface Head {
  establishmentId: string;
  lastSeq: number;
  /** Changes up to here are no longer kept. */
  prunedSeq: number;
}

/** What a read has seen of a log. */
export interface ReadHead extends Head {
  /** Up to where this reader may read it: its end or, where the reader's link has ended (SYNC-55), that of the link. */
  readableTo: number;
  /** Up to where it was looked through. */
  scannedTo: number;
  /** SYNC-72: the marks of the changes at the position it was read from and at `scannedTo`. */
  passedMark: number | null;
  scannedMark: number | null;
}

export interface ChangeRow {
  establishmentId: string;
  seq: number;
  at: Instant;
  objectType: ChangeObject;
  objectId: string;
  operation: "created" | "updated" | "deleted";
  version: number;
  placeIds: string[];
  professionalId: string | null;
  startAt: Instant | null;
  endAt: Instant | null;
  status: string | null;
  changed: string[];
  actorType: "operator" | "machine" | "employee" | "citizen" | "nurse" | "system";
  actorId: string | null;
  vendorId: string | null;
  /** SYNC-72 */
  mark: number | null;
}

/** A log in which a reader sees little is looked through in steps, so that no call reads all of it. */
const scanRows = 20_000;

/**
 * What a reader may see after its positions, at most `limit` changes, by turns from each establishment, in the order
 * of seq within each; and both ends of each log. One statement, hence one snapshot: a change is never given, nor
 * passed over, on the ground of a counter or a pruning of another moment.
 *
 * The changes at both ends of what is looked through come along for their marks, whether they may be seen or not. Looked up
 * apart they cost as much as the rest, and ten times as much where the planner has no statistics yet.
 */
export async function readChanges(
  tx: ScopedTx,
  reader: Reader,
  after: readonly { establishmentId: string; seq: number }[],
  limit: number,
): Promise<{ heads: ReadHead[]; changes: ChangeRow[] }> {
  // The first place of a change is where its object is now.
  const agenda =
    reader.agendas === null
      ? tx.sql``
      : tx.sql`AND (c.object_type NOT IN ('slot', 'hold', 'appointment') OR EXISTS (
            SELECT 1 FROM unnest(${reader.agendas.map(({ professionalId }) => professionalId)}::text[],
              ${reader.agendas.map(({ placeId }) => placeId)}::text[]) AS a(professional_id, place_id)
            WHERE a.professional_id = c.professional_id AND (a.place_id IS NULL OR a.place_id = c.place_ids[1])))
          AND (c.object_type <> 'employee' OR c.object_id = ${reader.employeeId})`;
  const visible = tx.sql`${concerns(tx, reader)} ${agenda}`;
  const rows = await tx.sql<ReadRow[]>`
    WITH head AS MATERIALIZED (
      SELECT k.establishment_id, k.last_seq, k.pruned_seq, r.after, least(k.last_seq, r.readable_to) AS readable_to,
        least(k.last_seq, r.readable_to, r.after + ${scanRows}) AS scanned_to
      FROM unnest(${after.map(({ establishmentId }) => establishmentId)}::text[],
        ${after.map(({ seq }) => seq)}::bigint[],
        ${after.map(({ establishmentId }) => reader.readableTo[establishmentId] ?? null)}::bigint[])
        AS r(establishment_id, after, readable_to)
      JOIN change_counter k ON k.establishment_id = r.establishment_id
    ), given AS (
      SELECT c.*
      FROM head h CROSS JOIN LATERAL (
        SELECT c.*, row_number() OVER (ORDER BY c.seq) - (h.after > h.pruned_seq)::integer AS turn,
          -- In between only what is visible has come so far.
          c.seq > h.after AND (c.seq < h.scanned_to OR ${visible}) AS shown
        FROM change c
        WHERE c.establishment_id = h.establishment_id AND c.seq >= h.after AND c.seq <= h.scanned_to
          AND (c.seq = h.after OR c.seq = h.scanned_to OR ${visible})
        ORDER BY c.seq LIMIT ${limit + 2}
      ) c
      ORDER BY c.turn, c.establishment_id, c.seq LIMIT ${limit + 2 * after.length}
    )
    SELECT CASE WHEN coalesce(g.turn, 0) <= 1
        THEN jsonb_build_object('lastSeq', h.last_seq, 'prunedSeq', h.pruned_seq, 'readableTo', h.readable_to,
          'scannedTo', h.scanned_to, 'passedMark', CASE WHEN g.seq = h.after THEN g.mark END) END AS head,
      h.establishment_id AS "establishmentId", g.seq, g.at, g.object_type AS "objectType", g.object_id AS "objectId",
      g.operation, g.version, g.place_ids AS "placeIds", g.professional_id AS "professionalId",
      g.start_at AS "startAt", g.end_at AS "endAt", g.status, g.changed, g.actor_type AS "actorType",
      g.actor_id AS "actorId", g.vendor_id AS "vendorId", g.mark, coalesce(g.shown, false) AS shown
    FROM head h LEFT JOIN given g ON g.establishment_id = h.establishment_id
    ORDER BY g.turn, h.establishment_id, g.seq`;
  const heads = new Map<string, ReadHead>();
  for (const { establishmentId, head, seq, mark } of rows) {
    if (head !== null && !heads.has(establishmentId))
      heads.set(establishmentId, { establishmentId, ...head, scannedMark: null });
    const known = heads.get(establishmentId);
    if (known !== undefined && seq === known.scannedTo) known.scannedMark = mark;
  }
  return { heads: [...heads.values()], changes: rows.filter(isChange).slice(0, limit) };
}

/** Of the kinds of objects, and at the places, that a reader follows or (SYNC-55) followed. */
function concerns(tx: ScopedTx, { objectTypes, placeIds, endedLinks }: Reader) {
  const ended =
    endedLinks.length === 0
      ? tx.sql``
      : tx.sql`OR EXISTS (SELECT 1 FROM unnest(${endedLinks.map(({ placeId }) => placeId)}::text[],
            ${endedLinks.map(({ seq }) => seq)}::bigint[]) AS e(place_id, seq)
            WHERE c.seq <= e.seq AND e.place_id = ANY (c.place_ids))`;
  return tx.sql`(${objectTypes}::text[] IS NULL OR c.object_type = ANY (${objectTypes}::text[]))
          AND (${placeIds}::text[] IS NULL OR c.place_ids && ${placeIds}::text[] ${ended})`;
}

/** The ends of a log come with its first rows, and alone when nothing of it is kept. */
type ReadRow = {
  head: Omit<ReadHead, "establishmentId" | "scannedMark"> | null;
  establishmentId: string;
  shown: boolean;
} & { [Column in keyof ChangeRow]: ChangeRow[Column] | null };

function isChange(row: ReadRow): row is ReadRow & ChangeRow {
  return row.shown;
}

/** Where a machine's reader stood before this change of a log, whether it may see it or not. */
export async function positionBefore(
  tx: ScopedTx,
  reader: Reader,
  establishmentId: string,
  seq: number,
): Promise<Position> {
  const [last] = await tx.sql<{ seq: number }[]>`
    SELECT seq FROM change c
    WHERE c.establishment_id = ${establishmentId} AND c.seq < ${seq} AND ${concerns(tx, reader)}
    ORDER BY c.seq DESC LIMIT 1`;
  return { seq: seq - 1, given: last?.seq ?? 0, mark: null };
}

/** So long the log keeps what was written; whoever follows it from further back is told so (SYNC-33). */
export const changesKeptMs = 30 * dayMs;

/** What was written in a minute is not always in order of its time. */
const disorderMs = 60_000;

/**
 * Where a machine's reader stood in each log at an instant: before the first change that was written from then on. A log
 * that no longer reaches back so far answers a position before its beginning.
 */
export async function findPositionsAt(
  tx: ScopedTx,
  reader: Reader,
  { at, now }: { at: Instant; now: Instant },
): Promise<Positions> {
  const rows = await tx.sql<{ establishmentId: string; first: number }[]>`
    SELECT k.establishment_id AS "establishmentId", CASE
      WHEN k.pruned_seq > 0 AND ${at < now - changesKeptMs} AND NOT EXISTS (
        SELECT FROM change o WHERE o.establishment_id = k.establishment_id AND o.at < ${at}) THEN k.pruned_seq
      ELSE coalesce(f.seq, k.last_seq + 1) END AS first
    FROM change_counter k LEFT JOIN LATERAL (
      SELECT c.seq FROM change c
      WHERE c.establishment_id = k.establishment_id AND c.at >= ${at} AND c.seq >= (
        SELECT b.seq FROM change b WHERE b.establishment_id = k.establishment_id AND b.at >= ${at - disorderMs}
        ORDER BY b.at, b.seq LIMIT 1)
      ORDER BY c.seq LIMIT 1) f ON true
    WHERE k.establishment_id = ANY (${[...reader.establishments]}::text[])`;
  const found = rows.map(
    async ({ establishmentId, first }) =>
      [establishmentId, await positionBefore(tx, reader, establishmentId, first)] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}

/** Where these logs end for a reader, in its own scope. */
export async function listEnds(
  tx: ScopedTx,
  { establishments, readableTo }: Reader,
): Promise<(Position & { establishmentId: string })[]> {
  return tx.sql<(Position & { establishmentId: string })[]>`
    SELECT h.establishment_id AS "establishmentId", h.seq, 0 AS given,
      (SELECT c.mark FROM change c WHERE c.establishment_id = h.establishment_id AND c.seq = h.seq) AS mark
    FROM (SELECT k.establishment_id, least(k.last_seq, r.readable_to) AS seq
      FROM unnest(${[...establishments]}::text[], ${establishments.map((id) => readableTo[id] ?? null)}::bigint[])
        AS r(establishment_id, readable_to)
      JOIN change_counter k ON k.establishment_id = r.establishment_id) h`;
}

/** Both ends of these logs, whoever's they are: for the system's own scope. */
export async function listHeads(tx: ScopedTx, establishments: readonly string[]): Promise<Head[]> {
  return tx.sql<Head[]>`
    SELECT establishment_id AS "establishmentId", last_seq AS "lastSeq", pruned_seq AS "prunedSeq"
    FROM change_counter WHERE establishment_id = ANY (${[...establishments]}::text[])`;
}

/** Establishments whose log holds anything, for the system's own scope. */
export async function listLogs(tx: ScopedTx): Promise<string[]> {
  const rows = await tx.sql<{ establishmentId: string }[]>`
    SELECT establishment_id AS "establishmentId" FROM change_counter WHERE last_seq > pruned_seq ORDER BY establishment_id`;
  return rows.map(({ establishmentId }) => establishmentId);
}

/**
 * Removes the beginning of a log, up to the first change that is not older than `before`, at most `limit` changes, and
 * notes how far. The counter comes last: writers wait for it.
 */
export async function pruneLog(tx: ScopedTx, establishmentId: string, before: Instant, limit: number): Promise<number> {
  const removed = await tx.sql<{ seq: number }[]>`
    WITH cut AS MATERIALIZED (
      SELECT least(k.pruned_seq + ${limit}, coalesce((
        SELECT c.seq - 1 FROM change c WHERE c.establishment_id = k.establishment_id AND c.at >= ${before}
        ORDER BY c.seq LIMIT 1), k.last_seq)) AS seq
      FROM change_counter k WHERE k.establishment_id = ${establishmentId}
    )
    DELETE FROM change c USING cut WHERE c.establishment_id = ${establishmentId} AND c.seq <= cut.seq RETURNING c.seq`;
  if (removed.length === 0) return 0;
  const cut = removed.reduce((last, { seq }) => Math.max(last, seq), 0);
  await tx.sql`DELETE FROM ended_link WHERE establishment_id = ${establishmentId} AND seq <= ${cut}`;
  await tx.sql`
    UPDATE change_counter SET pruned_seq = greatest(pruned_seq, ${cut}) WHERE establishment_id = ${establishmentId}`;
  return removed.length;
}

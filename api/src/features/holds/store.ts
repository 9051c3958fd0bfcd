import type { AgendaSpan } from "../../db/locks.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Hold, HoldOwner } from "../../domain/hold.ts";

/** No hold is longer than a day (hold_at_most_a_day). */
const reachMs = 86_400_000;

function columns(tx: ScopedTx) {
  return tx.sql`
    h.establishment_id AS "establishmentId", h.hold_id AS "holdId", h.professional_id AS "professionalId",
    h.place_id AS "placeId", h.slot_id AS "slotId", h.start_at AS "startAt", h.end_at AS "endAt",
    jsonb_build_object('type', h.owner_type, 'id', h.owner_id) AS owner, h.expires_at AS "expiresAt", h.version,
    h.created_at AS "createdAt"`;
}

/** Of these ids, those the scope may see, ended ones included until a job removes them. */
export async function listHoldsById(tx: ScopedTx, holdIds: readonly string[]): Promise<Hold[]> {
  if (holdIds.length === 0) return [];
  return tx.sql<Hold[]>`
    SELECT ${columns(tx)} FROM hold h WHERE h.hold_id = ANY (${[...holdIds]}::text[]) ORDER BY h.hold_id`;
}

/** HOLD-08: those that run at `now` and overlap a span of their professional. */
export async function listHoldsIn(tx: ScopedTx, spans: readonly AgendaSpan[], now: number): Promise<Hold[]> {
  if (spans.length === 0) return [];
  return tx.sql<Hold[]>`
    SELECT DISTINCT ON (h.establishment_id, h.hold_id) ${columns(tx)}
    FROM unnest(${spans.map(({ establishmentId }) => establishmentId)}::text[],
        ${spans.map(({ professionalId }) => professionalId)}::text[],
        ${spans.map(({ startAt }) => isoOf(startAt - reachMs))}::timestamptz[],
        ${spans.map(({ startAt }) => isoOf(startAt))}::timestamptz[],
        ${spans.map(({ endAt }) => isoOf(endAt))}::timestamptz[])
      AS s(establishment_id, professional_id, reach_at, start_at, end_at)
    CROSS JOIN LATERAL (
      SELECT * FROM hold WHERE establishment_id = s.establishment_id AND professional_id = s.professional_id
        AND start_at >= s.reach_at AND start_at < s.end_at AND end_at > s.start_at AND expires_at > ${now} OFFSET 0) h`;
}

/** How many holds each owner has running, wherever they are. */
export async function countHoldsOf(
  tx: ScopedTx,
  owners: readonly HoldOwner[],
  now: number,
): Promise<(HoldOwner & { holds: number })[]> {
  if (owners.length === 0) return [];
  return tx.sql<(HoldOwner & { holds: number })[]>`
    SELECT h.owner_type AS type, h.owner_id AS id, count(*)::integer AS holds
    FROM unnest(${owners.map(({ type }) => type)}::text[], ${owners.map(({ id }) => id)}::text[]) AS o(type, id)
    JOIN hold h ON h.owner_type = o.type AND h.owner_id = o.id
    WHERE h.expires_at > ${now} GROUP BY h.owner_type, h.owner_id`;
}

/** Inserts, or extends those that exist. */
export async function putHolds(tx: ScopedTx, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return;
  const records = holds.map((hold) => ({
    establishment_id: hold.establishmentId,
    hold_id: hold.holdId,
    professional_id: hold.professionalId,
    place_id: hold.placeId,
    slot_id: hold.slotId,
    start_at: isoOf(hold.startAt),
    end_at: isoOf(hold.endAt),
    owner_type: hold.owner.type,
    owner_id: hold.owner.id,
    expires_at: isoOf(hold.expiresAt),
    version: hold.version,
    created_at: isoOf(hold.createdAt),
  }));
  await tx.sql`
    INSERT INTO hold (establishment_id, hold_id, professional_id, place_id, slot_id, start_at, end_at, owner_type, owner_id,
      expires_at, version, created_at)
    SELECT * FROM jsonb_to_recordset(${tx.sql.json(records)}) AS r(establishment_id text, hold_id text,
      professional_id text, place_id text, slot_id text, start_at timestamptz, end_at timestamptz, owner_type text,
      owner_id text, expires_at timestamptz, version integer, created_at timestamptz)
    ON CONFLICT (establishment_id, hold_id) DO UPDATE
    SET expires_at = excluded.expires_at, version = excluded.version`;
}

export async function deleteHolds(tx: ScopedTx, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return;
  await tx.sql`
    DELETE FROM hold h
    USING unnest(${holds.map(({ establishmentId }) => establishmentId)}::text[],
      ${holds.map(({ holdId }) => holdId)}::text[]) AS d(establishment_id, hold_id)
    WHERE h.establishment_id = d.establishment_id AND h.hold_id = d.hold_id`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

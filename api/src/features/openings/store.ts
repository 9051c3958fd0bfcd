import type { AgendaSpan } from "../../db/locks.ts";
import type { ScopedTx } from "../../db/scope.ts";

/** Longest service (480 minutes, service_duration) and longest appointment or hold (a day, by constraint): how far back a search by start must reach. */
const openingReachMs = 480 * 60_000;
const takenReachMs = 86_400_000;

/**
 * Recomputes `busy` and `held_until` of every opening that overlaps a span, after appointments or holds there have
 * changed; one UPDATE, touching only rows that change. The definition is openingState (domain/opening.ts); a property
 * test holds the two equal. Call it under the agenda-day locks of the spans (db/locks.ts).
 *
 * Bounds are given as plain columns, not as expressions: under row-level security an expression over a column is
 * applied only after the policy, so an index would be read from its beginning. OFFSET 0 keeps one index scan a span:
 * joined openly, 32 spans made PostgreSQL read all 38,400 openings (67 ms against 3).
 */
export async function refreshOpenings(tx: ScopedTx, spans: readonly AgendaSpan[]): Promise<void> {
  if (spans.length === 0) return;
  await tx.sql`
    WITH span AS MATERIALIZED (
      SELECT * FROM unnest(${spans.map(({ establishmentId }) => establishmentId)}::text[],
        ${spans.map(({ professionalId }) => professionalId)}::text[],
        ${spans.map(({ startAt }) => isoOf(startAt - openingReachMs))}::timestamptz[],
        ${spans.map(({ startAt }) => isoOf(startAt))}::timestamptz[],
        ${spans.map(({ endAt }) => isoOf(endAt))}::timestamptz[])
        AS s(establishment_id, professional_id, reach_at, start_at, end_at)
    ), touched AS MATERIALIZED (
      SELECT DISTINCT o.establishment_id, o.slot_id, o.start_at, o.end_at, o.professional_id, o.busy, o.held_until,
        o.start_at - ${takenReachMs / 1000} * interval '1 second' AS reach_at
      FROM span s CROSS JOIN LATERAL (
        SELECT * FROM opening
        WHERE establishment_id = s.establishment_id AND professional_id = s.professional_id
          AND start_at > s.reach_at AND start_at < s.end_at AND end_at > s.start_at OFFSET 0) o
    ), state AS (
      SELECT t.establishment_id, t.slot_id, t.start_at, t.busy AS was_busy, t.held_until AS was_held_until,
        taken.seats >= p.capacity AS busy,
        CASE WHEN taken.seats < p.capacity THEN (
          SELECT h.expires_at FROM hold h
          WHERE h.establishment_id = t.establishment_id AND h.professional_id = t.professional_id
            AND h.start_at > t.reach_at AND h.start_at < t.end_at AND h.end_at > t.start_at
          ORDER BY h.expires_at DESC OFFSET p.capacity - taken.seats - 1 LIMIT 1) END AS held_until
      FROM touched t
      CROSS JOIN LATERAL (
        SELECT capacity FROM professional p
        WHERE p.establishment_id = t.establishment_id AND p.professional_id = t.professional_id LIMIT 1) p
      CROSS JOIN LATERAL (
        SELECT count(DISTINCT a.seat)::integer AS seats FROM appointment a
        WHERE a.establishment_id = t.establishment_id AND a.professional_id = t.professional_id AND a.status = 'active'
          AND a.start_at > t.reach_at AND a.start_at < t.end_at AND a.end_at > t.start_at) taken
    )
    UPDATE opening o SET busy = s.busy, held_until = s.held_until
    FROM state s
    WHERE o.establishment_id = s.establishment_id AND o.slot_id = s.slot_id AND o.start_at = s.start_at
      AND (s.busy IS DISTINCT FROM s.was_busy OR s.held_until IS DISTINCT FROM s.was_held_until)`;
}

/** A slot whose openings are to be written. */
export interface SlotOfOpenings {
  establishmentId: string;
  slotId: string;
  professionalId: string;
  startAt: number;
  endAt: number;
  placeId: string | null;
}

/**
 * SLOT-31, SLOT-08: writes the openings of slots that are stored already, in the same transaction, so that a change shows
 * at once (SLOT-29); incomplete ones have none.
 * `replace` says that the slots had openings before. Then only what appointments and holds overlap is recomputed: a
 * new opening is free. Call it under the agenda-day locks of the slots.
 *
 * Each slot is looked up by all that indexes of slots hold, so that any of them finds it at once: in a database that
 * has no statistics yet, by its id alone, the policy's condition made PostgreSQL take an index by place and read every
 * slot of the establishment for each (10,600 slots: 27 s).
 */
export async function writeOpenings(
  tx: ScopedTx,
  slots: readonly SlotOfOpenings[],
  options: { replace: boolean },
): Promise<void> {
  if (slots.length === 0) return;
  const establishmentIds = slots.map(({ establishmentId }) => establishmentId);
  const slotIds = slots.map(({ slotId }) => slotId);
  const removed = options.replace
    ? tx.sql`
        DELETE FROM opening o USING unnest(${establishmentIds}::text[], ${slotIds}::text[]) AS r(establishment_id, slot_id)
        WHERE o.establishment_id = r.establishment_id AND o.slot_id = r.slot_id`
    : undefined;
  const inserted = tx.sql`
    INSERT INTO opening (establishment_id, slot_id, start_at, end_at, professional_id, place_id, service_type,
      consultation_reasons, visibility, open_from, busy, held_until)
    SELECT s.establishment_id, s.slot_id, step.at, step.at + s.length, s.professional_id, s.place_id, s.service_type,
      s.consultation_reasons, s.visibility, s.open_from, false, NULL
    FROM unnest(${establishmentIds}::text[], ${slotIds}::text[],
      ${slots.map(({ professionalId }) => professionalId)}::text[], ${slots.map(({ placeId }) => placeId)}::text[],
      ${slots.map(({ startAt }) => isoOf(startAt))}::timestamptz[])
      AS r(establishment_id, slot_id, professional_id, place_id, start_at)
    CROSS JOIN LATERAL (
      SELECT *, duration_minutes * interval '1 minute' AS length FROM slot
      WHERE slot.establishment_id = r.establishment_id AND slot.slot_id = r.slot_id
        AND slot.professional_id = r.professional_id AND slot.place_id = r.place_id AND slot.start_at = r.start_at
      LIMIT 1) s
    CROSS JOIN LATERAL generate_series(s.start_at, s.end_at - s.length, s.length) AS step(at)`;
  // Sent one behind the other without waiting in between; the transaction keeps their order.
  const [, , taken] = await Promise.all([removed, inserted, listTakenSpans(tx, slots)]);
  await refreshOpenings(tx, taken);
}

/** The spans of appointments and holds within the stretch that a professional's slots cover. */
async function listTakenSpans(tx: ScopedTx, slots: readonly SlotOfOpenings[]): Promise<AgendaSpan[]> {
  const stretches = new Map<string, AgendaSpan>();
  for (const { establishmentId, professionalId, startAt, endAt } of slots) {
    const known = stretches.get(professionalId);
    stretches.set(professionalId, {
      establishmentId,
      professionalId,
      startAt: Math.min(startAt, known?.startAt ?? startAt),
      endAt: Math.max(endAt, known?.endAt ?? endAt),
    });
  }
  const list = [...stretches.values()];
  return tx.sql<AgendaSpan[]>`
    WITH stretch AS MATERIALIZED (
      SELECT * FROM unnest(${list.map(({ establishmentId }) => establishmentId)}::text[],
        ${list.map(({ professionalId }) => professionalId)}::text[],
        ${list.map(({ startAt }) => isoOf(startAt - takenReachMs))}::timestamptz[],
        ${list.map(({ startAt }) => isoOf(startAt))}::timestamptz[],
        ${list.map(({ endAt }) => isoOf(endAt))}::timestamptz[])
        AS s(establishment_id, professional_id, reach_at, start_at, end_at)
    )
    SELECT s.establishment_id AS "establishmentId", s.professional_id AS "professionalId", taken.start_at AS "startAt",
      taken.end_at AS "endAt"
    FROM stretch s CROSS JOIN LATERAL (
      (SELECT a.start_at, a.end_at FROM appointment a
       WHERE a.establishment_id = s.establishment_id AND a.professional_id = s.professional_id AND a.status = 'active'
         AND a.start_at > s.reach_at AND a.start_at < s.end_at AND a.end_at > s.start_at OFFSET 0)
      UNION
      (SELECT h.start_at, h.end_at FROM hold h
       WHERE h.establishment_id = s.establishment_id AND h.professional_id = s.professional_id
         AND h.start_at > s.reach_at AND h.start_at < s.end_at AND h.end_at > s.start_at OFFSET 0)) taken`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

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
 * applied only after the policy, so an index would be read from its beginning.
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
      FROM span s JOIN opening o ON o.establishment_id = s.establishment_id AND o.professional_id = s.professional_id
        AND o.start_at > s.reach_at AND o.start_at < s.end_at AND o.end_at > s.start_at
    ), state AS (
      SELECT t.establishment_id, t.slot_id, t.start_at, t.busy AS was_busy, t.held_until AS was_held_until,
        taken.seats >= p.capacity AS busy,
        CASE WHEN taken.seats < p.capacity THEN (
          SELECT h.expires_at FROM hold h
          WHERE h.establishment_id = t.establishment_id AND h.professional_id = t.professional_id
            AND h.start_at > t.reach_at AND h.start_at < t.end_at AND h.end_at > t.start_at
          ORDER BY h.expires_at DESC OFFSET p.capacity - taken.seats - 1 LIMIT 1) END AS held_until
      FROM touched t
      JOIN professional p ON p.establishment_id = t.establishment_id AND p.professional_id = t.professional_id
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

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

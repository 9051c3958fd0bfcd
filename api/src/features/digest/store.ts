import type { Instant } from "../../clock.ts";
import type { ScopedTx } from "../../db/scope.ts";

export interface DigestRow {
  professionalId: string;
  /** Position of the local date, 0 for the first. */
  day: number;
  digest: string;
  appointments: number;
  slots: number;
}

/**
 * The digests of a place, as domain/digest.ts defines them, for the dates that begin at `midnights` (the last one ends
 * the last date). Midnights come from domain/time.ts: the database's own idea of a zone decides nothing.
 */
export async function listDigests(
  tx: ScopedTx,
  place: { establishmentId: string; placeId: string },
  /** Whose identifiers stand for the hub's; null: nobody's. */
  vendorId: string | null,
  midnights: readonly Instant[],
): Promise<DigestRow[]> {
  const bounds = midnights.map((at) => new Date(at).toISOString());
  const [first, last] = [bounds[0] ?? null, bounds.at(-1) ?? null];
  return tx.sql<DigestRow[]>`
    WITH entry AS (
      SELECT 'a' AS kind, a.professional_id, 'appointment' AS object_type, a.appointment_id AS object_id, a.start_at,
        a.end_at, a.attendance AS rest
      FROM appointment a
      WHERE a.establishment_id = ${place.establishmentId} AND a.place_id = ${place.placeId} AND a.status = 'active'
        AND a.start_at >= ${first}::timestamptz AND a.start_at < ${last}::timestamptz
      UNION ALL
      SELECT 's', s.professional_id, 'slot', s.slot_id, s.start_at, s.end_at, s.visibility
      FROM slot s
      WHERE s.establishment_id = ${place.establishmentId} AND s.place_id = ${place.placeId}
        AND s.start_at >= ${first}::timestamptz AND s.start_at < ${last}::timestamptz
    ), name AS MATERIALIZED (
      SELECT object_type, object_id, external_id FROM external_binding
      WHERE establishment_id = ${place.establishmentId} AND vendor_id = ${vendorId}
        AND object_type IN ('appointment', 'slot') AND object_id = ANY (ARRAY(SELECT e.object_id FROM entry e))
    ), line AS (
      SELECT e.kind, e.professional_id, width_bucket(e.start_at, ${bounds}::timestamptz[]) - 1 AS day,
        e.kind || '|' || coalesce(n.external_id, e.object_id) || '|' ||
        to_char(e.start_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z|"') ||
        to_char(e.end_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z|"') || e.rest || E'\n' AS text
      FROM entry e LEFT JOIN name n ON n.object_type = e.object_type AND n.object_id = e.object_id
    )
    SELECT professional_id AS "professionalId", day,
      encode(sha256(convert_to(string_agg(text, '' ORDER BY text COLLATE "C"), 'UTF8')), 'hex') AS digest,
      count(*) FILTER (WHERE kind = 'a')::integer AS appointments, count(*) FILTER (WHERE kind = 's')::integer AS slots
    FROM line GROUP BY professional_id, day ORDER BY professional_id, day`;
}

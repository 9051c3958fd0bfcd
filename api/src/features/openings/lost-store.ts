import type { ScopedTx } from "../../db/scope.ts";
import type { Opening } from "../../domain/opening.ts";
import type { AlternativesWanted } from "./alternatives.ts";

/** Read on either side of the lost start: some are for another age, or on a day when the citizen has an appointment. */
export const readOnEachSide = 24;

export interface NearLost extends Opening {
  /** Which of the wanted it is near to, from 1. */
  ordinal: number;
  professionalId: string;
}

/** Free, public and open openings of each place, the nearest before and after each lost start. */
export async function listNear(tx: ScopedTx, wanted: readonly AlternativesWanted[], now: number): Promise<NearLost[]> {
  const { sql } = tx;
  const side = (direction: "before" | "after") => sql`
    (SELECT o.* FROM opening o
     WHERE o.establishment_id = w.establishment_id AND o.place_id = w.place_id AND NOT o.busy
       AND o.start_at >= ${now} ${direction === "after" ? sql`AND o.start_at >= w.start_at` : sql`AND o.start_at < w.start_at`}
       AND o.visibility = 'public' AND (o.held_until IS NULL OR o.held_until <= ${now})
       AND (o.open_from IS NULL OR o.open_from <= ${now})
       AND (w.only_professional IS NULL OR o.professional_id = w.only_professional)
       AND o.consultation_reasons && w.reasons
     ORDER BY o.start_at ${direction === "after" ? sql`ASC` : sql`DESC`} LIMIT ${readOnEachSide})`;
  const column = (value: (each: AlternativesWanted) => string | null) => wanted.map(value);
  return sql<NearLost[]>`
    WITH wanted AS MATERIALIZED (
      SELECT w.establishment_id, w.place_id, w.start_at, w.only_professional, ARRAY[w.reason, 'allReasons'] AS reasons,
        w.ordinal::integer AS ordinal
      FROM unnest(${column(({ lost }) => lost.establishmentId)}::text[], ${column(({ lost }) => lost.placeId)}::text[],
        ${column(({ lost }) => new Date(lost.startAt).toISOString())}::timestamptz[],
        ${column(({ lost, question }) => (question.cascade === "1" ? lost.professionalId : null))}::text[],
        ${column(({ question }) => question.reason)}::text[])
        WITH ORDINALITY AS w(establishment_id, place_id, start_at, only_professional, reason, ordinal))
    SELECT w.ordinal, o.slot_id AS "slotId", o.professional_id AS "professionalId", o.place_id AS "placeId",
      o.start_at AS "startAt", o.end_at AS "endAt", o.service_type AS "serviceType",
      o.consultation_reasons AS "consultationReasons", o.visibility, o.open_from AS "openFrom", o.busy,
      o.held_until AS "heldUntil"
    FROM wanted w CROSS JOIN LATERAL (${side("before")} UNION ALL ${side("after")}) o`;
}

import type { ScopedTx } from "../../db/scope.ts";
import type { Opening } from "../../domain/opening.ts";
import { conditionsOf } from "./search-conditions.ts";
import type { OpeningFilter } from "./search-conditions.ts";
import type { OpeningPosition } from "./search-store.ts";

/** A place that is asked for its first openings, after a position of its own. */
export interface AskedPlace {
  establishmentId: string;
  placeId: string;
  after?: OpeningPosition | undefined;
}

export interface Candidate extends Opening {
  professionalId: string;
}

/**
 * So many first openings of each place that are free and of the filter, whoever's they are: professionals' own limits, and
 * whether they still work there, are for the domain to say of what is found. Two statements' work in one: an index scan of
 * opening_free_at_place for each place that stops at its limit.
 */
export async function listAtPlaces(
  tx: ScopedTx,
  places: readonly AskedPlace[],
  filter: OpeningFilter,
  { from, to, each }: { from: number; to: number | null; each: number },
  now: number,
): Promise<Map<string, Candidate[]>> {
  if (places.length === 0 || filter.types.length === 0) return new Map();
  const { sql } = tx;
  const conditions = conditionsOf({
    ...{ tx, filter, now, reaches: [], from: sql`${from}`, to: to === null ? null : sql`${to}` },
  });
  const continued = places.some(({ after }) => after !== undefined);
  const rows = await sql<Candidate[]>`
    WITH asked AS MATERIALIZED (
      SELECT * FROM unnest(${places.map(({ establishmentId }) => establishmentId)}::text[],
        ${places.map(({ placeId }) => placeId)}::text[],
        ${places.map(({ after }) => (after === undefined ? "-infinity" : new Date(after.startAt).toISOString()))}::timestamptz[],
        ${places.map(({ after }) => after?.slotId ?? "")}::text[]) AS w(establishment_id, place_id, after_at, after_slot))
    SELECT o.slot_id AS "slotId", o.professional_id AS "professionalId", o.place_id AS "placeId",
      o.start_at AS "startAt", o.end_at AS "endAt", o.service_type AS "serviceType",
      o.consultation_reasons AS "consultationReasons", o.visibility, o.open_from AS "openFrom", o.busy,
      o.held_until AS "heldUntil"
    FROM asked w CROSS JOIN LATERAL (
      SELECT * FROM opening o
      WHERE o.establishment_id = w.establishment_id AND o.place_id = w.place_id
        ${continued ? sql`AND (o.start_at, o.slot_id) > (w.after_at, w.after_slot)` : sql``}
        AND ${conditions}
      ORDER BY o.start_at, o.slot_id LIMIT ${each}) o`;
  const found = new Map<string, Candidate[]>(places.map(({ placeId }) => [placeId, []]));
  for (const row of rows) found.get(row.placeId)?.push(row);
  return found;
}

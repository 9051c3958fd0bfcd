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

const columns = ({ sql }: ScopedTx) => sql`
  o.slot_id AS "slotId", o.professional_id AS "professionalId", o.place_id AS "placeId", o.start_at AS "startAt",
  o.end_at AS "endAt", o.service_type AS "serviceType", o.consultation_reasons AS "consultationReasons", o.visibility,
  o.open_from AS "openFrom", o.busy, o.held_until AS "heldUntil"`;

/**
 * Those at the places among the first so many free openings of all places there are, in order of start; and up to where
 * that went, or null when there are no more. An index scan of casc_06_free_in_general, whose order and conditions are the
 * statement's. The places come from a sub-select so that the planner does not weigh five hundred places one by one.
 */
export async function listInGeneral(
  tx: ScopedTx,
  placeIds: readonly string[],
  filter: OpeningFilter,
  { from, to, after, most }: { from: number; to: number | null; after: OpeningPosition | undefined; most: number },
  now: number,
): Promise<{ candidates: Candidate[]; reached: OpeningPosition | null }> {
  const { sql } = tx;
  const conditions = conditionsOf({
    ...{ tx, filter, now, reaches: [], from: sql`${from}`, to: to === null ? null : sql`${to}` },
  });
  const rows = await sql<(Candidate & { nth: number })[]>`
    WITH looked AS MATERIALIZED (
      SELECT o.* FROM opening o
      WHERE NOT o.busy AND o.visibility = 'public' AND o.service_type = 'GEN' AND ${conditions}
        ${after === undefined ? sql`` : sql`AND o.start_at >= ${after.startAt} AND (o.start_at, o.slot_id) > (${after.startAt}, ${after.slotId})`}
      ORDER BY o.start_at, o.slot_id LIMIT ${most})
    SELECT ${columns(tx)}, o.nth FROM (
      SELECT *, row_number() OVER (ORDER BY start_at, slot_id)::integer AS nth FROM looked) o
    WHERE o.nth = ${most} OR o.place_id IN (SELECT unnest(${[...placeIds]}::text[]))
    ORDER BY o.nth`;
  const last = rows.at(-1);
  const at = new Set(placeIds);
  return {
    candidates: rows.filter(({ placeId }) => at.has(placeId)),
    reached: last?.nth === most ? { startAt: last.startAt, slotId: last.slotId } : null,
  };
}

/**
 * So many first openings of each place that are free and of the filter, whoever's they are: professionals' own limits, and
 * whether they still work there, are for the domain to say of what is found. Two statements' work in one: an index scan of
 * opening_free_at_place for each place that stops at its limit (that it is worth stopping, PostgreSQL knows from the
 * statistics opening_whereabouts).
 */
export async function listAtPlaces(
  tx: ScopedTx,
  places: readonly AskedPlace[],
  filter: OpeningFilter,
  { from, to, each }: { from: number; to: number | null; each: number },
  now: number,
): Promise<Candidate[]> {
  if (places.length === 0 || filter.types.length === 0) return [];
  const { sql } = tx;
  const conditions = conditionsOf({
    ...{ tx, filter, now, reaches: [], from: sql`${from}`, to: to === null ? null : sql`${to}` },
  });
  const continued = places.some(({ after }) => after !== undefined);
  return sql<Candidate[]>`
    WITH asked AS MATERIALIZED (
      SELECT * FROM unnest(${places.map(({ establishmentId }) => establishmentId)}::text[],
        ${places.map(({ placeId }) => placeId)}::text[],
        ${places.map(({ after }) => (after === undefined ? "-infinity" : new Date(after.startAt).toISOString()))}::timestamptz[],
        ${places.map(({ after }) => after?.slotId ?? "")}::text[]) AS w(establishment_id, place_id, after_at, after_slot))
    SELECT ${columns(tx)}
    FROM asked w CROSS JOIN LATERAL (
      SELECT * FROM opening o
      WHERE o.establishment_id = w.establishment_id AND o.place_id = w.place_id
        ${continued ? sql`AND (o.start_at, o.slot_id) > (w.after_at, w.after_slot)` : sql``}
        AND ${conditions}
      ORDER BY o.start_at, o.slot_id LIMIT ${each}) o`;
}

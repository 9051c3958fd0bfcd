import type { ScopedTx } from "../../db/scope.ts";
import type { ServiceType } from "../../domain/opening.ts";
import type { AgendaRow } from "./agenda-store.ts";
import { conditionsOf } from "./search-conditions.ts";
import type { OpeningFilter } from "./search-conditions.ts";
import type { FreeOpening } from "./search-store.ts";

/** An agenda that is asked for its first opening. */
export interface NextAsked {
  agenda: AgendaRow;
  filter: OpeningFilter;
}

/**
 * The first free opening of each agenda, the soonest first: one statement for all agendas with the same filter, an index
 * scan of opening_free_of_professional for each that stops at its first row. IS TRUE: see search-store.ts.
 */
export async function listNextOpenings(
  tx: ScopedTx,
  asked: readonly NextAsked[],
  window: { from: number; to: number },
  now: number,
): Promise<{ opening: FreeOpening; agenda: AgendaRow }[]> {
  const alike = new Map<string, NextAsked[]>();
  for (const each of asked) {
    const key = JSON.stringify(each.filter);
    alike.set(key, [...(alike.get(key) ?? []), each]);
  }
  const found = await Promise.all([...alike.values()].map((group) => readFirsts(tx, group, window, now)));
  return found
    .flat()
    .sort(
      (a, b) => a.opening.startAt - b.opening.startAt || (a.agenda.professionalId < b.agenda.professionalId ? -1 : 1),
    );
}

interface FirstRow extends Omit<FreeOpening, "professionalId" | "placeId"> {
  place: number;
  serviceType: ServiceType;
}

async function readFirsts(
  tx: ScopedTx,
  asked: readonly NextAsked[],
  { from, to }: { from: number; to: number },
  now: number,
): Promise<{ opening: FreeOpening; agenda: AgendaRow }[]> {
  const [first] = asked;
  if (first === undefined) return [];
  const { sql } = tx;
  const { filter } = first;
  const conditions = conditionsOf({ tx, filter, from: sql`${from}`, to: sql`${to}`, reaches: [], now });
  const rows = await sql<FirstRow[]>`
    WITH agenda AS MATERIALIZED (
      SELECT w.establishment_id, w.professional_id, w.place_id, w.place::integer AS place
      FROM unnest(${asked.map(({ agenda }) => agenda.establishmentId)}::text[],
        ${asked.map(({ agenda }) => agenda.professionalId)}::text[],
        ${asked.map(({ agenda }) => agenda.placeId)}::text[]) WITH ORDINALITY
        AS w(establishment_id, professional_id, place_id, place))
    SELECT w.place, o.slot_id AS "slotId", o.start_at AS "startAt", o.end_at AS "endAt",
      o.service_type AS "serviceType", o.consultation_reasons AS "consultationReasons"
    FROM agenda w CROSS JOIN LATERAL (
      SELECT * FROM opening o
      WHERE o.establishment_id = w.establishment_id AND o.professional_id = w.professional_id
        AND (o.place_id = w.place_id) IS TRUE AND ${conditions}
      ORDER BY o.start_at, o.slot_id LIMIT 1) o`;
  return rows.flatMap(({ place, ...opening }) => {
    const agenda = asked[place - 1]?.agenda;
    if (agenda === undefined) return [];
    const { professionalId, placeId } = agenda;
    return [{ opening: { ...opening, professionalId, placeId }, agenda }];
  });
}

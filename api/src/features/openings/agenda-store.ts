import type { ScopedTx } from "../../db/scope.ts";
import type { Profession } from "../../domain/employee.ts";
import { placePosition } from "../../domain/place.ts";
import type { Coordinates } from "../../domain/place.ts";
import type { OfferedAgenda } from "../../domain/visibility.ts";
import { positionOfPostalCode } from "../../postal-codes.ts";
import { joinedLink, linkColumns, linkTimesOf } from "../machine-links/store.ts";
import type { LinkColumns } from "../machine-links/store.ts";

/** A professional at a place, with what an answer says of both. */
export interface AgendaRow extends OfferedAgenda, AgendaColumns {}

/** As the statement answers it. */
interface AgendaColumns extends Omit<OfferedAgenda, "position" | "link">, LinkColumns, Coordinates {
  establishmentId: string;
  postalCode: string;
  profession: Profession;
  professionalName: string;
  placeId: string;
  placeName: string;
}

/** Where the look-up begins; what is left out afterwards is the caller's to filter. */
export type AgendaSelection =
  | { by: "practiceNumber"; practiceNumber: string }
  | { by: "professional"; professionalIds: readonly string[] }
  | { by: "gmf"; gmfNumber: string }
  | { by: "place"; placeIds: readonly string[] }
  | { by: "agenda"; agendas: readonly { professionalId: string; placeId: string }[] };

/**
 * Those of the agendas that the scope may see, in order of professional and place.
 *
 * The planner cannot estimate what row-level security lets through and expects one row of every table, so it would read
 * all places to find one (measured: 3 ms for 10 places). Materialised steps and `LIMIT 1` look-ups say the order
 * instead: 0.2 ms for one professional, 0.4 ms for the 20 of a place.
 */
export async function listAgendas(tx: ScopedTx, selection: AgendaSelection): Promise<AgendaRow[]> {
  const known = asked.get(tx) ?? new Map<string, Promise<AgendaRow[]>>();
  asked.set(tx, known);
  const key = JSON.stringify(selection);
  const rows = known.get(key) ?? readAgendas(tx, selection);
  known.set(key, rows);
  return rows;
}

/** Searches that share a transaction (shared-read.ts) often ask for the same place. */
const asked = new WeakMap<ScopedTx, Map<string, Promise<AgendaRow[]>>>();

async function readAgendas(tx: ScopedTx, selection: AgendaSelection): Promise<AgendaRow[]> {
  const rows = await tx.sql<AgendaColumns[]>`
    WITH first AS MATERIALIZED (${firstStep(tx, selection)}), agenda AS MATERIALIZED (
      SELECT at.establishment_id, at.professional_id, at.place_id
      FROM first CROSS JOIN LATERAL (
        SELECT a.* FROM professional_place a WHERE a.establishment_id = first.establishment_id
          AND (first.professional_id IS NULL OR a.professional_id = first.professional_id)
          AND (first.place_id IS NULL OR a.place_id = first.place_id) OFFSET 0) at)
    SELECT a.establishment_id AS "establishmentId", a.professional_id AS "professionalId",
      p.display_name AS "professionalName", p.profession, p.practice_number AS "practiceNumber",
      p.departure_date AS "departureDate", p.max_weeks AS "maxWeeks", e.gmf_number AS "gmfNumber",
      a.place_id AS "placeId", true AS "worksHere", l.name AS "placeName", l.end_date AS "placeEndDate", l.time_zone AS "timeZone",
      l.display_mode AS "displayMode", l.mask_gmf AS "maskGmf", l.mask_gen AS "maskGen",
      l.latitude, l.longitude, l.postal_code AS "postalCode", ${linkColumns(tx)}
    FROM agenda a
    CROSS JOIN LATERAL (SELECT * FROM professional p
      WHERE p.establishment_id = a.establishment_id AND p.professional_id = a.professional_id LIMIT 1) p
    CROSS JOIN LATERAL (SELECT * FROM place l
      WHERE l.establishment_id = a.establishment_id AND l.place_id = a.place_id LIMIT 1) l
    CROSS JOIN LATERAL (SELECT * FROM establishment e WHERE e.establishment_id = a.establishment_id LIMIT 1) e
    ${joinedLink(tx)}
    ORDER BY a.professional_id, a.place_id`;
  return rows.map((row) => ({ ...row, position: placePosition(row, positionOfPostalCode), link: linkTimesOf(row) }));
}

function firstStep({ sql }: ScopedTx, selection: AgendaSelection) {
  switch (selection.by) {
    case "practiceNumber":
      return sql`SELECT establishment_id, professional_id, NULL::text AS place_id FROM professional
        WHERE practice_number = ${selection.practiceNumber}`;
    case "professional":
      return sql`SELECT establishment_id, professional_id, NULL::text AS place_id FROM professional
        WHERE professional_id = ANY (${[...selection.professionalIds]}::text[])`;
    case "gmf":
      return sql`SELECT establishment_id, NULL::text AS professional_id, NULL::text AS place_id FROM establishment
        WHERE gmf_number = ${selection.gmfNumber}`;
    case "place":
      return sql`SELECT establishment_id, NULL::text AS professional_id, place_id FROM place
        WHERE place_id = ANY (${[...selection.placeIds]}::text[])`;
    case "agenda":
      return sql`SELECT p.establishment_id, w.professional_id, w.place_id
        FROM unnest(${selection.agendas.map(({ professionalId }) => professionalId)}::text[],
          ${selection.agendas.map(({ placeId }) => placeId)}::text[]) AS w(professional_id, place_id)
        CROSS JOIN LATERAL (SELECT establishment_id FROM professional
          WHERE professional_id = w.professional_id LIMIT 1) p`;
  }
}

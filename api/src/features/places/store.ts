import type { ScopedTx } from "../../db/scope.ts";
import { refusal } from "../../domain/decision.ts";
import type { place } from "../../db/tables.ts";

export type PlaceRow = typeof place.$inferSelect;

/** Those of the places that the scope may see, in order of id. Read by every booking, hence prepared. */
export async function listPlacesById(tx: ScopedTx, placeIds: readonly string[]): Promise<PlaceRow[]> {
  if (placeIds.length === 0) return [];
  return tx.sql<PlaceRow[]>`
    SELECT establishment_id AS "establishmentId", place_id AS "placeId", name, abbreviation,
      ramq_number AS "ramqNumber", locality_code AS "localityCode", start_date AS "startDate", end_date AS "endDate",
      civic_number AS "civicNumber", street, suite, city, province, postal_code AS "postalCode", phone,
      time_zone AS "timeZone", display_mode AS "displayMode", mask_gmf AS "maskGmf", mask_gen AS "maskGen",
      cancellation_value AS "cancellationValue", cancellation_unit AS "cancellationUnit",
      no_show_message_enabled AS "noShowMessageEnabled", version, created_at AS "createdAt"
    FROM place WHERE place_id = ANY (${[...new Set(placeIds)]}::text[]) ORDER BY place_id`;
}

export async function findPlace(tx: ScopedTx, placeId: string): Promise<PlaceRow | undefined> {
  const [row] = await listPlacesById(tx, [placeId]);
  return row;
}

export async function getPlace(tx: ScopedTx, placeId: string): Promise<PlaceRow> {
  const row = await findPlace(tx, placeId);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

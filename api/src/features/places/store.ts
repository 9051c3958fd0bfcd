import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { ScopedTx } from "../../db/scope.ts";
import { machineLink, place } from "../../db/tables.ts";
import { refusal } from "../../domain/decision.ts";
import type { PlaceInformation, PlaceOptions } from "../../domain/place.ts";

export type PlaceRow = typeof place.$inferSelect;

/** Those of the places that the scope may see, in order of id. Read by every booking, hence prepared. */
export async function listPlacesById(tx: ScopedTx, placeIds: readonly string[]): Promise<PlaceRow[]> {
  if (placeIds.length === 0) return [];
  return tx.sql<PlaceRow[]>`
    SELECT establishment_id AS "establishmentId", place_id AS "placeId", name, abbreviation,
      ramq_number AS "ramqNumber", locality_code AS "localityCode", start_date AS "startDate", end_date AS "endDate",
      civic_number AS "civicNumber", street, suite, city, province, postal_code AS "postalCode", phone,
      latitude, longitude, time_zone AS "timeZone", display_mode AS "displayMode", mask_gmf AS "maskGmf", mask_gen AS "maskGen",
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

/** The place until the end of the transaction; who would change it or its link waits. */
export async function lockPlace(tx: ScopedTx, placeId: string): Promise<PlaceRow> {
  const [row] = await tx.db.select().from(place).where(eq(place.placeId, placeId)).for("update");
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

export interface PlaceFilter {
  establishmentId: string | undefined;
  /** Only these places; undefined: whatever the scope may see. */
  placeIds: readonly string[] | undefined;
}

/** A place and the machine linked with it. */
export interface LinkedPlaceRow {
  place: PlaceRow;
  machineId: string | null;
}

/** In order of id, after one. */
export async function listPlaces(
  tx: ScopedTx,
  filter: PlaceFilter,
  after: string,
  limit: number,
): Promise<LinkedPlaceRow[]> {
  const named = filter.placeIds === undefined ? undefined : inArray(place.placeId, [...filter.placeIds]);
  const within = filter.establishmentId === undefined ? undefined : eq(place.establishmentId, filter.establishmentId);
  return linkedPlaces(tx)
    .where(and(gt(place.placeId, after), named, within))
    .orderBy(asc(place.placeId))
    .limit(limit);
}

/** Whether there is anything in an agenda at this place: a slot, a hold or an appointment, past or to come. */
export async function hasAgenda(
  tx: ScopedTx,
  { establishmentId, placeId }: Pick<PlaceRow, "establishmentId" | "placeId">,
): Promise<boolean> {
  const [row] = await tx.sql<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM slot WHERE establishment_id = ${establishmentId} AND place_id = ${placeId})
      OR EXISTS (SELECT FROM hold WHERE establishment_id = ${establishmentId} AND place_id = ${placeId})
      OR EXISTS (SELECT FROM appointment WHERE establishment_id = ${establishmentId} AND place_id = ${placeId}) AS found`;
  return row?.found === true;
}

export async function getLinkedPlace(tx: ScopedTx, placeId: string): Promise<LinkedPlaceRow> {
  const [row] = await linkedPlaces(tx).where(eq(place.placeId, placeId));
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

function linkedPlaces(tx: ScopedTx) {
  return tx.db
    .select({ place, machineId: machineLink.machineId })
    .from(place)
    .leftJoin(
      machineLink,
      and(eq(machineLink.establishmentId, place.establishmentId), eq(machineLink.placeId, place.placeId)),
    );
}

export async function insertPlace(tx: ScopedTx, row: PlaceRow): Promise<void> {
  await tx.db.insert(place).values(row);
}

export async function updatePlaceInformation(
  tx: ScopedTx,
  { establishmentId, placeId, version }: Pick<PlaceRow, "establishmentId" | "placeId" | "version">,
  information: PlaceInformation,
): Promise<void> {
  await tx.db
    .update(place)
    .set({ ...information, version })
    .where(and(eq(place.establishmentId, establishmentId), eq(place.placeId, placeId)));
}

/** PLACE-22: of this place and no other. */
export async function updatePlaceOptions(
  tx: ScopedTx,
  row: Pick<PlaceRow, "establishmentId" | "placeId" | "version">,
  options: PlaceOptions,
): Promise<void> {
  await tx.db
    .update(place)
    .set({ ...optionColumns(options), version: row.version + 1 })
    .where(and(eq(place.establishmentId, row.establishmentId), eq(place.placeId, row.placeId)));
}

export function optionColumns(options: PlaceOptions) {
  return {
    displayMode: options.displayMode,
    maskGmf: options.maskProfessionalName.gmf,
    maskGen: options.maskProfessionalName.gen,
    cancellationValue: options.cancellationPolicy.value,
    cancellationUnit: options.cancellationPolicy.unit,
    noShowMessageEnabled: options.noShowMessageEnabled,
  };
}

/** A place as the search by distance knows it. */
export interface PlaceAddress {
  establishmentId: string;
  placeId: string;
  postalCode: string;
  latitude: number | null;
  longitude: number | null;
}

/**
 * Differs from what was read before as soon as a place is made or changed: a write moves the place's version by one,
 * and nothing deletes a place. One scan of the table.
 */
export async function placesState(tx: ScopedTx): Promise<string> {
  const [row] = await tx.sql<{ state: string }[]>`
    SELECT count(*) || ' ' || coalesce(sum(version), 0) AS state FROM place`;
  return row?.state ?? "";
}

/** Of every place that the scope may see, in order of id. */
export async function listPlaceAddresses(tx: ScopedTx): Promise<PlaceAddress[]> {
  return tx.sql<PlaceAddress[]>`
    SELECT establishment_id AS "establishmentId", place_id AS "placeId", postal_code AS "postalCode", latitude, longitude
    FROM place ORDER BY place_id`;
}

/** PLACE-05: where citizens go, and whom they call. */
export type PlaceWhereabouts = Pick<
  PlaceRow,
  "placeId" | "name" | "civicNumber" | "street" | "suite" | "city" | "province" | "postalCode" | "phone"
>;

/** Of these ids, those the scope may see. */
export async function listCitizenPlaces(
  tx: ScopedTx,
  placeIds: readonly string[],
): Promise<Map<string, PlaceWhereabouts>> {
  const rows = await tx.sql<PlaceWhereabouts[]>`
    SELECT place_id AS "placeId", name, civic_number AS "civicNumber", street, suite, city, province,
      postal_code AS "postalCode", phone
    FROM place WHERE place_id = ANY (${[...placeIds]}::text[])`;
  return new Map(rows.map((row) => [row.placeId, row]));
}

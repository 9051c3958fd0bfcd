import type { ScopedTx } from "../../db/scope.ts";
import type { AgendaFilter } from "../../domain/agenda-filter.ts";
import { refusal } from "../../domain/decision.ts";
import type { SlotContent } from "../../domain/slot.ts";

export interface SlotRow extends SlotContent {
  establishmentId: string;
  slotId: string;
  professionalId: string;
  version: number;
  createdAt: number;
  updatedAt: number;
}

/** What a cursor of a list of slots holds. */
export interface SlotPosition {
  startAt: number;
  slotId: string;
}

/** A slot stays within a local day (SLOT-03), which has 25 hours once a year: how far back a search by start must reach. */
const slotReachMs = 25 * 3_600_000;

export async function listSlotsById(tx: ScopedTx, slotIds: readonly string[]): Promise<SlotRow[]> {
  if (slotIds.length === 0) return [];
  return tx.sql<SlotRow[]>`
    SELECT ${slotColumns(tx)} FROM slot s
    WHERE s.establishment_id = ANY (${[...tx.establishments]}::text[]) AND s.slot_id = ANY (${[...slotIds]}::text[])`;
}

export async function getSlot(tx: ScopedTx, slotId: string): Promise<SlotRow> {
  const [row] = await listSlotsById(tx, [slotId]);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/** Those the reader may see that overlap a window, by start and id, after a position; `placeId` null: without a place. */
export async function listSlots(
  tx: ScopedTx,
  readable: AgendaFilter,
  filter: { professionalId?: string | undefined; placeId?: string | null | undefined; from?: number; to?: number },
  after: SlotPosition | undefined,
  limit: number,
): Promise<SlotRow[]> {
  const { sql } = tx;
  const { professionalId, placeId, from, to } = filter;
  const grants = readable.pairs;
  return sql<SlotRow[]>`
    SELECT ${slotColumns(tx)} FROM slot s
    WHERE s.establishment_id = ANY (${[...tx.establishments]}::text[])
      ${professionalId === undefined ? sql`` : sql`AND s.professional_id = ${professionalId}`}
      ${placeId === undefined ? sql`` : placeId === null ? sql`AND s.place_id IS NULL` : sql`AND s.place_id = ${placeId}`}
      ${from === undefined ? sql`` : sql`AND s.start_at > ${from - slotReachMs} AND s.end_at > ${from}`}
      ${to === undefined ? sql`` : sql`AND s.start_at < ${to}`}
      ${after === undefined ? sql`` : sql`AND (s.start_at, s.slot_id) > (${after.startAt}, ${after.slotId})`}
      AND (${readable.everything} OR s.professional_id = ANY (${readable.professionalIds}::text[])
        OR s.place_id = ANY (${readable.placeIds}::text[])
        OR (s.place_id IS NULL AND EXISTS (
          SELECT 1 FROM professional_place at WHERE at.establishment_id = s.establishment_id
            AND at.professional_id = s.professional_id AND at.place_id = ANY (${readable.placeIds}::text[])))
        OR EXISTS (
          SELECT 1 FROM unnest(${grants.map((pair) => pair.professionalId)}::text[],
            ${grants.map((pair) => pair.placeId)}::text[]) AS g(professional_id, place_id)
          WHERE g.professional_id = s.professional_id AND (s.place_id IS NULL OR g.place_id = s.place_id)))
    ORDER BY s.start_at, s.slot_id LIMIT ${limit}`;
}

/** Every slot of a professional that starts in a stretch, by start and id. */
export async function listSlotsStartingIn(
  tx: ScopedTx,
  { establishmentId, professionalId }: { establishmentId: string; professionalId: string },
  { startAt, endAt }: { startAt: number; endAt: number },
): Promise<SlotRow[]> {
  return tx.sql<SlotRow[]>`
    SELECT ${slotColumns(tx)} FROM slot s
    WHERE s.establishment_id = ${establishmentId} AND s.professional_id = ${professionalId}
      AND s.start_at >= ${startAt} AND s.start_at < ${endAt}
    ORDER BY s.start_at, s.slot_id`;
}

/**
 * All of them in one statement. Measured for 1,000 rows: arrays of text through unnest beat jsonb_to_recordset, and a
 * list in a column travels as an array literal because arrays of arrays must be rectangular.
 */
export async function insertSlots(tx: ScopedTx, rows: readonly SlotRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql`
    INSERT INTO slot (establishment_id, slot_id, professional_id, start_at, end_at, place_id, visibility, open_from,
      service_type, duration_minutes, service_ids, consultation_reasons, version, created_at, updated_at)
    SELECT establishment_id, slot_id, professional_id, start_at, end_at, place_id, visibility, open_from,
      service_type, duration_minutes, service_ids::text[], consultation_reasons::text[], version, created_at, updated_at
    FROM ${records(tx, rows)}`;
}

export async function updateSlots(tx: ScopedTx, rows: readonly SlotRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql`
    UPDATE slot s SET start_at = r.start_at, end_at = r.end_at, place_id = r.place_id, visibility = r.visibility,
      open_from = r.open_from, service_type = r.service_type, duration_minutes = r.duration_minutes,
      service_ids = r.service_ids::text[], consultation_reasons = r.consultation_reasons::text[], version = r.version,
      updated_at = r.updated_at
    FROM ${records(tx, rows)} WHERE s.establishment_id = r.establishment_id AND s.slot_id = r.slot_id`;
}

/** Their openings go with them (the foreign key cascades). */
export async function deleteSlots(
  tx: ScopedTx,
  rows: readonly Pick<SlotRow, "establishmentId" | "slotId">[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql`
    DELETE FROM slot s
    USING unnest(${rows.map((row) => row.establishmentId)}::text[], ${rows.map((row) => row.slotId)}::text[])
      AS r(establishment_id, slot_id)
    WHERE s.establishment_id = r.establishment_id AND s.slot_id = r.slot_id`;
}

export function slotColumns({ sql }: ScopedTx) {
  return sql`
    s.establishment_id AS "establishmentId", s.slot_id AS "slotId", s.professional_id AS "professionalId",
    s.start_at AS "startAt", s.end_at AS "endAt", s.place_id AS "placeId", s.visibility, s.open_from AS "openFrom",
    s.service_type AS "serviceType", s.duration_minutes AS "durationMinutes", s.service_ids AS "serviceIds",
    s.consultation_reasons AS "consultationReasons", s.version, s.created_at AS "createdAt",
    s.updated_at AS "updatedAt"`;
}

function records({ sql }: ScopedTx, rows: readonly SlotRow[]) {
  const texts = (value: (row: SlotRow) => string | null) => rows.map(value);
  const instants = (value: (row: SlotRow) => number | null) =>
    rows.map((row) => {
      const at = value(row);
      return at === null ? null : new Date(at).toISOString();
    });
  const numbers = (value: (row: SlotRow) => number | null) =>
    rows.map((row) => {
      const number = value(row);
      return number === null ? null : String(number);
    });
  return sql`unnest(
    ${texts((row) => row.establishmentId)}::text[], ${texts((row) => row.slotId)}::text[],
    ${texts((row) => row.professionalId)}::text[], ${instants((row) => row.startAt)}::timestamptz[],
    ${instants((row) => row.endAt)}::timestamptz[], ${texts((row) => row.placeId)}::text[],
    ${texts((row) => row.visibility)}::text[], ${instants((row) => row.openFrom)}::timestamptz[],
    ${texts((row) => row.serviceType)}::text[], ${numbers((row) => row.durationMinutes)}::integer[],
    ${texts((row) => arrayLiteral(row.serviceIds))}::text[],
    ${texts((row) => arrayLiteral(row.consultationReasons))}::text[], ${numbers((row) => row.version)}::integer[],
    ${instants((row) => row.createdAt)}::timestamptz[], ${instants((row) => row.updatedAt)}::timestamptz[])
    AS r(establishment_id, slot_id, professional_id, start_at, end_at, place_id, visibility, open_from, service_type,
      duration_minutes, service_ids, consultation_reasons, version, created_at, updated_at)`;
}

/** Ids and reason codes are plain words: no quoting is needed inside the braces. */
function arrayLiteral(words: readonly string[]): string {
  return `{${words.join(",")}}`;
}

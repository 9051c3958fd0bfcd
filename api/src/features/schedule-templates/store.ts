import type { ScopedTx } from "../../db/scope.ts";
import { refusal } from "../../domain/decision.ts";
import type { TemplateContent } from "../../domain/schedule-template.ts";
import type { ServiceTriple } from "../../domain/service.ts";
import type { TimeZone } from "../../domain/time.ts";

/** `professionalIds` are those who still work at the place: who has left or moved is no longer told of (EMP-19). */
export interface TemplateRow extends TemplateContent {
  establishmentId: string;
  templateId: string;
  placeId: string;
  version: number;
  createdAt: number;
}

/** Today, `YYYY-MM-DD`, in each zone. */
export type Today = Readonly<Record<TimeZone, string>>;

export interface TemplateFilter {
  /** Undefined: at every place. */
  placeIds: readonly string[] | undefined;
  placeId: string | undefined;
  /** TPL-40: those that list this professional. */
  professionalId: string | undefined;
}

/** In order of id, after one. */
export async function listTemplates(
  tx: ScopedTx,
  today: Today,
  { placeIds, placeId, professionalId }: TemplateFilter,
  after: string,
  limit: number,
): Promise<TemplateRow[]> {
  const { sql } = tx;
  return sql<TemplateRow[]>`
    SELECT * FROM (${templates(tx, today)}) t
    WHERE "templateId" > ${after}
      ${placeIds === undefined ? sql`` : sql`AND "placeId" = ANY (${[...placeIds]}::text[])`}
      ${placeId === undefined ? sql`` : sql`AND "placeId" = ${placeId}`}
      ${professionalId === undefined ? sql`` : sql`AND ${professionalId} = ANY ("professionalIds")`}
    ORDER BY "templateId" LIMIT ${limit}`;
}

export async function findTemplate(tx: ScopedTx, today: Today, templateId: string): Promise<TemplateRow | undefined> {
  const [row] = await tx.sql<TemplateRow[]>`
    SELECT * FROM (${templates(tx, today)}) t WHERE "templateId" = ${templateId}`;
  return row;
}

export async function getTemplate(tx: ScopedTx, today: Today, templateId: string): Promise<TemplateRow> {
  const row = await findTemplate(tx, today, templateId);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/** The template until the end of the transaction; who would change it waits, and reads it again. */
export async function lockTemplate(tx: ScopedTx, today: Today, templateId: string): Promise<TemplateRow> {
  await tx.sql`
    SELECT FROM schedule_template
    WHERE establishment_id = ANY (${[...tx.establishments]}::text[]) AND template_id = ${templateId} FOR UPDATE`;
  return getTemplate(tx, today, templateId);
}

/** TPL-35: the place's template of this name. */
export async function findTemplateNamed(
  tx: ScopedTx,
  { establishmentId, placeId, name }: Pick<TemplateRow, "establishmentId" | "placeId" | "name">,
): Promise<string | undefined> {
  const [row] = await tx.sql<{ templateId: string }[]>`
    SELECT template_id AS "templateId" FROM schedule_template
    WHERE establishment_id = ${establishmentId} AND place_id = ${placeId} AND name = ${name}`;
  return row?.templateId;
}

export async function insertTemplate(tx: ScopedTx, row: TemplateRow): Promise<void> {
  const { establishmentId, templateId, placeId, name, version, createdAt } = row;
  await tx.sql`
    INSERT INTO schedule_template (establishment_id, template_id, place_id, name, professions, professional_ids, slots,
      version, created_at)
    VALUES (${establishmentId}, ${templateId}, ${placeId}, ${name}, ${[...row.professions]}::text[],
      ${[...row.professionalIds]}::text[], ${slotsOf(tx, row)}, ${version}, ${new Date(createdAt).toISOString()})`;
}

/**
 * TPL-41. A row does not tell of who is away (EMP-18: their data stay): unless the list is one of the `changed` fields, it
 * stays as it is kept, and who comes back is in the template again.
 */
export async function updateTemplate(tx: ScopedTx, row: TemplateRow, changed: readonly string[]): Promise<void> {
  const { sql } = tx;
  const listed = changed.includes("professionalIds");
  await sql`
    UPDATE schedule_template SET name = ${row.name}, professions = ${[...row.professions]}::text[],
      ${listed ? sql`professional_ids = ${[...row.professionalIds]}::text[],` : sql``}
      slots = ${slotsOf(tx, row)}, version = ${row.version}
    WHERE establishment_id = ${row.establishmentId} AND template_id = ${row.templateId}`;
}

export async function deleteTemplate(tx: ScopedTx, row: TemplateRow): Promise<void> {
  await tx.sql`
    DELETE FROM schedule_template
    WHERE establishment_id = ${row.establishmentId} AND template_id = ${row.templateId}`;
}

/** TPL-28: what those who work at a place offer there, each once. */
export async function listOfferedAt(
  tx: ScopedTx,
  { establishmentId, placeId }: { establishmentId: string; placeId: string },
  today: string,
): Promise<ServiceTriple[]> {
  return tx.sql<ServiceTriple[]>`
    SELECT DISTINCT s.type, s.consultation_reason AS "consultationReason", s.duration_minutes AS "durationMinutes"
    FROM professional_place at
    JOIN professional p USING (establishment_id, professional_id)
    JOIN service s USING (establishment_id, professional_id)
    WHERE at.establishment_id = ${establishmentId} AND at.place_id = ${placeId} AND s.active
      AND (p.departure_date IS NULL OR p.departure_date >= ${today})`;
}

function templates({ sql, establishments }: ScopedTx, today: Today) {
  return sql`
    SELECT t.establishment_id AS "establishmentId", t.template_id AS "templateId", t.place_id AS "placeId", t.name,
      t.professions, t.slots, t.version, t.created_at AS "createdAt", ARRAY(
        SELECT p.professional_id FROM professional p JOIN professional_place at USING (establishment_id, professional_id)
        WHERE p.establishment_id = t.establishment_id AND p.professional_id = ANY (t.professional_ids)
          AND at.place_id = t.place_id
          AND (p.departure_date IS NULL OR p.departure_date >= (${sql.json(today)}::jsonb ->> l.time_zone)::date)
        ORDER BY p.professional_id) AS "professionalIds"
    FROM schedule_template t JOIN place l USING (establishment_id, place_id)
    WHERE t.establishment_id = ANY (${[...establishments]}::text[])`;
}

function slotsOf({ sql }: ScopedTx, { slots }: TemplateContent) {
  return sql.json(slots.map((slot) => ({ ...slot, services: slot.services.map((service) => ({ ...service })) })));
}

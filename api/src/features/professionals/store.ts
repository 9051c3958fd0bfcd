import { and, eq, isNull } from "drizzle-orm";
import type postgres from "postgres";
import type { ScopedTx } from "../../db/scope.ts";
import { employee, professional, professionalPlace } from "../../db/tables.ts";
import type { AgendaFilter } from "../../domain/agenda-filter.ts";
import { refusal } from "../../domain/decision.ts";
import type { Profession } from "../../domain/employee.ts";

/** What rules need to know of a professional. */
export interface ProfessionalFacts {
  establishmentId: string;
  professionalId: string;
  /** Null for a team. */
  employeeId: string | null;
  displayName: string;
  practiceNumber: string | null;
  profession: Profession;
  /** Persons seen at once: 1, or a team's number of seats. */
  capacity: number;
  limitFutureBooking: boolean;
  /** OPT-02: present if and only if limitFutureBooking. */
  maxWeeks: number | null;
  /** `YYYY-MM-DD`, the last day; null while nobody leaves. */
  departureDate: string | null;
  version: number;
  /** Where they work, in order of id. */
  placeIds: string[];
}

/** Those of the professionals that the scope may see, in order of id. Read by every booking, hence prepared. */
export async function listProfessionalsById(
  tx: ScopedTx,
  professionalIds: readonly string[],
): Promise<ProfessionalFacts[]> {
  if (professionalIds.length === 0) return [];
  return tx.sql<ProfessionalFacts[]>`
    SELECT ${facts(tx)} FROM professional p WHERE p.professional_id = ANY (${[...new Set(professionalIds)]}::text[])
    ORDER BY p.professional_id`;
}

/** SEARCH-05: the professions of an establishment's professionals. */
export async function listProfessionsOf(tx: ScopedTx, establishmentId: string): Promise<Profession[]> {
  const rows = await tx.sql<{ profession: Profession }[]>`
    SELECT DISTINCT profession FROM professional WHERE establishment_id = ${establishmentId} ORDER BY profession`;
  return rows.map(({ profession }) => profession);
}

export interface ProfessionalFilter {
  establishmentId: string | undefined;
  practiceNumber: string | undefined;
  /** Those who work at one of these places; undefined: wherever they work. */
  placeIds: readonly string[] | undefined;
  /** EMP-19: today by time zone; who left before it, at the first of their places, is left out. */
  today: Readonly<Record<string, string>>;
  professionalIds?: readonly string[];
  /** VIEW-05: a fragment of the name, whatever its accents, capitals and hyphens. */
  name?: string | undefined;
  /** PERM-16: those of whom it lets something be read, at one of `placeIds`; absent: whoever the scope may see. */
  readable?: AgendaFilter | undefined;
  /** EMP-16: who has a slot or an appointment at a place in this time counts there too, without working there any more. */
  busyIn?: { startAt: number; endAt: number };
}

/** In order of id, after one. */
export async function listProfessionals(
  tx: ScopedTx,
  filter: ProfessionalFilter,
  after: string,
  limit: number,
): Promise<ProfessionalFacts[]> {
  const { sql } = tx;
  const [establishmentId, practiceNumber] = [filter.establishmentId ?? null, filter.practiceNumber ?? null];
  const { name, professionalIds } = filter;
  return sql<ProfessionalFacts[]>`
    SELECT ${facts(tx)} FROM professional p
    WHERE p.professional_id > ${after}
      AND (${establishmentId}::text IS NULL OR p.establishment_id = ${establishmentId})
      AND (${practiceNumber}::text IS NULL OR p.practice_number = ${practiceNumber})
      ${professionalIds === undefined ? sql`` : sql`AND p.professional_id = ANY (${[...professionalIds]}::text[])`}
      ${name === undefined ? sql`` : sql`AND strpos(${plain(tx, sql`p.display_name`)}, ${plain(tx, sql`${name}::text`)}) > 0`}
      ${isSomewhere(tx, filter)}
      AND (p.departure_date IS NULL OR p.departure_date >= (${tx.sql.json(filter.today)}::jsonb ->> coalesce((
        SELECT l.time_zone FROM professional_place w JOIN place l USING (establishment_id, place_id)
        WHERE w.establishment_id = p.establishment_id AND w.professional_id = p.professional_id
        ORDER BY w.place_id LIMIT 1), 'America/Toronto'))::date)
    ORDER BY p.professional_id LIMIT ${limit}`;
}

/**
 * A name as it is looked for. Accents are taken off before capitals are made small, so that the letters are ASCII whatever
 * the database's locale. Names are too few to keep this in a column.
 */
function plain({ sql }: ScopedTx, text: postgres.PendingQuery<postgres.Row[]>) {
  return sql`lower(replace(replace(translate(regexp_replace(normalize(${text}, NFD), '[\\u0300-\\u036f]', '', 'g'),
    '-‐‑–''’', '      '), 'œ', 'oe'), 'Œ', 'oe'))`;
}

/** Where they work, or are busy: at one of the places, and so that the reader may see it. */
function isSomewhere({ sql }: ScopedTx, { placeIds, readable, busyIn }: ProfessionalFilter) {
  if (placeIds === undefined && readable === undefined) return sql``;
  const places = placeIds === undefined ? null : [...placeIds];
  const { everything = true, professionalIds = [], placeIds: readablePlaces = [], pairs = [] } = readable ?? {};
  const theirs = sql`(${everything} OR p.professional_id = ANY (${professionalIds}::text[]))`;
  const busy =
    busyIn &&
    sql`UNION ALL SELECT s.place_id FROM slot s
        WHERE s.establishment_id = p.establishment_id AND s.professional_id = p.professional_id
          AND s.start_at > ${busyIn.startAt - busyReachMs} AND s.start_at < ${busyIn.endAt} AND s.end_at > ${busyIn.startAt}
      UNION ALL SELECT a.place_id FROM appointment a
        WHERE a.establishment_id = p.establishment_id AND a.professional_id = p.professional_id AND a.status = 'active'
          AND a.start_at > ${busyIn.startAt - busyReachMs} AND a.start_at < ${busyIn.endAt} AND a.end_at > ${busyIn.startAt}`;
  return sql`AND ((${places}::text[] IS NULL AND ${theirs}) OR EXISTS (
    SELECT FROM (
      SELECT w.place_id FROM professional_place w
      WHERE w.establishment_id = p.establishment_id AND w.professional_id = p.professional_id
      ${busy ?? sql``}) at
    WHERE (${places}::text[] IS NULL OR at.place_id = ANY (${places}::text[]))
      AND (${theirs} OR at.place_id = ANY (${readablePlaces}::text[]) OR EXISTS (
        SELECT FROM unnest(${pairs.map((pair) => pair.professionalId)}::text[],
          ${pairs.map((pair) => pair.placeId)}::text[]) AS g(professional_id, place_id)
        WHERE g.professional_id = p.professional_id AND g.place_id = at.place_id))))`;
}

/** Slots and appointments begin at most so long before they end: a local day has 25 hours once a year. */
const busyReachMs = 25 * 3_600_000;

export async function findProfessional(tx: ScopedTx, professionalId: string): Promise<ProfessionalFacts | undefined> {
  const [facts] = await listProfessionalsById(tx, [professionalId]);
  return facts;
}

export async function getProfessional(tx: ScopedTx, professionalId: string): Promise<ProfessionalFacts> {
  const facts = await findProfessional(tx, professionalId);
  if (facts === undefined) throw refusal("NOT_FOUND");
  return facts;
}

/** The professional until the end of the transaction; who would change them waits. */
export async function lockProfessional(tx: ScopedTx, professionalId: string): Promise<ProfessionalFacts> {
  await tx.sql`SELECT FROM professional WHERE professional_id = ${professionalId} FOR UPDATE`;
  return getProfessional(tx, professionalId);
}

/** Undefined without such an employee; `professionalId` is null for one who is no professional (EMP-20). */
export async function findProfessionalOfEmployee(
  tx: ScopedTx,
  employeeId: string,
): Promise<{ establishmentId: string; professionalId: string | null } | undefined> {
  const [row] = await tx.db
    .select({ establishmentId: employee.establishmentId, professionalId: professional.professionalId })
    .from(employee)
    .leftJoin(
      professional,
      and(eq(professional.establishmentId, employee.establishmentId), eq(professional.employeeId, employee.employeeId)),
    )
    .where(and(eq(employee.employeeId, employeeId), isNull(employee.deletedAt)));
  return row;
}

/** EMP-21: whether their record is still there; a team has none to lose. Their agenda stays without it. */
export async function hasRecord(tx: ScopedTx, professional: ProfessionalFacts): Promise<boolean> {
  return (await withRecord(tx, [professional])).length > 0;
}

/** hasRecord of many: those of whom it holds. */
export async function withRecord(
  tx: ScopedTx,
  professionals: readonly ProfessionalFacts[],
): Promise<ProfessionalFacts[]> {
  const employeeIds = professionals.flatMap(({ employeeId }) => employeeId ?? []);
  if (employeeIds.length === 0) return [...professionals];
  const rows = await tx.sql<{ employeeId: string }[]>`
    SELECT employee_id AS "employeeId" FROM employee
    WHERE establishment_id = ANY (${professionals.map(({ establishmentId }) => establishmentId)}::text[])
      AND employee_id = ANY (${employeeIds}::text[]) AND deleted_at IS NULL`;
  const recorded = new Set(rows.map(({ employeeId }) => employeeId));
  return professionals.filter(({ employeeId }) => employeeId === null || recorded.has(employeeId));
}

export async function updateProfessionalOptions(
  tx: ScopedTx,
  row: Pick<ProfessionalFacts, "establishmentId" | "professionalId" | "limitFutureBooking" | "maxWeeks" | "version">,
): Promise<void> {
  const { establishmentId, professionalId, limitFutureBooking, maxWeeks, version } = row;
  await tx.db
    .update(professional)
    .set({ limitFutureBooking, maxWeeks, version })
    .where(and(eq(professional.establishmentId, establishmentId), eq(professional.professionalId, professionalId)));
}

/** EMP-15, EMP-18: where the professional works from now on, and until when. */
export async function updateEmployment(
  tx: ScopedTx,
  row: Pick<ProfessionalFacts, "establishmentId" | "professionalId" | "departureDate" | "version" | "placeIds">,
): Promise<void> {
  const { establishmentId, professionalId, departureDate, version, placeIds } = row;
  const { professionalId: id, establishmentId: of } = professionalPlace;
  await tx.db
    .update(professional)
    .set({ departureDate, version })
    .where(and(eq(professional.establishmentId, establishmentId), eq(professional.professionalId, professionalId)));
  await tx.db.delete(professionalPlace).where(and(eq(of, establishmentId), eq(id, professionalId)));
  await insertPlaces(tx, { establishmentId, professionalId, placeIds });
}

export async function insertProfessional(tx: ScopedTx, row: ProfessionalFacts, createdAt: number): Promise<void> {
  const { placeIds, ...columns } = row;
  const { establishmentId, professionalId } = row;
  await tx.db.insert(professional).values({ ...columns, createdAt });
  await insertPlaces(tx, { establishmentId, professionalId, placeIds });
}

async function insertPlaces(
  tx: ScopedTx,
  {
    establishmentId,
    professionalId,
    placeIds,
  }: Pick<ProfessionalFacts, "establishmentId" | "professionalId" | "placeIds">,
): Promise<void> {
  if (placeIds.length === 0) return;
  await tx.db
    .insert(professionalPlace)
    .values(placeIds.map((placeId) => ({ establishmentId, professionalId, placeId })));
}

function facts(tx: ScopedTx) {
  return tx.sql`p.establishment_id AS "establishmentId", p.professional_id AS "professionalId",
    p.employee_id AS "employeeId", p.display_name AS "displayName", p.practice_number AS "practiceNumber",
    p.profession, p.capacity, p.limit_future_booking AS "limitFutureBooking", p.max_weeks AS "maxWeeks",
    p.departure_date AS "departureDate", p.version,
    ARRAY(SELECT at.place_id FROM professional_place at
      WHERE at.establishment_id = p.establishment_id AND at.professional_id = p.professional_id
      ORDER BY at.place_id) AS "placeIds"`;
}

import { and, eq } from "drizzle-orm";
import type { ScopedTx } from "../../db/scope.ts";
import { employee, professional, professionalPlace } from "../../db/tables.ts";
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

export interface ProfessionalFilter {
  establishmentId: string | undefined;
  practiceNumber: string | undefined;
  /** Those who work at one of these places; undefined: wherever they work. */
  placeIds: readonly string[] | undefined;
  /** EMP-19: today by time zone; who left before it, at the first of their places, is left out. */
  today: Readonly<Record<string, string>>;
}

/** In order of id, after one. */
export async function listProfessionals(
  tx: ScopedTx,
  filter: ProfessionalFilter,
  after: string,
  limit: number,
): Promise<ProfessionalFacts[]> {
  const [establishmentId, practiceNumber] = [filter.establishmentId ?? null, filter.practiceNumber ?? null];
  const places = filter.placeIds === undefined ? null : [...filter.placeIds];
  return tx.sql<ProfessionalFacts[]>`
    SELECT ${facts(tx)} FROM professional p
    WHERE p.professional_id > ${after}
      AND (${establishmentId}::text IS NULL OR p.establishment_id = ${establishmentId})
      AND (${practiceNumber}::text IS NULL OR p.practice_number = ${practiceNumber})
      AND (${places}::text[] IS NULL OR EXISTS (
        SELECT FROM professional_place w WHERE w.establishment_id = p.establishment_id
          AND w.professional_id = p.professional_id AND w.place_id = ANY (${places}::text[])))
      AND (p.departure_date IS NULL OR p.departure_date >= (${tx.sql.json(filter.today)}::jsonb ->> coalesce((
        SELECT l.time_zone FROM professional_place w JOIN place l USING (establishment_id, place_id)
        WHERE w.establishment_id = p.establishment_id AND w.professional_id = p.professional_id
        ORDER BY w.place_id LIMIT 1), 'America/Toronto'))::date)
    ORDER BY p.professional_id LIMIT ${limit}`;
}

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
    .where(eq(employee.employeeId, employeeId));
  return row;
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

export async function insertProfessional(tx: ScopedTx, row: ProfessionalFacts, createdAt: number): Promise<void> {
  const { placeIds, ...columns } = row;
  const { establishmentId, professionalId } = row;
  await tx.db.insert(professional).values({ ...columns, createdAt });
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

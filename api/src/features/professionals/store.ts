import type { ScopedTx } from "../../db/scope.ts";
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
    SELECT p.establishment_id AS "establishmentId", p.professional_id AS "professionalId",
      p.employee_id AS "employeeId", p.display_name AS "displayName", p.practice_number AS "practiceNumber",
      p.profession, p.capacity, p.limit_future_booking AS "limitFutureBooking", p.max_weeks AS "maxWeeks",
      p.departure_date AS "departureDate", p.version,
      ARRAY(SELECT at.place_id FROM professional_place at
        WHERE at.establishment_id = p.establishment_id AND at.professional_id = p.professional_id
        ORDER BY at.place_id) AS "placeIds"
    FROM professional p WHERE p.professional_id = ANY (${[...new Set(professionalIds)]}::text[])
    ORDER BY p.professional_id`;
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

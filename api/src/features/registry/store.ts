import type { ScopedTx } from "../../db/scope.ts";
import type { Registration } from "../../domain/registration.ts";

/** The sandbox's registry of invented insured persons. */
export interface PersonRow {
  nam_index: string;
  nam_encrypted: Uint8Array;
  first_name: string;
  last_name: string;
  sex: "F" | "M";
  birth_date: string;
  eligible: boolean;
  registration: Registration | null;
}

function persons({ sql }: ScopedTx) {
  return sql`
    SELECT p.*, CASE WHEN r.nam_index IS NOT NULL THEN jsonb_build_object('practiceNumber', r.practice_number,
        'delegatedPracticeNumber', r.delegated_practice_number, 'gmfNumber', r.gmf_number,
        'placeNumber', r.place_number, 'endDate', r.end_date, 'gmfEndDate', r.gmf_end_date,
        'placeEndDate', r.place_end_date) END AS registration
    FROM registry_person p LEFT JOIN registry_registration r USING (nam_index)`;
}

/** Those of the numbers that are known, by blind index. */
export async function findPersons(tx: ScopedTx, namIndexes: readonly string[]): Promise<Map<string, PersonRow>> {
  const rows = await tx.sql<PersonRow[]>`
    ${persons(tx)} WHERE nam_index = ANY (${[...namIndexes]}::text[])`;
  return new Map(rows.map((row) => [row.nam_index, row]));
}

export async function listPersons(tx: ScopedTx, after: string, limit: number): Promise<PersonRow[]> {
  return tx.sql<PersonRow[]>`
    ${persons(tx)} WHERE nam_index > ${after} ORDER BY nam_index LIMIT ${limit}`;
}

/** Replaces what was known of a person, registration included. */
export async function putPerson(tx: ScopedTx, row: PersonRow): Promise<void> {
  await tx.sql`
    INSERT INTO registry_person (nam_index, nam_encrypted, first_name, last_name, sex, birth_date, eligible)
    VALUES (${row.nam_index}, ${row.nam_encrypted}, ${row.first_name}, ${row.last_name}, ${row.sex}, ${row.birth_date},
      ${row.eligible})
    ON CONFLICT (nam_index) DO UPDATE
    SET first_name = excluded.first_name, last_name = excluded.last_name, sex = excluded.sex,
        birth_date = excluded.birth_date, eligible = excluded.eligible`;
  await tx.sql`DELETE FROM registry_registration WHERE nam_index = ${row.nam_index}`;
  const { registration } = row;
  if (registration === null) return;
  await tx.sql`
    INSERT INTO registry_registration (nam_index, practice_number, delegated_practice_number, gmf_number, place_number,
      end_date, gmf_end_date, place_end_date)
    VALUES (${row.nam_index}, ${registration.practiceNumber}, ${registration.delegatedPracticeNumber},
      ${registration.gmfNumber}, ${registration.placeNumber}, ${registration.endDate}, ${registration.gmfEndDate},
      ${registration.placeEndDate})`;
}

import type { ScopedTx } from "../../db/scope.ts";

/** The sandbox's registry of invented insured persons. */
export interface PersonRow {
  nam_index: string;
  nam_encrypted: Uint8Array;
  first_name: string;
  last_name: string;
  sex: "F" | "M";
  birth_date: string;
  eligible: boolean;
  practice_number: string | null;
  gmf_number: string | null;
}

/** Those of the numbers that are known, by blind index. */
export async function findPersons(tx: ScopedTx, namIndexes: readonly string[]): Promise<Map<string, PersonRow>> {
  const rows = await tx.sql<PersonRow[]>`
    SELECT p.*, r.practice_number, r.gmf_number
    FROM registry_person p LEFT JOIN registry_registration r USING (nam_index)
    WHERE nam_index = ANY (${[...namIndexes]}::text[])`;
  return new Map(rows.map((row) => [row.nam_index, row]));
}

export async function listPersons(tx: ScopedTx, after: string, limit: number): Promise<PersonRow[]> {
  return tx.sql<PersonRow[]>`
    SELECT p.*, r.practice_number, r.gmf_number
    FROM registry_person p LEFT JOIN registry_registration r USING (nam_index)
    WHERE nam_index > ${after} ORDER BY nam_index LIMIT ${limit}`;
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
  if (row.practice_number === null) return;
  await tx.sql`
    INSERT INTO registry_registration (nam_index, practice_number, gmf_number)
    VALUES (${row.nam_index}, ${row.practice_number}, ${row.gmf_number})`;
}

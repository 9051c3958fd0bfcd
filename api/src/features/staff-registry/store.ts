import type { ScopedTx } from "../../db/scope.ts";
import type { LookupIdentifier, RegisteredPerson } from "../../domain/employee.ts";

/** The sandbox's registry of invented staff; who has no password does not sign in (AUTH-02). */
export interface StaffRow extends RegisteredPerson {
  passwordHash: string | null;
}

export async function findStaff(tx: ScopedTx, by: LookupIdentifier, value: string): Promise<StaffRow | undefined> {
  const [row] = await tx.sql<StaffRow[]>`
    SELECT ${columns(tx)} FROM registry_staff WHERE ${tx.sql(columnOf[by])} = ${value}`;
  return row;
}

const columnOf: Readonly<Record<LookupIdentifier, string>> = {
  ramqIdentifier: "ramq_identifier",
  practiceNumber: "practice_number",
  pseudonym: "pseudonym",
};

/** In order of RAMQ identifier, after one. */
export async function listStaff(tx: ScopedTx, after: string, limit: number): Promise<StaffRow[]> {
  return tx.sql<StaffRow[]>`
    SELECT ${columns(tx)} FROM registry_staff WHERE ramq_identifier > ${after} ORDER BY ramq_identifier LIMIT ${limit}`;
}

/** Replaces what was known of a person, but for a password when none is given; two never share an identifier. */
export async function putStaff(tx: ScopedTx, row: StaffRow): Promise<void> {
  await tx.sql`
    UPDATE registry_staff
    SET pseudonym = nullif(pseudonym, ${row.pseudonym}), practice_number = nullif(practice_number, ${row.practiceNumber})
    WHERE ramq_identifier <> ${row.ramqIdentifier}
      AND (pseudonym = ${row.pseudonym} OR practice_number = ${row.practiceNumber})`;
  await tx.sql`
    INSERT INTO registry_staff (ramq_identifier, pseudonym, first_name, last_name, practice_number, password_hash)
    VALUES (${row.ramqIdentifier}, ${row.pseudonym}, ${row.firstName}, ${row.lastName}, ${row.practiceNumber},
      ${row.passwordHash})
    ON CONFLICT (ramq_identifier) DO UPDATE
    SET pseudonym = excluded.pseudonym, first_name = excluded.first_name, last_name = excluded.last_name,
        practice_number = excluded.practice_number,
        password_hash = coalesce(excluded.password_hash, registry_staff.password_hash)`;
}

function columns(tx: ScopedTx) {
  return tx.sql`ramq_identifier AS "ramqIdentifier", pseudonym, first_name AS "firstName", last_name AS "lastName",
    practice_number AS "practiceNumber", password_hash AS "passwordHash"`;
}

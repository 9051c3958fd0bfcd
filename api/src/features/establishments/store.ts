import { and, asc, eq, gt } from "drizzle-orm";
import type { ScopedTx } from "../../db/scope.ts";
import { refusal } from "../../domain/decision.ts";
import type { EstablishmentInformation } from "../../domain/establishment.ts";
import { establishment } from "../../db/tables.ts";

export type EstablishmentRow = typeof establishment.$inferSelect;

export async function findEstablishment(tx: ScopedTx, establishmentId: string): Promise<EstablishmentRow | undefined> {
  const [row] = await tx.db.select().from(establishment).where(eq(establishment.establishmentId, establishmentId));
  return row;
}

export async function getEstablishment(tx: ScopedTx, establishmentId: string): Promise<EstablishmentRow> {
  const row = await findEstablishment(tx, establishmentId);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/** The establishment until the end of the transaction; who would change it waits. */
export async function lockEstablishment(tx: ScopedTx, establishmentId: string): Promise<EstablishmentRow> {
  const [row] = await tx.db
    .select()
    .from(establishment)
    .where(eq(establishment.establishmentId, establishmentId))
    .for("no key update");
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/** Those the scope may see, in order of id, after one. */
export async function listEstablishments(tx: ScopedTx, after: string, limit: number): Promise<EstablishmentRow[]> {
  return tx.db
    .select()
    .from(establishment)
    .where(and(gt(establishment.establishmentId, after)))
    .orderBy(asc(establishment.establishmentId))
    .limit(limit);
}

/** Its change counter comes with it: the log of an establishment exists from its first day. */
export async function insertEstablishment(tx: ScopedTx, row: EstablishmentRow): Promise<void> {
  await tx.db.insert(establishment).values(row);
  await tx.sql`INSERT INTO change_counter (establishment_id, last_seq, pruned_seq) VALUES (${row.establishmentId}, 0, 0)`;
}

export async function updateEstablishmentRow(
  tx: ScopedTx,
  { establishmentId, version }: Pick<EstablishmentRow, "establishmentId" | "version">,
  information: EstablishmentInformation,
): Promise<void> {
  await tx.db
    .update(establishment)
    .set({ ...information, version })
    .where(eq(establishment.establishmentId, establishmentId));
}

export interface AdministratorRow {
  establishmentId: string;
  employeeId: string;
  firstName: string;
  lastName: string;
}

/** EST-04: who holds localAdmin in these establishments and has not left before `today`, in order of id. */
export async function listAdministrators(
  tx: ScopedTx,
  establishmentIds: readonly string[],
  today: string,
): Promise<AdministratorRow[]> {
  return tx.sql<AdministratorRow[]>`
    SELECT establishment_id AS "establishmentId", employee_id AS "employeeId", first_name AS "firstName",
      last_name AS "lastName"
    FROM employee
    WHERE establishment_id = ANY (${[...establishmentIds]}::text[]) AND local_admin AND deleted_at IS NULL
      AND (departure_date IS NULL OR departure_date >= ${today})
    ORDER BY employee_id`;
}

/** The places of these establishments, in order of id. */
export async function listPlaceIds(
  tx: ScopedTx,
  establishmentIds: readonly string[],
): Promise<{ establishmentId: string; placeId: string }[]> {
  return tx.sql<{ establishmentId: string; placeId: string }[]>`
    SELECT establishment_id AS "establishmentId", place_id AS "placeId" FROM place
    WHERE establishment_id = ANY (${[...establishmentIds]}::text[]) ORDER BY place_id`;
}

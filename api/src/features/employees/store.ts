import { and, eq } from "drizzle-orm";
import type { ScopedTx } from "../../db/scope.ts";
import { employee, employeeGrant, employeePlace } from "../../db/tables.ts";
import type { Grant } from "../../domain/actor.ts";
import { refusal } from "../../domain/decision.ts";
import type { RegisteredPerson } from "../../domain/employee.ts";

export type EmployeeRow = typeof employee.$inferSelect;

/** An employee's record with where they work and what they were granted. */
export interface EmployeeFacts extends Omit<EmployeeRow, "createdAt" | "deletedAt"> {
  /** Null when the employee is not a professional. */
  professionalId: string | null;
  /** In order of id, as are the grants. */
  workPlaceIds: string[];
  grants: Grant[];
}

/** Of one establishment, in order of id, after one; one record when it is named. EMP-21: here as everywhere, none that was deleted. */
export async function listEmployees(
  tx: ScopedTx,
  { establishmentId, employeeId }: { establishmentId: string; employeeId: string | undefined },
  after: string,
  limit: number,
): Promise<EmployeeFacts[]> {
  return tx.sql<EmployeeFacts[]>`
    SELECT ${facts(tx)} FROM employee e
    WHERE e.establishment_id = ${establishmentId} AND e.employee_id > ${after} AND e.deleted_at IS NULL
      AND (${employeeId ?? null}::text IS NULL OR e.employee_id = ${employeeId ?? null})
    ORDER BY e.employee_id LIMIT ${limit}`;
}

export async function findEmployee(tx: ScopedTx, employeeId: string): Promise<EmployeeFacts | undefined> {
  const [row] = await tx.sql<EmployeeFacts[]>`
    SELECT ${facts(tx)} FROM employee e WHERE e.employee_id = ${employeeId} AND e.deleted_at IS NULL`;
  return row;
}

export async function getEmployee(tx: ScopedTx, employeeId: string): Promise<EmployeeFacts> {
  const row = await findEmployee(tx, employeeId);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/** The record until the end of the transaction; who would change it waits. */
export async function lockEmployee(tx: ScopedTx, employeeId: string): Promise<EmployeeFacts> {
  await tx.sql`SELECT FROM employee WHERE employee_id = ${employeeId} FOR UPDATE`;
  return getEmployee(tx, employeeId);
}

/** EMP-07: whether the establishment employs the person already, by either of their identifiers. */
export async function isEmployed(
  tx: ScopedTx,
  establishmentId: string,
  { ramqIdentifier, practiceNumber }: Pick<RegisteredPerson, "ramqIdentifier" | "practiceNumber">,
): Promise<boolean> {
  const rows = await tx.sql`
    SELECT FROM employee
    WHERE establishment_id = ${establishmentId} AND deleted_at IS NULL
      AND (ramq_identifier = ${ramqIdentifier} OR practice_number = ${practiceNumber})`;
  return rows.length > 0;
}

export async function insertEmployee(tx: ScopedTx, row: EmployeeFacts, createdAt: number): Promise<void> {
  const { professionalId: _of, workPlaceIds: _at, grants: _granted, ...columns } = row;
  await tx.db.insert(employee).values({ ...columns, createdAt });
  await insertWorkPlaces(tx, row);
  await insertGrants(tx, row);
}

/** What a record's keeper may change, work places and grants included. */
export async function updateRecord(tx: ScopedTx, row: EmployeeFacts): Promise<void> {
  const { establishmentId, employeeId, version } = row;
  const { title, email, workPhone, workPhoneExtension, profession, professionDescription, biography } = row;
  const { startDate, departureDate } = row;
  await tx.db
    .update(employee)
    .set({
      ...{ title, email, workPhone, workPhoneExtension, profession, professionDescription, biography },
      ...{ startDate, departureDate, version },
    })
    .where(and(eq(employee.establishmentId, establishmentId), eq(employee.employeeId, employeeId)));
  await tx.db
    .delete(employeePlace)
    .where(and(eq(employeePlace.establishmentId, establishmentId), eq(employeePlace.employeeId, employeeId)));
  await insertWorkPlaces(tx, row);
  await deleteGrants(tx, row);
  await insertGrants(tx, row);
}

/** EMP-21: from now on only reports know of it (EMP-24). */
export async function deleteEmployee(
  tx: ScopedTx,
  { establishmentId, employeeId, version }: EmployeeFacts,
  deletedAt: number,
): Promise<void> {
  await tx.db
    .update(employee)
    .set({ deletedAt, version })
    .where(and(eq(employee.establishmentId, establishmentId), eq(employee.employeeId, employeeId)));
}

/** PERM-06, PERM-09: profiles and grants, replaced together. */
export async function updatePermissions(
  tx: ScopedTx,
  row: Pick<EmployeeFacts, "establishmentId" | "employeeId" | "localAdmin" | "superUser" | "grants" | "version">,
): Promise<void> {
  const { establishmentId, employeeId, localAdmin, superUser, version } = row;
  await tx.db
    .update(employee)
    .set({ localAdmin, superUser, version })
    .where(and(eq(employee.establishmentId, establishmentId), eq(employee.employeeId, employeeId)));
  await deleteGrants(tx, row);
  await insertGrants(tx, row);
}

async function insertWorkPlaces(
  tx: ScopedTx,
  { establishmentId, employeeId, workPlaceIds }: Pick<EmployeeFacts, "establishmentId" | "employeeId" | "workPlaceIds">,
): Promise<void> {
  await tx.db.insert(employeePlace).values(workPlaceIds.map((placeId) => ({ establishmentId, employeeId, placeId })));
}

async function deleteGrants(
  tx: ScopedTx,
  { establishmentId, employeeId }: Pick<EmployeeFacts, "establishmentId" | "employeeId">,
): Promise<void> {
  await tx.db
    .delete(employeeGrant)
    .where(and(eq(employeeGrant.establishmentId, establishmentId), eq(employeeGrant.employeeId, employeeId)));
}

async function insertGrants(
  tx: ScopedTx,
  { establishmentId, employeeId, grants }: Pick<EmployeeFacts, "establishmentId" | "employeeId" | "grants">,
): Promise<void> {
  if (grants.length === 0) return;
  await tx.db.insert(employeeGrant).values(grants.map((grant) => ({ establishmentId, employeeId, ...grant })));
}

function facts(tx: ScopedTx) {
  return tx.sql`e.establishment_id AS "establishmentId", e.employee_id AS "employeeId",
    e.ramq_identifier AS "ramqIdentifier", e.pseudonym, e.title, e.email, e.work_phone AS "workPhone",
    e.work_phone_extension AS "workPhoneExtension", e.profession, e.profession_description AS "professionDescription",
    e.biography, e.first_name AS "firstName", e.last_name AS "lastName",
    e.practice_number AS "practiceNumber", e.start_date AS "startDate", e.departure_date AS "departureDate",
    e.local_admin AS "localAdmin", e.super_user AS "superUser", e.version,
    (SELECT p.professional_id FROM professional p
      WHERE p.establishment_id = e.establishment_id AND p.employee_id = e.employee_id) AS "professionalId",
    ARRAY(SELECT w.place_id FROM employee_place w
      WHERE w.establishment_id = e.establishment_id AND w.employee_id = e.employee_id
      ORDER BY w.place_id) AS "workPlaceIds",
    coalesce((SELECT jsonb_agg(jsonb_build_object('placeId', g.place_id, 'professionalId', g.professional_id,
        'access', g.access) ORDER BY g.place_id, g.professional_id)
      FROM employee_grant g
      WHERE g.establishment_id = e.establishment_id AND g.employee_id = e.employee_id), '[]') AS grants`;
}

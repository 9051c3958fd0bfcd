import type { ScopedTx } from "../../db/scope.ts";
import type { RelayedGroup } from "../../domain/cascade.ts";
import { refusal } from "../../domain/decision.ts";
import type { Profession } from "../../domain/employee.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { WorkGroup } from "../../domain/work-group.ts";
import { lockEstablishment } from "../establishments/store.ts";

export interface WorkGroupRow extends WorkGroup {
  establishmentId: string;
  version: number;
  createdAt: number;
}

/** The groups of an establishment `e` of the query around it, as cascades see them: a JSON list. */
export function relayedGroups({ sql }: ScopedTx) {
  return sql`coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'practiceNumbers', coalesce((
        SELECT jsonb_agg(p.practice_number) FROM professional p
        WHERE p.establishment_id = g.establishment_id AND p.professional_id = ANY (g.professional_ids)), '[]'),
      'relayTeam1', to_jsonb(g.relay_team_1), 'relayTeam2', to_jsonb(g.relay_team_2)))
    FROM work_group g WHERE g.establishment_id = e.establishment_id), '[]')`;
}

/** CASC-03, CASC-04: those of a GMF, whatever the number of its establishments. */
export async function listRelayedGroups(tx: ScopedTx, gmfNumber: string): Promise<RelayedGroup[]> {
  const rows = await tx.sql<{ groups: RelayedGroup[] }[]>`
    SELECT ${relayedGroups(tx)} AS groups FROM establishment e WHERE e.gmf_number = ${gmfNumber}`;
  return rows.flatMap(({ groups }) => groups);
}

/** In order of id, after one. */
export async function listWorkGroups(
  tx: ScopedTx,
  establishmentId: string,
  after: string,
  limit: number,
): Promise<WorkGroupRow[]> {
  return tx.sql<WorkGroupRow[]>`
    SELECT ${columns(tx)} FROM work_group g
    WHERE g.establishment_id = ${establishmentId} AND g.work_group_id > ${after}
    ORDER BY g.work_group_id LIMIT ${limit}`;
}

export async function getWorkGroup(tx: ScopedTx, establishmentId: string, workGroupId: string): Promise<WorkGroupRow> {
  const [row] = await tx.sql<WorkGroupRow[]>`
    SELECT ${columns(tx)} FROM work_group g
    WHERE g.establishment_id = ${establishmentId} AND g.work_group_id = ${workGroupId}`;
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/**
 * An establishment's groups until the end of the transaction, in order of id; who would change one of them, or add one,
 * waits: whether two are the same is decided over all of them (WG-07). It is the establishment that is locked, a group
 * that is only being written has no row yet; and what it is, a GMF, stays so meanwhile (EST-08).
 */
export async function lockWorkGroups(tx: ScopedTx, establishmentId: string): Promise<WorkGroupRow[]> {
  await lockEstablishment(tx, establishmentId);
  return tx.sql<WorkGroupRow[]>`
    SELECT ${columns(tx)} FROM work_group g WHERE g.establishment_id = ${establishmentId} ORDER BY g.work_group_id`;
}

export async function insertWorkGroup(tx: ScopedTx, row: WorkGroupRow): Promise<void> {
  await tx.sql`
    INSERT INTO work_group (establishment_id, work_group_id, professional_ids, relay_team_1, relay_team_2, version, created_at)
    VALUES (${row.establishmentId}, ${row.workGroupId}, ${[...row.professionalIds]}::text[],
      ${[...row.relayTeam1]}::text[], ${[...row.relayTeam2]}::text[], ${row.version}, ${row.createdAt})`;
}

/** WG-17: the group and its teams are one row. */
export async function updateWorkGroup(tx: ScopedTx, row: WorkGroupRow): Promise<void> {
  await tx.sql`
    UPDATE work_group
    SET professional_ids = ${[...row.professionalIds]}::text[], relay_team_1 = ${[...row.relayTeam1]}::text[],
      relay_team_2 = ${[...row.relayTeam2]}::text[], version = ${row.version}
    WHERE establishment_id = ${row.establishmentId} AND work_group_id = ${row.workGroupId}`;
}

/** WG-18: its teams go with it. */
export async function deleteWorkGroup(tx: ScopedTx, row: WorkGroupRow): Promise<void> {
  await tx.sql`
    DELETE FROM work_group WHERE establishment_id = ${row.establishmentId} AND work_group_id = ${row.workGroupId}`;
}

export interface NamedEmployeeRow {
  /** The id that was named: a professional's, or an employee's. */
  name: string;
  professionalId: string | null;
  profession: Profession | null;
  departureDate: string | null;
  /** Of the first of a professional's places. */
  timeZone: TimeZone;
}

/** Of these ids, those of the establishment's employees whose record is kept (EMP-21), and of its teams, who have none. */
export async function listNamedEmployees(
  tx: ScopedTx,
  establishmentId: string,
  names: readonly string[],
): Promise<NamedEmployeeRow[]> {
  return tx.sql<NamedEmployeeRow[]>`
    SELECT n.name, p.professional_id AS "professionalId", p.profession, p.departure_date AS "departureDate",
      coalesce((SELECT l.time_zone FROM professional_place w JOIN place l USING (establishment_id, place_id)
        WHERE w.establishment_id = p.establishment_id AND w.professional_id = p.professional_id
        ORDER BY w.place_id LIMIT 1), 'America/Toronto') AS "timeZone"
    FROM unnest(${[...new Set(names)]}::text[]) AS n(name)
    LEFT JOIN professional p
      ON p.establishment_id = ${establishmentId} AND n.name IN (p.professional_id, p.employee_id)
    LEFT JOIN employee e
      ON e.establishment_id = ${establishmentId} AND e.employee_id = coalesce(p.employee_id, n.name)
    WHERE e.deleted_at IS NULL AND (p.professional_id IS NOT NULL OR e.employee_id IS NOT NULL)`;
}

/** WG-13: who is a member of no group. Being in relay teams does not count; a record that is deleted does not either. */
export async function listUngroupedIds(
  tx: ScopedTx,
  establishmentId: string,
  professions: readonly Profession[],
): Promise<string[]> {
  const rows = await tx.sql<{ professionalId: string }[]>`
    SELECT p.professional_id AS "professionalId"
    FROM professional p JOIN employee e USING (establishment_id, employee_id)
    WHERE p.establishment_id = ${establishmentId} AND e.deleted_at IS NULL
      AND p.profession = ANY (${[...professions]}::text[])
      AND NOT EXISTS (SELECT FROM work_group g
        WHERE g.establishment_id = p.establishment_id AND p.professional_id = ANY (g.professional_ids))`;
  return rows.map(({ professionalId }) => professionalId);
}

function columns({ sql }: ScopedTx) {
  return sql`g.establishment_id AS "establishmentId", g.work_group_id AS "workGroupId",
    g.professional_ids AS "professionalIds", g.relay_team_1 AS "relayTeam1", g.relay_team_2 AS "relayTeam2", g.version,
    g.created_at AS "createdAt"`;
}

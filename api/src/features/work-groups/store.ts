import type { ScopedTx } from "../../db/scope.ts";
import type { RelayedGroup } from "../../domain/cascade.ts";
import type { WorkGroup } from "../../domain/work-group.ts";

export interface WorkGroupRow extends WorkGroup {
  establishmentId: string;
  version: number;
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

/** An establishment's groups until the end of the transaction, in order of id; who would change one of them waits. */
export async function lockWorkGroups(tx: ScopedTx, establishmentId: string): Promise<WorkGroupRow[]> {
  return tx.sql<WorkGroupRow[]>`
    SELECT establishment_id AS "establishmentId", work_group_id AS "workGroupId", professional_ids AS "professionalIds",
      relay_team_1 AS "relayTeam1", relay_team_2 AS "relayTeam2", version
    FROM work_group WHERE establishment_id = ${establishmentId} ORDER BY work_group_id FOR UPDATE`;
}

export async function updateWorkGroup(tx: ScopedTx, row: WorkGroupRow): Promise<void> {
  await tx.sql`
    UPDATE work_group
    SET professional_ids = ${[...row.professionalIds]}::text[], relay_team_1 = ${[...row.relayTeam1]}::text[],
      relay_team_2 = ${[...row.relayTeam2]}::text[], version = ${row.version}
    WHERE establishment_id = ${row.establishmentId} AND work_group_id = ${row.workGroupId}`;
}

export async function deleteWorkGroup(tx: ScopedTx, row: WorkGroupRow): Promise<void> {
  await tx.sql`
    DELETE FROM work_group WHERE establishment_id = ${row.establishmentId} AND work_group_id = ${row.workGroupId}`;
}

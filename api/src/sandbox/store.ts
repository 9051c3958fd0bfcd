import type { ScopedTx } from "../db/scope.ts";

export async function anyEstablishment(tx: ScopedTx): Promise<boolean> {
  const [row] = await tx.sql`SELECT 1 FROM establishment LIMIT 1`;
  return row !== undefined;
}

export interface WorkGroupRow {
  establishmentId: string;
  workGroupId: string;
  professionalIds: string[];
  relayTeam1: string[];
  relayTeam2: string[];
}

/** Work groups have no operation yet (WG comes with the citizens' cascades); the sandbox's GMF has its own all the same. */
export async function insertWorkGroup(tx: ScopedTx, row: WorkGroupRow, now: number): Promise<void> {
  await tx.sql`
    INSERT INTO work_group (establishment_id, work_group_id, professional_ids, relay_team_1, relay_team_2, version, created_at)
    VALUES (${row.establishmentId}, ${row.workGroupId}, ${row.professionalIds}::text[], ${row.relayTeam1}::text[],
      ${row.relayTeam2}::text[], 1, ${now})`;
}

import { and, eq } from "drizzle-orm";
import type { ScopedTx } from "../../db/scope.ts";
import { machine, machineLink } from "../../db/tables.ts";
import type { LinkTimes } from "../../domain/freshness.ts";

export type MachineLinkRow = typeof machineLink.$inferSelect;
export type MachineLinkOfVendor = MachineLinkRow & { vendorId: string };

/** The link of a place, and the vendor of its machine. */
export async function findMachineLink(tx: ScopedTx, placeId: string): Promise<MachineLinkOfVendor | undefined> {
  const [row] = await tx.db
    .select({ link: machineLink, vendorId: machine.vendorId })
    .from(machineLink)
    .innerJoin(machine, eq(machine.machineId, machineLink.machineId))
    .where(eq(machineLink.placeId, placeId));
  return row && { ...row.link, vendorId: row.vendorId };
}

export async function insertMachineLink(tx: ScopedTx, row: MachineLinkRow): Promise<void> {
  await tx.db.insert(machineLink).values({
    establishmentId: row.establishmentId,
    placeId: row.placeId,
    machineId: row.machineId,
    servicesManagedBy: row.servicesManagedBy,
    version: row.version,
    linkedAt: row.linkedAt,
    confirmedAt: row.confirmedAt,
    lateAfterMinutes: row.lateAfterMinutes,
    staleAfterMinutes: row.staleAfterMinutes,
    answerWithinMinutes: row.answerWithinMinutes,
    importUntil: row.importUntil,
  });
}

export async function updateMachineLink(tx: ScopedTx, row: MachineLinkRow): Promise<void> {
  await tx.db
    .update(machineLink)
    .set({
      servicesManagedBy: row.servicesManagedBy,
      lateAfterMinutes: row.lateAfterMinutes,
      staleAfterMinutes: row.staleAfterMinutes,
      answerWithinMinutes: row.answerWithinMinutes,
      importUntil: row.importUntil,
      version: row.version,
    })
    .where(keyOf(row));
}

/** The link of a place until the end of the transaction; who would change or confirm it waits. */
export async function lockMachineLink(
  tx: ScopedTx,
  place: Pick<MachineLinkRow, "establishmentId" | "placeId">,
): Promise<MachineLinkRow | undefined> {
  const [row] = await tx.db.select().from(machineLink).where(keyOf(place)).for("update");
  return row;
}

export async function updateConfirmation(tx: ScopedTx, row: MachineLinkRow): Promise<void> {
  await tx.db.update(machineLink).set({ confirmedAt: row.confirmedAt, version: row.version }).where(keyOf(row));
}

/** What a statement selects of a link that it joins, all null where there is none. */
export type LinkColumns = { [Column in keyof LinkTimes]: LinkTimes[Column] | null };

/**
 * The columns of LinkColumns, in a statement that joins joinedLink. Under row-level security a look-up by the whole key
 * with LIMIT 1 is what the planner cannot misjudge (as in features/openings/agenda-store.ts). Measured in a citizen's
 * scope: the 21 agendas of a place take 0.38 ms in place of 0.30; beside 201 places it costs 3 µs each.
 */
export function linkColumns({ sql }: ScopedTx) {
  return sql`m.linked_at AS "linkedAt", m.confirmed_at AS "confirmedAt", m.late_after_minutes AS "lateAfterMinutes",
    m.stale_after_minutes AS "staleAfterMinutes"`;
}

/** The link of the place that the statement calls `l`; citizens read it by a policy of their own. */
export function joinedLink({ sql }: ScopedTx) {
  return sql`LEFT JOIN LATERAL (SELECT * FROM machine_link m
    WHERE m.establishment_id = l.establishment_id AND m.place_id = l.place_id LIMIT 1) m ON true`;
}

/** Null: the place has no link (SYNC-06). */
export function linkTimesOf(columns: LinkColumns): LinkTimes | null {
  const { linkedAt, confirmedAt, lateAfterMinutes, staleAfterMinutes } = columns;
  // All of them are there, or none: three are NOT NULL in the table.
  if (linkedAt === null || lateAfterMinutes === null || staleAfterMinutes === null) return null;
  return { linkedAt, confirmedAt, lateAfterMinutes, staleAfterMinutes };
}

export async function deleteMachineLink(tx: ScopedTx, row: MachineLinkRow): Promise<void> {
  await tx.db.delete(machineLink).where(keyOf(row));
}

/** SYNC-55: after the change that told of it, whose counter is locked: the log ends with it. */
export async function insertEndedLink(
  tx: ScopedTx,
  { establishmentId, placeId, machineId }: MachineLinkRow,
): Promise<void> {
  await tx.sql`
    INSERT INTO ended_link (establishment_id, place_id, machine_id, seq)
    SELECT establishment_id, ${placeId}, ${machineId}, last_seq FROM change_counter
    WHERE establishment_id = ${establishmentId}`;
}

function keyOf({ establishmentId, placeId }: Pick<MachineLinkRow, "establishmentId" | "placeId">) {
  return and(eq(machineLink.establishmentId, establishmentId), eq(machineLink.placeId, placeId));
}

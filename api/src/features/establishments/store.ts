import { and, asc, eq, gt } from "drizzle-orm";
import { refusal } from "../../domain/decision.ts";
import type { ScopedTx } from "../../db/scope.ts";
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

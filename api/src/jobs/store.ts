import type { Instant } from "../clock.ts";
import type { ScopedTx } from "../db/scope.ts";

/** What is due, wherever it is (for the system's scope), and what removes it. */

export async function listExpiredHolds(
  tx: ScopedTx,
  now: Instant,
  limit: number,
): Promise<{ establishmentId: string; holdId: string }[]> {
  return tx.sql<{ establishmentId: string; holdId: string }[]>`
    SELECT establishment_id AS "establishmentId", hold_id AS "holdId" FROM hold
    WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${limit}`;
}

/** Rows that another process is removing are left to it. */
export async function deleteExpiredAnswers(tx: ScopedTx, wall: Instant, limit: number): Promise<number> {
  const removed = await tx.sql`
    DELETE FROM idempotent_answer WHERE (caller, key) IN (
      SELECT caller, key FROM idempotent_answer WHERE expires_at <= ${wall}
      ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`;
  return removed.count;
}

export async function deleteExpiredAssertions(tx: ScopedTx, wall: Instant, limit: number): Promise<number> {
  const removed = await tx.sql`
    DELETE FROM assertion_jti WHERE (machine_id, jti) IN (
      SELECT machine_id, jti FROM assertion_jti WHERE expires_at <= ${wall}
      ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`;
  return removed.count;
}

import type { ScopedTx } from "../db/scope.ts";

export async function anyEstablishment(tx: ScopedTx): Promise<boolean> {
  const [row] = await tx.sql`SELECT 1 FROM establishment LIMIT 1`;
  return row !== undefined;
}

import type { ScopedTx } from "./scope.ts";

/** From here on, planning a statement anew costs less than a plan that was made when the tables were small. */
export const manyRows = 50;

/**
 * Plans the transaction's statements for the tables as they are, and for the lists they are given. A prepared statement
 * keeps the plan of its first calls, and during a first push those saw an empty table (measured: 1,000 look-ups of names
 * 350 ms by that plan, 2 ms by a new one; a page of 1,000 changes 700 ms, and 60 ms).
 */
export async function planForSizes({ sql }: ScopedTx): Promise<void> {
  await sql`SELECT set_config('plan_cache_mode', 'force_custom_plan', true)`;
}

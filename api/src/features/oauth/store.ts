import type { Instant } from "../../clock.ts";
import type { ScopedTx } from "../../db/scope.ts";

const keptForMs = 60_000;
const cleanedAtOnce = 100;

/**
 * Uses an assertion up: false when it was used before, in whichever process. The primary key decides between those
 * who present it at the same moment. What can no longer be replayed leaves on the way.
 */
export async function insertAssertion(
  tx: ScopedTx,
  assertion: { machineId: string; jti: string; expiresAt: Instant },
  wall: Instant,
): Promise<boolean> {
  const { machineId, jti, expiresAt } = assertion;
  await tx.sql`
    DELETE FROM assertion_jti WHERE (machine_id, jti) IN (
      SELECT machine_id, jti FROM assertion_jti WHERE expires_at < ${wall}
      ORDER BY expires_at LIMIT ${cleanedAtOnce} FOR UPDATE SKIP LOCKED)`;
  const rows = await tx.sql`
    INSERT INTO assertion_jti (machine_id, jti, expires_at) VALUES (${machineId}, ${jti}, ${expiresAt + keptForMs})
    ON CONFLICT (machine_id, jti) DO NOTHING RETURNING jti`;
  return rows.length === 1;
}

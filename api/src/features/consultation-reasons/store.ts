import { lockNames } from "../../db/locks.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Instant } from "../../clock.ts";
import type { ConsultationReason } from "../../domain/reason.ts";

/** Whether a reason may be chosen, since the operator last said so. Reasons have no row until then: they are active. */
export interface ReasonState {
  code: ConsultationReason;
  active: boolean;
  version: number;
  changedAt: Instant;
}

export async function listReasonStates(tx: ScopedTx): Promise<ReasonState[]> {
  return tx.sql<ReasonState[]>`
    SELECT code, active, version, changed_at AS "changedAt" FROM consultation_reason_state`;
}

/**
 * REASON-11: those that nothing new may choose. Every booking and search asks, hence prepared, and once a transaction:
 * searches share theirs (shared-read.ts), and a batch of bookings looks more than once. The table has seven rows at most.
 */
export async function listInactiveReasons(tx: ScopedTx): Promise<readonly ConsultationReason[]> {
  const known = asked.get(tx) ?? readInactiveReasons(tx);
  asked.set(tx, known);
  return known;
}

const asked = new WeakMap<ScopedTx, Promise<readonly ConsultationReason[]>>();

async function readInactiveReasons(tx: ScopedTx): Promise<readonly ConsultationReason[]> {
  const rows = await tx.sql<{ code: ConsultationReason }[]>`
    SELECT code FROM consultation_reason_state WHERE NOT active ORDER BY code`;
  return rows.map(({ code }) => code);
}

/** The reason until the end of the transaction: who would change it too waits, also for its first row. */
export async function lockReasonState(tx: ScopedTx, code: ConsultationReason): Promise<ReasonState | undefined> {
  await lockNames(tx, [`consultation-reason:${code}`]);
  const states = await listReasonStates(tx);
  return states.find((state) => state.code === code);
}

/** Every establishment, with its places: the catalogue is everybody's. */
export async function listWholeRegister(tx: ScopedTx): Promise<{ establishmentId: string; placeIds: string[] }[]> {
  return tx.sql<{ establishmentId: string; placeIds: string[] }[]>`
    SELECT e.establishment_id AS "establishmentId",
      coalesce(array_agg(p.place_id ORDER BY p.place_id) FILTER (WHERE p.place_id IS NOT NULL), '{}') AS "placeIds"
    FROM establishment e LEFT JOIN place p USING (establishment_id)
    GROUP BY e.establishment_id ORDER BY e.establishment_id`;
}

export async function putReasonState(tx: ScopedTx, { code, active, version, changedAt }: ReasonState): Promise<void> {
  await tx.sql`
    INSERT INTO consultation_reason_state (code, active, version, changed_at)
    VALUES (${code}, ${active}, ${version}, ${new Date(changedAt).toISOString()})
    ON CONFLICT (code) DO UPDATE SET active = EXCLUDED.active, version = EXCLUDED.version, changed_at = EXCLUDED.changed_at`;
}

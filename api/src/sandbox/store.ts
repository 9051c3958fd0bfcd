import type { ScopedTx } from "../db/scope.ts";

/** What the sandbox looks up of its own world; what it does there goes through the hub's operations. */

export async function listEstablishmentIds(tx: ScopedTx): Promise<string[]> {
  const rows = await tx.sql<{ id: string }[]>`
    SELECT establishment_id AS id FROM establishment ORDER BY establishment_id`;
  return rows.map(({ id }) => id);
}

export interface SlotToTake {
  slotId: string;
  startAt: number;
  consultationReasons: readonly string[];
  practiceNumber: string | null;
  gmfNumber: string | null;
}

/** A complete slot, by its id or by whose time it is. */
export async function findSlotToTake(
  tx: ScopedTx,
  slotId: string | null,
  professionalId: string | null,
  startAt: number | null,
): Promise<SlotToTake | undefined> {
  const [row] = await tx.sql<SlotToTake[]>`
    SELECT s.slot_id AS "slotId", s.start_at AS "startAt", to_jsonb(s.consultation_reasons) AS "consultationReasons",
      p.practice_number AS "practiceNumber", e.gmf_number AS "gmfNumber"
    FROM slot s
    JOIN professional p USING (establishment_id, professional_id)
    JOIN establishment e USING (establishment_id)
    WHERE s.place_id IS NOT NULL AND CASE WHEN ${slotId}::text IS NOT NULL THEN s.slot_id = ${slotId}
      ELSE s.professional_id = ${professionalId} AND s.start_at <= ${startAt}::timestamptz
        AND s.end_at > ${startAt}::timestamptz END
    LIMIT 1`;
  return row;
}

export async function anyEstablishment(tx: ScopedTx): Promise<boolean> {
  const [row] = await tx.sql`SELECT 1 FROM establishment LIMIT 1`;
  return row !== undefined;
}

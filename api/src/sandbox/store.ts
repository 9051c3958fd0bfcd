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

/** A place where citizens may go, and who works there. */
export interface PlaceToVisit {
  establishmentId: string;
  placeId: string;
  gmfNumber: string | null;
  professionals: readonly { professionalId: string; practiceNumber: string }[];
  /** What is offered there to come; `allReasons` may be among them. */
  reasons: readonly string[];
  /** RAMQ identifier of somebody who keeps the clinic's settings. */
  admin: string | null;
}

/** In order of id, so that the same seed visits the same ones. */
export async function listPlacesToVisit(tx: ScopedTx, now: number): Promise<PlaceToVisit[]> {
  return tx.sql<PlaceToVisit[]>`
    SELECT l.establishment_id AS "establishmentId", l.place_id AS "placeId", e.gmf_number AS "gmfNumber",
      coalesce((SELECT jsonb_agg(jsonb_build_object('professionalId', p.professional_id,
          'practiceNumber', p.practice_number) ORDER BY p.professional_id)
        FROM professional_place w JOIN professional p USING (establishment_id, professional_id)
        WHERE w.establishment_id = l.establishment_id AND w.place_id = l.place_id AND p.practice_number IS NOT NULL
      ), '[]') AS professionals,
      coalesce((SELECT jsonb_agg(DISTINCT reason ORDER BY reason) FROM slot s, unnest(s.consultation_reasons) reason
        WHERE s.establishment_id = l.establishment_id AND s.place_id = l.place_id AND s.visibility = 'public'
          AND s.end_at > ${now}), '[]') AS reasons,
      (SELECT min(m.ramq_identifier) FROM employee m
        WHERE m.establishment_id = l.establishment_id AND m.local_admin AND m.deleted_at IS NULL
          AND m.departure_date IS NULL) AS admin
    FROM place l JOIN establishment e USING (establishment_id) ORDER BY l.place_id`;
}

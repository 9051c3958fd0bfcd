import type { ScopedTx } from "../../db/scope.ts";
import type { Adoptable } from "../../domain/adoption.ts";

/** Slots and appointments by id, as far as the scope sees them. An id of the one kind is never one of the other. */
export async function findAdoptables(
  tx: ScopedTx,
  ids: { slots: readonly string[]; appointments: readonly string[] },
): Promise<Map<string, Adoptable>> {
  const rows = await tx.sql<(Adoptable & { objectId: string })[]>`
    SELECT s.slot_id AS "objectId", s.establishment_id AS "establishmentId", s.professional_id AS "professionalId",
      s.place_id AS "placeId", s.version,
      ARRAY(SELECT at.place_id FROM professional_place at WHERE at.establishment_id = s.establishment_id
        AND at.professional_id = s.professional_id) AS "professionalPlaceIds"
    FROM slot s
    WHERE s.establishment_id = ANY (scope_establishments()) AND s.slot_id = ANY (${[...ids.slots]}::text[])
    UNION ALL
    SELECT a.appointment_id, a.establishment_id, a.professional_id, a.place_id, a.version, ARRAY[]::text[]
    FROM appointment a
    WHERE a.establishment_id = ANY (scope_establishments())
      AND a.appointment_id = ANY (${[...ids.appointments]}::text[])`;
  return new Map(rows.map(({ objectId, ...row }) => [objectId, row]));
}

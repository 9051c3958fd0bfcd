import type { ScopedTx } from "../../db/scope.ts";
import type { Window } from "../../domain/window-replacement.ts";
import { slotColumns } from "../slots/store.ts";
import type { SlotRow } from "../slots/store.ts";

export type NamedSlot = SlotRow & { externalId: string };

/** The slots of an agenda that start in a window and bear a name of this vendor's. */
export async function listNamedSlots(
  tx: ScopedTx,
  vendorId: string,
  { establishmentId, professionalId, placeId }: { establishmentId: string; professionalId: string; placeId: string },
  { from, to }: Window,
): Promise<NamedSlot[]> {
  return tx.sql<NamedSlot[]>`
    SELECT ${slotColumns(tx)}, b.external_id AS "externalId" FROM slot s
    JOIN external_binding b ON b.establishment_id = s.establishment_id AND b.vendor_id = ${vendorId}
      AND b.object_type = 'slot' AND b.object_id = s.slot_id
    WHERE s.establishment_id = ${establishmentId} AND s.professional_id = ${professionalId} AND s.place_id = ${placeId}
      AND s.start_at >= ${from} AND s.start_at < ${to}
    ORDER BY s.start_at, s.slot_id`;
}

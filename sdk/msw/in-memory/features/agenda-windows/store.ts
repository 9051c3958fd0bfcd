import type * as real from "../../../../../api/src/features/agenda-windows/store.ts";
import { memoryOf } from "../../../world.ts";
import { listSlotsStartingIn } from "../slots/store.ts";

export const listNamedSlots: typeof real.listNamedSlots = async (tx, vendorId, agenda, { from, to }) => {
  const memory = memoryOf(tx);
  const slots = await listSlotsStartingIn(tx, agenda, { startAt: from, endAt: to });
  return slots
    .filter(({ placeId }) => placeId === agenda.placeId)
    .flatMap((slot) => {
      const externalId = memory.nameOf(vendorId, "slot", slot.slotId);
      return externalId === null ? [] : [{ ...slot, externalId }];
    });
};

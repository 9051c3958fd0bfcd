import { isFree } from "../../../../../api/src/domain/opening.ts";
import type * as real from "../../../../../api/src/features/agendas/store.ts";
import { isInOneOf, openingRows } from "../../../agenda.ts";
import { linkColumnsOf } from "../../../offer.ts";
import { memoryOf, sortBy } from "../../../world.ts";

export const listAgendaPlaces: typeof real.listAgendaPlaces = async (tx) => {
  const memory = memoryOf(tx);
  const places = memory.rows("place").filter(memory.owns);
  return sortBy(
    places.map((place) => ({ ...place, ...linkColumnsOf(memory, place.placeId) })),
    ({ placeId }) => placeId,
  );
};

export const listAgendaSlots: typeof real.listAgendaSlots = async (tx, spans, vendorId, now) => {
  const memory = memoryOf(tx);
  const openings = openingRows(tx);
  const slots = memory.rows("slot").filter((slot) => memory.owns(slot) && isInOneOf(slot, spans));
  return sortBy(
    slots.map((slot) => {
      const own = openings.filter(({ slotId }) => slotId === slot.slotId);
      return {
        ...slot,
        inactiveServiceIds: slot.serviceIds.filter((id) => memory.find("service", id)?.active === false).sort(),
        externalId: memory.nameOf(vendorId, "slot", slot.slotId),
        total: own.length,
        taken: own.filter(({ busy }) => busy).length,
        free: own.filter((opening) => opening.startAt >= now && isFree(opening, now)).length,
      };
    }),
    ({ startAt }) => startAt,
    ({ slotId }) => slotId,
  );
};

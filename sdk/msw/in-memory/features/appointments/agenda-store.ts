import type { SlotRow } from "../../../../../api/src/features/slots/store.ts";
import type { PlacedSlot } from "../../../../../api/src/domain/placement.ts";
import type * as real from "../../../../../api/src/features/appointments/agenda-store.ts";
import { isInOneOf } from "../../../agenda.ts";
import { linkColumnsOf, relayedGroupsOf } from "../../../offer.ts";
import { memoryOf, sortBy } from "../../../world.ts";

export const listPlacedSlotsById: typeof real.listPlacedSlotsById = async (tx, slotIds) => {
  const memory = memoryOf(tx);
  const found = [...new Set(slotIds)].flatMap((slotId) => memory.find("slot", slotId) ?? []).filter(memory.owns);
  return sortBy(found, ({ slotId }) => slotId).map(placed);
};

export const listPlacedSlotsIn: typeof real.listPlacedSlotsIn = async (tx, spans) => {
  const memory = memoryOf(tx);
  const found = memory.rows("slot").filter((row) => memory.owns(row) && isInOneOf(row, spans));
  return sortBy(
    found,
    ({ establishmentId }) => establishmentId,
    ({ slotId }) => slotId,
  ).map(placed);
};

function placed(row: SlotRow): PlacedSlot {
  const { establishmentId, slotId, professionalId, startAt, endAt, placeId, visibility, openFrom } = row;
  const { serviceType, durationMinutes, consultationReasons } = row;
  return {
    ...{ establishmentId, slotId, professionalId, startAt, endAt, placeId, visibility, openFrom },
    ...{ serviceType, durationMinutes, consultationReasons },
  };
}

export const listBookingEstablishments: typeof real.listBookingEstablishments = async (tx, establishmentIds) => {
  const memory = memoryOf(tx);
  return memory
    .rows("establishment")
    .filter((row) => establishmentIds.includes(row.establishmentId) && memory.sees(row, "citizen", "operator"))
    .map((row) => ({
      establishmentId: row.establishmentId,
      name: row.name,
      gmfNumber: row.gmfNumber,
      pastLimitDays: row.pastLimitDays,
      relayedGroups: row.isGmf ? relayedGroupsOf(memory, row.establishmentId) : [],
    }));
};

export const listBookingPlaces: typeof real.listBookingPlaces = async (tx, establishmentIds) => {
  const memory = memoryOf(tx);
  return memory
    .rows("place")
    .filter((row) => establishmentIds.includes(row.establishmentId) && memory.sees(row, "citizen", "operator"))
    .map((row) => ({
      ...row,
      cancellationDelay: { value: row.cancellationValue, unit: row.cancellationUnit },
      ...linkColumnsOf(memory, row.placeId),
      answerWithinMinutes: memory.find("link", row.placeId)?.answerWithinMinutes ?? null,
      importUntil: memory.find("link", row.placeId)?.importUntil ?? null,
    }));
};

import { refusal } from "../../../../../api/src/domain/decision.ts";
import { overlaps } from "../../../../../api/src/domain/time.ts";
import type * as real from "../../../../../api/src/features/slots/store.ts";
import { isReadable, isReadableOf } from "../../../agenda.ts";
import { isAfter, memoryOf, sortBy } from "../../../world.ts";

export const listSlotsById: typeof real.listSlotsById = async (tx, slotIds) => {
  const memory = memoryOf(tx);
  return [...new Set(slotIds)].flatMap((slotId) => memory.find("slot", slotId) ?? []).filter(memory.owns);
};

export const getSlot: typeof real.getSlot = async (tx, slotId) => {
  const [row] = await listSlotsById(tx, [slotId]);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
};

export const listSlots: typeof real.listSlots = async (tx, readable, filter, after, limit) => {
  const memory = memoryOf(tx);
  const { professionalId, placeId, from = -Infinity, to = Infinity } = filter;
  const rows = memory
    .rows("slot")
    .filter(memory.owns)
    .filter((row) => professionalId === undefined || row.professionalId === professionalId)
    .filter((row) => placeId === undefined || row.placeId === placeId)
    .filter((row) => overlaps(row, { startAt: from, endAt: to }))
    .filter((row) =>
      row.placeId === null
        ? isReadableOf(readable, memory.find("professional", row.professionalId))
        : isReadable(readable, { ...row, placeId: row.placeId }),
    );
  return sortBy(
    rows,
    ({ startAt }) => startAt,
    ({ slotId }) => slotId,
  )
    .filter((row) => after === undefined || isAfter([row.startAt, row.slotId], [after.startAt, after.slotId]))
    .slice(0, limit);
};

export const listSlotsStartingIn: typeof real.listSlotsStartingIn = async (tx, { professionalId }, time) => {
  const memory = memoryOf(tx);
  const rows = memory
    .rows("slot")
    .filter((row) => memory.owns(row) && row.professionalId === professionalId)
    .filter((row) => row.startAt >= time.startAt && row.startAt < time.endAt);
  return sortBy(
    rows,
    ({ startAt }) => startAt,
    ({ slotId }) => slotId,
  );
};

export const insertSlots: typeof real.insertSlots = async (tx, rows) => {
  for (const row of rows) memoryOf(tx).put("slot", row.slotId, row);
};

export const updateSlots: typeof real.updateSlots = insertSlots;

export const deleteSlots: typeof real.deleteSlots = async (tx, rows) => {
  for (const { slotId } of rows) memoryOf(tx).remove("slot", slotId);
};

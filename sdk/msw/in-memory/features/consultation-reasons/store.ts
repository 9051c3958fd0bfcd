import type * as real from "../../../../../api/src/features/consultation-reasons/store.ts";
import { memoryOf, sortBy } from "../../../world.ts";

export const listReasonStates: typeof real.listReasonStates = async (tx) => memoryOf(tx).rows("reason");

export const listInactiveReasons: typeof real.listInactiveReasons = async (tx) => {
  const inactive = memoryOf(tx)
    .rows("reason")
    .filter(({ active }) => !active);
  return sortBy(inactive, ({ code }) => code).map(({ code }) => code);
};

export const lockReasonState: typeof real.lockReasonState = async (tx, code) => memoryOf(tx).find("reason", code);

export const putReasonState: typeof real.putReasonState = async (tx, state) => {
  memoryOf(tx).put("reason", state.code, state);
};

export const listWholeRegister: typeof real.listWholeRegister = async (tx) => {
  const memory = memoryOf(tx);
  const establishments = sortBy(memory.rows("establishment"), ({ establishmentId }) => establishmentId);
  return establishments.map(({ establishmentId }) => ({
    establishmentId,
    placeIds: memory
      .rows("place")
      .filter((place) => place.establishmentId === establishmentId)
      .map(({ placeId }) => placeId)
      .sort(),
  }));
};

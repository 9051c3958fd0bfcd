import type * as real from "../../../../../api/src/features/work-groups/store.ts";
import { relayedGroupsOf } from "../../../offer.ts";
import { memoryOf } from "../../../world.ts";

export const listRelayedGroups: typeof real.listRelayedGroups = async (tx, gmfNumber) => {
  const memory = memoryOf(tx);
  return memory
    .rows("establishment")
    .filter((row) => row.gmfNumber === gmfNumber)
    .flatMap(({ establishmentId }) => relayedGroupsOf(memory, establishmentId));
};

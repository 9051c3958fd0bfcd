import { isRunning, sameOwner } from "../../../../../api/src/domain/hold.ts";
import type { Hold } from "../../../../../api/src/domain/hold.ts";
import type * as real from "../../../../../api/src/features/holds/store.ts";
import { isInOneOf } from "../../../agenda.ts";
import { memoryOf, sortBy } from "../../../world.ts";
import type { MemoryTx } from "../../../world.ts";

/** hold_tenant, hold_citizen, hold_nurse and hold_system. */
function isSeen(memory: MemoryTx, hold: Hold): boolean {
  const { audience, subject = "" } = memory.scope;
  if (memory.sees(hold, "system")) return true;
  return (audience === "citizen" || audience === "nurse") && sameOwner(hold.owner, { type: audience, id: subject });
}

function seen(memory: MemoryTx): Hold[] {
  return sortBy(
    memory.rows("hold").filter((hold) => isSeen(memory, hold)),
    ({ holdId }) => holdId,
  );
}

export const listHoldsById: typeof real.listHoldsById = async (tx, holdIds) =>
  seen(memoryOf(tx)).filter(({ holdId }) => holdIds.includes(holdId));

export const listHoldsIn: typeof real.listHoldsIn = async (tx, spans, now) =>
  seen(memoryOf(tx)).filter((hold) => isRunning(hold, now) && isInOneOf(hold, spans));

export const countHoldsOf: typeof real.countHoldsOf = async (tx, owners, now) => {
  const holds = seen(memoryOf(tx)).filter((hold) => isRunning(hold, now));
  return owners
    .map((owner) => ({ ...owner, holds: holds.filter((hold) => sameOwner(hold.owner, owner)).length }))
    .filter(({ holds: count }) => count > 0);
};

export const putHolds: typeof real.putHolds = async (tx, holds) => {
  for (const hold of holds) memoryOf(tx).put("hold", hold.holdId, hold);
};

export const deleteHolds: typeof real.deleteHolds = async (tx, holds) => {
  for (const { holdId } of holds) memoryOf(tx).remove("hold", holdId);
};

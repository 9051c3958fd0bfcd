import { announce } from "../db/change-log.ts";
import { agendaDayNames, lockNames } from "../db/locks.ts";
import { withScope } from "../db/scope.ts";
import type { Deps } from "../deps.ts";
import { holdChange } from "../features/holds/change.ts";
import { deleteHolds, listHoldsById } from "../features/holds/store.ts";
import { refreshOpenings } from "../features/openings/store.ts";
import type { Job } from "./job.ts";
import { listExpiredHolds } from "./store.ts";

const batch = 500;

/**
 * HOLD-08: a hold ends by itself. Searches and bookings ignore one that has run out; this removes the row, and tells
 * those who follow.
 */
export const removeExpiredHolds: Job = {
  name: "removeExpiredHolds",
  everyMs: 5_000,
  async run(deps) {
    const expired = await withScope(deps.connection, { audience: "system", establishments: [] }, (tx) =>
      listExpiredHolds(tx, deps.clock.now(), batch),
    );
    let count = 0;
    for (const [establishmentId, holdIds] of byEstablishment(expired))
      count += await removeHolds(deps, establishmentId, holdIds);
    return { count, more: expired.length === batch };
  },
};

async function removeHolds(deps: Deps, establishmentId: string, holdIds: readonly string[]): Promise<number> {
  const scope = { audience: "system", establishments: [establishmentId] } as const;
  return withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    await lockNames(tx, agendaDayNames(await listHoldsById(tx, holdIds)));
    // Read again under the locks: meanwhile one may have been extended, used, or removed by another process.
    const ended = (await listHoldsById(tx, holdIds)).filter(({ expiresAt }) => expiresAt <= now);
    await deleteHolds(tx, ended);
    await refreshOpenings(tx, ended);
    const announcements = ended.map((hold) => ({
      author: { kind: "system" } as const,
      change: holdChange("deleted", hold, "expired"),
    }));
    await announce(tx, now, announcements);
    return ended.length;
  });
}

function byEstablishment(holds: readonly { establishmentId: string; holdId: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { establishmentId, holdId } of holds)
    groups.set(establishmentId, [...(groups.get(establishmentId) ?? []), holdId]);
  return groups;
}

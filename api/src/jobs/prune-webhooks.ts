import { withScope } from "../db/scope.ts";
import { dayMs, minuteMs } from "../domain/time.ts";
import { deleteSettledDeliveries, putBackLost, removeDeletedEndpoints } from "../features/webhook-deliveries/store.ts";
import type { Job } from "./job.ts";

const keptDays = 30;
const batch = 2_000;
const scope = { audience: "system", establishments: [] } as const;

/** The delivery log is kept as long as the change log; of deleted endpoints nothing stays. */
export const pruneWebhooks: Job = {
  name: "pruneWebhooks",
  everyMs: 60_000,
  async run(deps) {
    const before = deps.clock.now() - keptDays * dayMs;
    const count = await withScope(deps.connection, scope, async (tx) => {
      const settled = await deleteSettledDeliveries(tx, before, batch);
      return settled + (await removeDeletedEndpoints(tx, batch));
    });
    return { count, more: count >= batch };
  },
};

/** Of what was given to the queue nothing is heard for so long only when the queue has lost it (it was restored, say). */
const lostAfterMs = 2 * minuteMs;

export const putBackLostWebhooks: Job = {
  name: "putBackLostWebhooks",
  everyMs: 30_000,
  async run(deps) {
    const before = deps.clock.wall() - lostAfterMs;
    const count = await withScope(deps.connection, scope, (tx) => putBackLost(tx, before));
    return { count, more: false };
  },
};

import { withScope } from "../db/scope.ts";
import { changesKeptMs, listLogs, pruneLog } from "../features/changes/store.ts";
import { deleteReadings } from "../features/access/readings-store.ts";
import { fillBeforePruning } from "../features/inbox/fill.ts";
import { deleteAnswered } from "../features/inbox/store.ts";
import type { Job } from "./job.ts";

const batch = 5_000;

/**
 * Changes older than 30 days go; from then on a cursor before them is told so (CURSOR_EXPIRED). SYNC-43: an inbox keeps
 * what is not answered, and for so long again what is.
 */
export const pruneChanges: Job = {
  name: "pruneChanges",
  everyMs: 3_600_000,
  async run(deps) {
    const before = deps.clock.now() - changesKeptMs;
    const logs = await withScope(deps.connection, { audience: "system", establishments: [] }, listLogs);
    let count = 0;
    let more = false;
    for (const establishmentId of logs) {
      await fillBeforePruning(deps, establishmentId, before);
      const scope = { audience: "system", establishments: [establishmentId] } as const;
      const removed = await withScope(deps.connection, scope, async (tx) => {
        await deleteAnswered(tx, establishmentId, before);
        await deleteReadings(tx, establishmentId, before);
        return pruneLog(tx, establishmentId, before, batch);
      });
      count += removed;
      more ||= removed === batch;
    }
    return { count, more };
  },
};

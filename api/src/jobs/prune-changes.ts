import { withScope } from "../db/scope.ts";
import { dayMs } from "../domain/time.ts";
import { listLogs, pruneLog } from "../features/changes/store.ts";
import type { Job } from "./job.ts";

const keptDays = 30;
const batch = 5_000;

/** Changes older than 30 days go; from then on a cursor before them is told so (CURSOR_EXPIRED). */
export const pruneChanges: Job = {
  name: "pruneChanges",
  everyMs: 3_600_000,
  async run(deps) {
    const before = deps.clock.now() - keptDays * dayMs;
    const logs = await withScope(deps.connection, { audience: "system", establishments: [] }, listLogs);
    let count = 0;
    let more = false;
    for (const establishmentId of logs) {
      const removed = await withScope(
        deps.connection,
        { audience: "system", establishments: [establishmentId] },
        (tx) => pruneLog(tx, establishmentId, before, batch),
      );
      count += removed;
      more ||= removed === batch;
    }
    return { count, more };
  },
};

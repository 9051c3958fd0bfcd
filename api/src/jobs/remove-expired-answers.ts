import { withScope } from "../db/scope.ts";
import type { Job } from "./job.ts";
import { deleteExpiredAnswers } from "./store.ts";

const batch = 5_000;

/** Answers kept for idempotency, after their 72 hours of the machine's time. They are not read any more by then. */
export const removeExpiredAnswers: Job = {
  name: "removeExpiredAnswers",
  everyMs: 600_000,
  async run(deps) {
    const count = await withScope(deps.connection, { audience: "system", establishments: [] }, (tx) =>
      deleteExpiredAnswers(tx, deps.clock.wall(), batch),
    );
    return { count, more: count === batch };
  },
};

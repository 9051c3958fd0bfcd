import { withScope } from "../db/scope.ts";
import type { Job } from "./job.ts";
import { deleteExpiredAssertions } from "./store.ts";

const batch = 5_000;

/** Marks of assertions already used, once the assertion itself would be refused as too old, by the machine's time. */
export const removeExpiredAssertions: Job = {
  name: "removeExpiredAssertions",
  everyMs: 600_000,
  async run(deps) {
    const count = await withScope(deps.connection, { audience: "system", establishments: [] }, (tx) =>
      deleteExpiredAssertions(tx, deps.clock.wall(), batch),
    );
    return { count, more: count === batch };
  },
};

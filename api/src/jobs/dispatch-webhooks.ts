import { withScope } from "../db/scope.ts";
import { dispatch } from "../features/webhook-deliveries/dispatch.ts";
import { listBehind } from "../features/webhook-endpoints/store.ts";
import type { Job } from "./job.ts";

/** What was written since each webhook endpoint last looked becomes deliveries to it. */
export const dispatchWebhooks: Job = {
  name: "dispatchWebhooks",
  everyMs: 200,
  async run(deps) {
    const behind = await withScope(deps.connection, { audience: "system", establishments: [] }, listBehind);
    let count = 0;
    let more = false;
    for (const endpoint of behind) {
      const made = await dispatch(deps, endpoint);
      count += made.count;
      more ||= made.more;
    }
    return { count, more };
  },
};

import { withScope } from "../db/scope.ts";
import { dispatch } from "../features/webhook-deliveries/dispatch.ts";
import { listBehind } from "../features/webhook-endpoints/store.ts";
import { failureFields } from "../log.ts";
import type { Job } from "./job.ts";

/**
 * What was written since each webhook endpoint last looked becomes deliveries to it. One for which that fails keeps none of
 * the others waiting, and is tried again at the next look.
 */
export const dispatchWebhooks: Job = {
  name: "dispatchWebhooks",
  everyMs: 200,
  async run(deps) {
    const behind = await withScope(deps.connection, { audience: "system", establishments: [] }, listBehind);
    let count = 0;
    let more = false;
    for (const endpoint of behind) {
      try {
        const made = await dispatch(deps, endpoint);
        count += made.count;
        more ||= made.more;
      } catch (error) {
        deps.log.error("job failed", { job: dispatchWebhooks.name, ...failureFields(error) });
      }
    }
    return { count, more };
  },
};

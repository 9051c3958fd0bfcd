import type { Queue } from "../../db/queue.ts";
import { withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { breaksAfter, mostAtOnce, mostInFlight } from "../../domain/webhook-delivery.ts";
import { listReady, lockEnabledEndpoint, updateInFlight } from "../webhook-endpoints/store.ts";
import type { EndpointRow } from "../webhook-endpoints/store.ts";
import { takeDue } from "./store.ts";

/** From what is due by the hub's clock to jobs that any process may take. */

const systemScope = { audience: "system", establishments: [] } as const;

/** Whether there was anything. */
export async function promoteAll(deps: Deps, queue: Queue): Promise<boolean> {
  const now = deps.clock.now();
  const ready = await withScope(deps.connection, systemScope, (tx) =>
    listReady(tx, now, { breaksAfter, mostInFlight }),
  );
  for (const webhookEndpointId of ready) {
    await withScope(deps.connection, systemScope, async (tx) => {
      const endpoint = await lockEnabledEndpoint(tx, webhookEndpointId);
      if (endpoint !== undefined) await promote(deps, queue, tx, endpoint);
    });
  }
  return ready.length > 0;
}

/**
 * SYNC-67: gives the queue what is due, as far as the endpoint, which is locked, may be sent more at once. `before` is what
 * has been asked of the same transaction and not awaited yet: it goes in the same message.
 */
export async function promote(
  deps: Deps,
  queue: Queue,
  tx: ScopedTx,
  endpoint: EndpointRow,
  before: readonly Promise<unknown>[] = [],
): Promise<void> {
  const now = deps.clock.now();
  const { webhookEndpointId, machineId, inFlight, resumeAt } = endpoint;
  const limit = resumeAt !== null && resumeAt > now ? 0 : mostAtOnce(endpoint) - inFlight;
  const taking = limit > 0 ? takeDue(tx, webhookEndpointId, { now, wall: deps.clock.wall(), limit }) : [];
  const [taken] = await Promise.all([taking, ...before]);
  const jobs = taken.map((webhookDeliveryId) => ({ machineId, webhookEndpointId, webhookDeliveryId }));
  await Promise.all([
    updateInFlight(tx, { webhookEndpointId, inFlight: inFlight + taken.length }),
    queue.send(tx, jobs, expiryOf(deps)),
  ]);
}

/** An attempt and what is written of it; a process that has said nothing by then is taken for dead. */
function expiryOf({ config }: Deps): number {
  return Math.ceil(config.webhookTimeoutMs / 1000) + 5;
}

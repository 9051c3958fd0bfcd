import { refusal } from "../../domain/decision.ts";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { followChanges } from "./actions.ts";
import { changePageExample, changePageSchema, changeQuery } from "./schema.ts";
import { changeWatchOf } from "./watch.ts";

const list = operation({
  operationId: "changes.list",
  method: "get",
  path: "/v1/changes",
  tag: "synchronisation",
  summary: "Follow what changed",
  description:
    "Every change this reader may see, in order, establishments by turns: a machine those at the places linked with it, staff those of their establishment, of agendas and employees' records those they may read (PERM-16, EMP-02). " +
    "Keep `nextCursor` in the same transaction as what you applied and go on from it; it is good for this machine only. " +
    "`prevSeq` equal to the last `seq` you applied in that establishment proves that nothing was missed. A machine newly linked at another establishment finds its changes under the same cursor. " +
    "A place linked later shows what changes from then on: read its agenda when its `machineLink` appears. " +
    "Begin with the cursor of a snapshot (snapshots.create). Changes are kept 30 days: CURSOR_EXPIRED says that they no longer reach back so far, and its `recovery` names the way back: " +
    "take a snapshot, then follow from its cursor (SYNC-33), as also where the hub's data was put back to an earlier state (SYNC-72); staff take a cursor with `from=now` and read the agenda again. " +
    "A change never carries anything of a patient: read the object.",
  actors: ["machine", "employee"],
  scope: "changes.read",
  query: changeQuery,
  status: 200,
  result: changePageSchema,
  problems: ["CURSOR_INVALID", "CURSOR_EXPIRED"],
  example: { result: changePageExample },
});

export function changeRoutes(hub: Hub): void {
  const watch = changeWatchOf(hub.deps);
  serve(hub, list, async (call, { query, headers, signal }) => ({
    body: await followChanges(hub.deps, call, query, {
      watch,
      signal: AbortSignal.any([signal, hub.closing.signal]),
      async caller() {
        const actor = await hub.authenticate(headers, list);
        if (actor.kind === "machine" || actor.kind === "employee") return actor;
        throw refusal("FORBIDDEN");
      },
    }),
  }));
}

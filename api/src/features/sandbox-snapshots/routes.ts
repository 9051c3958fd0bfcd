import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { forgetWorld } from "../../sandbox/forget-world.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { createSnapshot, deleteSnapshot, listSnapshots, resetSandbox, restoreSnapshot } from "./actions.ts";
import type { WorldDeps } from "./actions.ts";
import {
  newSnapshotSchema,
  resetSchema,
  snapshotExample,
  snapshotId,
  snapshotListSchema,
  snapshotSchema,
} from "./schema.ts";

const create = operation({
  operationId: "sandboxSnapshots.create",
  method: "post",
  path: "/sandbox/snapshots",
  tag: "sandbox",
  summary: "Keep the whole sandbox as it is, to put it back later",
  description:
    "Everything that the hub keeps, and where its time stands. The last 50 are kept, restarts included; those of another " +
    "version of the hub are dropped.",
  actors: [],
  body: newSnapshotSchema,
  status: 201,
  result: snapshotSchema,
  problems: [],
  example: { body: { name: "before the double booking" }, result: snapshotExample },
});

const list = operation({
  operationId: "sandboxSnapshots.list",
  method: "get",
  path: "/sandbox/snapshots",
  tag: "sandbox",
  summary: "List what was kept, the oldest first",
  actors: [],
  status: 200,
  result: snapshotListSchema,
  problems: [],
  example: { result: { items: [snapshotExample] } },
});

const restore = operation({
  operationId: "sandboxSnapshots.restore",
  method: "post",
  path: "/sandbox/snapshots/{snapshotId}/restore",
  tag: "sandbox",
  summary: "Put the whole sandbox back, its clock included",
  description:
    "One per test: tens of milliseconds. Tokens stay good, fault rules and the request log stay as they are. Whoever " +
    "follows changes begins anew: a cursor from after the snapshot answers CURSOR_EXPIRED (SYNC-72). " +
    "FORBIDDEN where the database holds what no sandbox has made.",
  actors: [],
  params: z.object({ snapshotId }),
  status: 200,
  result: snapshotSchema,
  problems: ["NOT_FOUND", "FORBIDDEN"],
  example: { result: snapshotExample },
});

const remove = operation({
  operationId: "sandboxSnapshots.delete",
  method: "delete",
  path: "/sandbox/snapshots/{snapshotId}",
  tag: "sandbox",
  summary: "Drop what was kept",
  actors: [],
  params: z.object({ snapshotId }),
  status: 204,
  problems: ["NOT_FOUND"],
  example: {},
});

const reset = operation({
  operationId: "sandbox.reset",
  method: "post",
  path: "/sandbox/reset",
  tag: "sandbox",
  summary: "Back to the seed, without faults and with an empty request log",
  description: "FORBIDDEN where the database holds what no sandbox has made: nothing of that is ever emptied.",
  actors: [],
  body: resetSchema,
  status: 200,
  result: snapshotSchema,
  problems: ["FORBIDDEN"],
  example: { body: {}, result: { ...snapshotExample, name: "seed" } },
});

export function sandboxSnapshotRoutes(hub: Hub, sandbox: Sandbox, direct: Hub["app"]["fetch"]): void {
  const deps: WorldDeps = {
    ...hub.deps,
    sandbox,
    forget() {
      forgetWorld(hub);
    },
    fetch: (request) => direct(request),
  };
  serve(hub, create, async (_call, { body }) => ({ body: await createSnapshot(deps, body.name) }));
  serve(hub, list, async () => ({ body: { items: await listSnapshots(deps) } }));
  serve(hub, restore, async (_call, { params }) => ({ body: await restoreSnapshot(deps, params.snapshotId) }));
  serve(hub, remove, async (_call, { params }) => {
    await deleteSnapshot(deps, params.snapshotId);
    return {};
  });
  serve(hub, reset, async (_call, { body }) => ({ body: await resetSandbox(deps, body) }));
}

import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createSnapshot } from "./actions.ts";
import { newSnapshotExample, newSnapshotSchema, snapshotExample, snapshotLineSchema } from "./schema.ts";

const create = operation({
  operationId: "snapshots.create",
  method: "post",
  path: "/v1/snapshots",
  tag: "synchronisation",
  summary: "Read the whole agenda, and where to follow it from",
  description:
    "SYNC-30: NDJSON, one line an object: the services in use, then the slots, then the appointments (cancelled ones too) of the places linked with this machine, each as its own GET shows it. " +
    "`externalId` is null of what this vendor has not bound yet: bind it with adoptions.create. SYNC-31: slots and appointments from today on, or of the local dates asked for. " +
    "SYNC-32: the last line has the type `end` and the `cursor` from which changes.list goes on. An answer that ends without it was cut off: throw it away and ask again. " +
    "The cursor is older than every object listed, so the first changes after it may tell of what is already here: apply a change only over a lower version, a tombstone over any that is not higher. " +
    "Nothing is kept on the hub, and no Idempotency-Key is used; read as slowly as you like. Besides `changes.read` the token needs what reading each kind needs (`services.read`, `slots.read`, `appointments.read`). " +
    "What is read of appointments leaves access records.",
  actors: ["machine"],
  scope: "changes.read",
  body: newSnapshotSchema,
  reads: true,
  streamed: true,
  status: 200,
  result: snapshotLineSchema,
  problems: ["NOT_FOUND"],
  example: { body: newSnapshotExample, result: snapshotExample },
});

export function snapshotRoutes(hub: Hub): void {
  serve(hub, create, async (call, { body }) => ({
    lines: await createSnapshot(
      hub.deps,
      call,
      body,
      async (actor) => (await hub.authenticate.again?.(actor)) ?? actor,
    ),
  }));
}

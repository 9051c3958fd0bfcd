import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { placeId } from "../places/schema.ts";
import { getMachineLink, putMachineLink, removeMachineLink } from "./actions.ts";
import { machineLinkExample, machineLinkSchema, newMachineLinkExample, newMachineLinkSchema } from "./schema.ts";

const path = "/v1/places/{placeId}/machine-link";

const put = operation({
  operationId: "machineLinks.put",
  method: "put",
  path,
  tag: "operator",
  summary: "Link a place with a machine",
  description:
    "Sets the place's machine identifier (identifiant machine): from now on that software acts at the place (LCGA-02). " +
    "A place has one machine at a time; the same link again changes nothing. SYNC-04: after how long without a confirmation " +
    "its agenda is late, and then no longer shown to citizens, is set here; so is the import window (SYNC-53).",
  actors: ["operator"],
  params: z.object({ placeId }),
  body: newMachineLinkSchema,
  condition: "optional",
  status: 200,
  result: machineLinkSchema,
  etag: true,
  problems: ["NOT_FOUND", "ALREADY_LINKED", "OUT_OF_RANGE"],
  example: { body: newMachineLinkExample, result: machineLinkExample },
});

const get = operation({
  operationId: "machineLinks.get",
  method: "get",
  path,
  tag: "configuration",
  summary: "Read which machine a place is linked with, and how fresh its agenda is",
  actors: ["operator", "employee", "machine"],
  scope: "places.read",
  params: z.object({ placeId }),
  status: 200,
  result: machineLinkSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: machineLinkExample },
});

const remove = operation({
  operationId: "machineLinks.delete",
  method: "delete",
  path,
  tag: "operator",
  summary: "End the link of a place with its machine",
  description:
    "At once: the machine no longer acts at the place, and its inbox there is gone. SYNC-56: what it pushed stays, with its external identifiers, which a link of the same vendor " +
    "finds again; staff go on writing. SYNC-55: its feed of the place ends with this change (`machineLink`, `deleted`, status `ended`), which it still reads.",
  actors: ["operator"],
  params: z.object({ placeId }),
  condition: "required",
  status: 204,
  problems: ["NOT_FOUND"],
  example: {},
});

export function machineLinkRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, put, async (call, { params, body }) => {
    const link = await putMachineLink(deps, call, params.placeId, body);
    hub.authenticate.invalidate?.();
    return { body: link };
  });
  serve(hub, get, async (call, { params }) => ({ body: await getMachineLink(deps, call, params.placeId) }));
  serve(hub, remove, async (call, { params }) => {
    await removeMachineLink(deps, call, params.placeId);
    hub.authenticate.invalidate?.();
    return {};
  });
}

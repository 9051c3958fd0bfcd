import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createMachine, getOneMachine, listSomeMachines, replaceMachineKeys, setMachineStatus } from "./actions.ts";
import {
  machineExample,
  machineId,
  machineKeysExample,
  machineKeysSchema,
  machinePage,
  machineQuery,
  machineSchema,
  newMachineExample,
  newMachineSchema,
} from "./schema.ts";

const create = operation({
  operationId: "machines.create",
  method: "post",
  path: "/v1/machines",
  tag: "operator",
  summary: "Register a machine of a vendor",
  description: "Its identifier is its client_id. Only public keys are accepted; without `scopes` it may have them all.",
  actors: ["operator"],
  body: newMachineSchema,
  idempotent: true,
  status: 201,
  result: machineSchema,
  etag: true,
  problems: ["NOT_FOUND", "INVALID_KEY"],
  example: { body: newMachineExample, result: machineExample },
});

const get = operation({
  operationId: "machines.get",
  method: "get",
  path: "/v1/machines/{machineId}",
  tag: "operator",
  summary: "Read a machine",
  actors: ["operator"],
  params: z.object({ machineId }),
  status: 200,
  result: machineSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: machineExample },
});

const list = operation({
  operationId: "machines.list",
  method: "get",
  path: "/v1/machines",
  tag: "operator",
  summary: "List the machines",
  actors: ["operator"],
  query: machineQuery,
  status: 200,
  result: machinePage,
  list: true,
  problems: [],
  example: { result: { items: [machineExample], nextCursor: null } },
});

const replaceKeys = operation({
  operationId: "machines.replaceKeys",
  method: "put",
  path: "/v1/machines/{machineId}/keys",
  tag: "operator",
  summary: "Set the keys a machine proves itself with",
  description: "To rotate, send the old key and the new one, change the software, then send the new one alone.",
  actors: ["operator"],
  params: z.object({ machineId }),
  body: machineKeysSchema,
  condition: "required",
  status: 200,
  result: machineSchema,
  etag: true,
  problems: ["NOT_FOUND", "INVALID_KEY"],
  example: { body: machineKeysExample, result: { ...machineExample, version: 2 } },
});

const suspend = operation({
  operationId: "machines.suspend",
  method: "post",
  path: "/v1/machines/{machineId}/suspend",
  tag: "operator",
  summary: "Suspend a machine",
  description: "At once: its tokens are refused and it gets no new one.",
  actors: ["operator"],
  params: z.object({ machineId }),
  status: 200,
  result: machineSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: { ...machineExample, version: 2, status: "suspended" } },
});

const resume = operation({
  operationId: "machines.resume",
  method: "post",
  path: "/v1/machines/{machineId}/resume",
  tag: "operator",
  summary: "Let a suspended machine act again",
  actors: ["operator"],
  params: z.object({ machineId }),
  status: 200,
  result: machineSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: { ...machineExample, version: 3 } },
});

export function machineRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createMachine(deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, get, async (call, { params }) => ({ body: await getOneMachine(deps, call, params.machineId) }));
  serve(hub, list, async (call, { query }) => ({ body: await listSomeMachines(deps, call, query) }));
  serve(hub, replaceKeys, async (call, { params, body }) => {
    const machine = await replaceMachineKeys(deps, call, params.machineId, body);
    hub.authenticate.invalidate?.();
    return { body: machine };
  });
  serve(hub, suspend, async (call, { params }) => {
    const machine = await setMachineStatus(deps, call, params.machineId, "suspended");
    hub.authenticate.invalidate?.();
    return { body: machine };
  });
  serve(hub, resume, async (call, { params }) => {
    const machine = await setMachineStatus(deps, call, params.machineId, "active");
    hub.authenticate.invalidate?.();
    return { body: machine };
  });
}

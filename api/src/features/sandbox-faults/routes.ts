import { z } from "@hono/zod-openapi";
import { notInContract, refusal } from "../../domain/decision.ts";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import type { FaultRule, Faults } from "../../sandbox/faults.ts";
import { faultExample, faultId, faultListSchema, faultSchema, newFaultExample, newFaultSchema } from "./schema.ts";
import type { FaultBody } from "./schema.ts";

const create = operation({
  operationId: "faults.create",
  method: "post",
  path: "/sandbox/faults",
  tag: "sandbox",
  summary: "Make something go wrong, by rule",
  description:
    "Kept by this process until faults.delete, faults.clear or its end. A single call asks for faults of its own with a " +
    "header: `Arrimage-Sandbox-Fault: latency;ms=1500, lostResponse` (parameters `ms` and `retryAfter`); what cannot " +
    "happen to it the request log lists as `missedFaults`. Nothing ever happens to the sandbox's own operations. Several " +
    "rules befall the same call in the order in which they were made.",
  actors: [],
  body: newFaultSchema,
  status: 201,
  result: faultSchema,
  problems: [],
  example: { body: newFaultExample, result: { ...faultExample, asked: 0, met: 0 } },
});

const list = operation({
  operationId: "faults.list",
  method: "get",
  path: "/sandbox/faults",
  tag: "sandbox",
  summary: "List the fault rules and what they did",
  actors: [],
  status: 200,
  result: faultListSchema,
  problems: [],
  example: { result: { items: [faultExample], met: [{ fault: "unavailable", count: 2 }] } },
});

const remove = operation({
  operationId: "faults.delete",
  method: "delete",
  path: "/sandbox/faults/{faultId}",
  tag: "sandbox",
  summary: "End a fault rule",
  actors: [],
  params: z.object({ faultId }),
  status: 204,
  problems: ["NOT_FOUND"],
  example: {},
});

const clear = operation({
  operationId: "faults.clear",
  method: "delete",
  path: "/sandbox/faults",
  tag: "sandbox",
  summary: "End every fault rule, and count anew",
  actors: [],
  status: 204,
  problems: [],
  example: {},
});

export function sandboxFaultRoutes(hub: Hub, faults: Faults): void {
  serve(hub, create, (_call, { body }) => {
    const operationId = body.match?.operationId;
    if (operationId !== undefined && !hub.operations.some((known) => known.operationId === operationId))
      throw notInContract("/match/operationId", "operationId (/openapi.json)");
    return Promise.resolve({ body: shown(faults.create(body, hub.deps.clock.wall())) });
  });
  serve(hub, list, () =>
    Promise.resolve({
      body: {
        items: faults.list().map(shown),
        met: [...faults.met()].map(([fault, count]) => ({ fault, count })),
      },
    }),
  );
  serve(hub, remove, (_call, { params }) => {
    if (!faults.delete(params.faultId)) throw refusal("NOT_FOUND", "/path/faultId");
    return Promise.resolve({});
  });
  serve(hub, clear, () => {
    faults.clear();
    return Promise.resolve({});
  });
}

function shown({ match, times, milliseconds, retryAfterSeconds, ...rule }: FaultRule): FaultBody {
  return {
    ...rule,
    match: match ?? {},
    times: times ?? null,
    milliseconds: milliseconds ?? null,
    retryAfterSeconds: retryAfterSeconds ?? null,
  };
}

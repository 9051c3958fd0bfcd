import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { warningsOf } from "../../http/problem.ts";
import { pageQuery } from "../../http/schema.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createEstablishment, getOneEstablishment, listAllEstablishments, updateEstablishment } from "./actions.ts";
import {
  establishmentChangeExample,
  establishmentChangeSchema,
  establishmentExample,
  establishmentId,
  establishmentPage,
  establishmentSchema,
  newEstablishmentExample,
  newEstablishmentSchema,
  updatedEstablishmentExample,
  updatedEstablishmentSchema,
} from "./schema.ts";

const create = operation({
  operationId: "establishments.create",
  method: "post",
  path: "/v1/establishments",
  tag: "operator",
  summary: "Register an establishment",
  description: "EST-01: reserved to the operator (RAMQ).",
  actors: ["operator", "employee", "machine"],
  body: newEstablishmentSchema,
  idempotent: true,
  status: 201,
  result: establishmentSchema,
  etag: true,
  problems: ["REQUIRED_FIELD", "NOT_A_GMF"],
  example: { body: newEstablishmentExample, result: establishmentExample },
});

const get = operation({
  operationId: "establishments.get",
  method: "get",
  path: "/v1/establishments/{establishmentId}",
  tag: "configuration",
  summary: "Read an establishment",
  actors: ["operator", "employee", "machine"],
  scope: "places.read",
  params: z.object({ establishmentId }),
  status: 200,
  result: establishmentSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: establishmentExample },
});

const update = operation({
  operationId: "establishments.update",
  method: "patch",
  path: "/v1/establishments/{establishmentId}",
  tag: "configuration",
  summary: "Change an establishment's information",
  description:
    "The operator writes all of it, a local administrator `email` and `phone` (EST-02), others nothing (EST-03). " +
    "LCGA-04: kept in RVSQ, so agenda software is refused. EST-09: clearing a contact is remarked in `warnings`.",
  actors: ["operator", "employee", "machine"],
  params: z.object({ establishmentId }),
  body: establishmentChangeSchema,
  condition: "required",
  status: 200,
  result: updatedEstablishmentSchema,
  etag: true,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ", "FIELD_NOT_EDITABLE", "REQUIRED_FIELD", "NOT_A_GMF"],
  example: { body: establishmentChangeExample, result: updatedEstablishmentExample },
});

const list = operation({
  operationId: "establishments.list",
  method: "get",
  path: "/v1/establishments",
  tag: "configuration",
  summary: "List the establishments the caller works in",
  description: "All of them for the operator.",
  actors: ["operator", "employee", "machine"],
  scope: "places.read",
  query: z.strictObject(pageQuery),
  status: 200,
  result: establishmentPage,
  list: true,
  problems: [],
  example: { result: { items: [establishmentExample], nextCursor: null } },
});

export function establishmentRoutes(hub: Hub): void {
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createEstablishment(hub.deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, get, async (call, { params }) => ({
    body: await getOneEstablishment(hub.deps, call, params.establishmentId),
  }));
  serve(hub, update, async (call, { params, body }) => {
    const { establishment, notices } = await updateEstablishment(hub.deps, call, params.establishmentId, body);
    return { body: { ...establishment, warnings: warningsOf(notices, call) } };
  });
  serve(hub, list, async (call, { query }) => ({ body: await listAllEstablishments(hub.deps, call, query) }));
}

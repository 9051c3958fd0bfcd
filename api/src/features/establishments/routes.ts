import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { pageQuery } from "../../http/schema.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createEstablishment, getOneEstablishment, listAllEstablishments } from "./actions.ts";
import {
  establishmentExample,
  establishmentId,
  establishmentPage,
  establishmentSchema,
  newEstablishmentExample,
  newEstablishmentSchema,
} from "./schema.ts";

const create = operation({
  operationId: "establishments.create",
  method: "post",
  path: "/v1/establishments",
  tag: "operator",
  summary: "Register an establishment",
  description: "EST-01: reserved to the operator (RAMQ).",
  actors: ["operator"],
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
  serve(hub, list, async (call, { query }) => ({ body: await listAllEstablishments(hub.deps, call, query) }));
}

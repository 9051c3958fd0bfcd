import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { pageQuery } from "../../http/schema.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { listAllPersons, putPersons } from "./actions.ts";
import { personExample, personPage, personsCountSchema, personsSchema } from "./schema.ts";

const put = operation({
  operationId: "registry.put",
  method: "put",
  path: "/sandbox/registry",
  tag: "sandbox",
  summary: "Invent insured persons and their registrations",
  actors: [],
  body: personsSchema,
  status: 200,
  result: personsCountSchema,
  problems: ["INVALID_NAM"],
  example: { body: { persons: [personExample] }, result: { persons: 1 } },
});

const list = operation({
  operationId: "registry.list",
  method: "get",
  path: "/sandbox/registry",
  tag: "sandbox",
  summary: "List the invented insured persons",
  actors: [],
  query: z.strictObject(pageQuery),
  status: 200,
  result: personPage,
  list: true,
  problems: [],
  example: { result: { items: [personExample], nextCursor: null } },
});

/** Registered in sandbox mode only. */
export function registryRoutes(hub: Hub): void {
  serve(hub, put, async (_call, { body }) => ({ body: await putPersons(hub.deps, body) }));
  serve(hub, list, async (_call, { query }) => ({ body: await listAllPersons(hub.deps, query) }));
}

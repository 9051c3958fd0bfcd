import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { pageQuery } from "../../http/schema.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { listStaffPersons, putStaffPersons } from "./actions.ts";
import { staffCountSchema, staffPage, staffPersonExample, staffSchema } from "./schema.ts";

const put = operation({
  operationId: "staffRegistry.put",
  method: "put",
  path: "/sandbox/staff-registry",
  tag: "sandbox",
  summary: "Invent people who are registered with RAMQ's online services",
  description:
    "Staff and professionals whom employees.create then finds (EMP-09). One who is there already, by RAMQ identifier, is " +
    "replaced; a pseudonym or a practice number that another person has becomes theirs.",
  actors: [],
  body: staffSchema,
  status: 200,
  result: staffCountSchema,
  problems: [],
  example: { body: { persons: [{ ...staffPersonExample, password: "bac-a-sable" }] }, result: { persons: 1 } },
});

const list = operation({
  operationId: "staffRegistry.list",
  method: "get",
  path: "/sandbox/staff-registry",
  tag: "sandbox",
  summary: "List the invented registered people",
  actors: [],
  query: z.strictObject(pageQuery),
  status: 200,
  result: staffPage,
  list: true,
  problems: [],
  example: { result: { items: [staffPersonExample], nextCursor: null } },
});

/** Registered in sandbox mode only. */
export function staffRegistryRoutes(hub: Hub): void {
  serve(hub, put, async (_call, { body }) => ({ body: await putStaffPersons(hub.deps, body) }));
  serve(hub, list, async (_call, { query }) => ({ body: await listStaffPersons(hub.deps, query) }));
}

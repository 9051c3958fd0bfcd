import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { pageQuery } from "../../http/schema.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createVendor, listAllVendors } from "./actions.ts";
import { newVendorExample, newVendorSchema, vendorExample, vendorPage, vendorSchema } from "./schema.ts";

const create = operation({
  operationId: "vendors.create",
  method: "post",
  path: "/v1/vendors",
  tag: "operator",
  summary: "Register a vendor of agenda software",
  actors: ["operator"],
  body: newVendorSchema,
  idempotent: true,
  status: 201,
  result: vendorSchema,
  etag: true,
  problems: [],
  example: { body: newVendorExample, result: vendorExample },
});

const list = operation({
  operationId: "vendors.list",
  method: "get",
  path: "/v1/vendors",
  tag: "operator",
  summary: "List the vendors",
  actors: ["operator"],
  query: z.strictObject(pageQuery),
  status: 200,
  result: vendorPage,
  list: true,
  problems: [],
  example: { result: { items: [vendorExample], nextCursor: null } },
});

export function vendorRoutes(hub: Hub): void {
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createVendor(hub.deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, list, async (call, { query }) => ({ body: await listAllVendors(hub.deps, call, query) }));
}

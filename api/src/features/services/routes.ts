import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createService, deleteService, getOneService, listSomeServices, updateService } from "./actions.ts";
import {
  newServiceExample,
  newServiceSchema,
  serviceChangeSchema,
  serviceExample,
  serviceId,
  servicePage,
  serviceQuery,
  serviceSchema,
} from "./schema.ts";

const create = operation({
  operationId: "services.create",
  method: "post",
  path: "/v1/services",
  tag: "configuration",
  summary: "Offer a service",
  description:
    "SVC-02: local administrators and super users, or agenda software whose link at one of the professional's places " +
    "says that it manages services (LCGA-04). SVC-17: a service never changes afterwards; delete it and create " +
    "another. A duplicate (SVC-23) is answered with the service that exists, in `current`.",
  actors: ["employee", "machine"],
  scope: "services.write",
  body: newServiceSchema,
  idempotent: true,
  status: 201,
  result: serviceSchema,
  etag: true,
  problems: [
    "NOT_FOUND",
    "NOT_A_PROFESSIONAL",
    "NOT_A_GMF",
    "INACTIVE_REASON",
    "SERVICE_DUPLICATE",
    "MACHINE_NOT_LINKED",
    "MANAGED_IN_RVSQ",
  ],
  example: { body: newServiceExample, result: serviceExample },
});

const get = operation({
  operationId: "services.get",
  method: "get",
  path: "/v1/services/{serviceId}",
  tag: "configuration",
  summary: "Read a service",
  actors: ["employee", "machine"],
  scope: "services.read",
  params: z.object({ serviceId }),
  status: 200,
  result: serviceSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: serviceExample },
});

const list = operation({
  operationId: "services.list",
  method: "get",
  path: "/v1/services",
  tag: "configuration",
  summary: "List the services of professionals whose agendas the caller may read",
  actors: ["employee", "machine"],
  scope: "services.read",
  query: serviceQuery,
  status: 200,
  result: servicePage,
  list: true,
  problems: ["NOT_FOUND", "NOT_A_PROFESSIONAL"],
  example: { result: { items: [serviceExample], nextCursor: null } },
});

const update = operation({
  operationId: "services.update",
  method: "patch",
  path: "/v1/services/{serviceId}",
  tag: "configuration",
  summary: "Refused: a service cannot be edited",
  description:
    "SVC-17: always answers SERVICE_IMMUTABLE to whoever may write the service. Delete it and create another.",
  actors: ["employee", "machine"],
  scope: "services.write",
  params: z.object({ serviceId }),
  body: serviceChangeSchema,
  status: 200,
  result: serviceSchema,
  problems: ["NOT_FOUND", "SERVICE_IMMUTABLE", "MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ"],
  example: { body: { durationMinutes: 30 }, result: serviceExample },
});

const remove = operation({
  operationId: "services.delete",
  method: "delete",
  path: "/v1/services/{serviceId}",
  tag: "configuration",
  summary: "Stop offering a service",
  description:
    "SVC-18: not while a slot that has not ended carries it. SVC-20: past slots go on listing it, as inactive. SVC-21: " +
    "it leaves every group that holds it, in the same operation.",
  actors: ["employee", "machine"],
  scope: "services.write",
  params: z.object({ serviceId }),
  condition: "required",
  status: 204,
  problems: ["NOT_FOUND", "SERVICE_IN_USE", "MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ"],
  example: {},
});

export function serviceRoutes(hub: Hub): void {
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createService(hub.deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, get, async (call, { params }) => ({ body: await getOneService(hub.deps, call, params.serviceId) }));
  serve(hub, list, async (call, { query }) => ({ body: await listSomeServices(hub.deps, call, query) }));
  serve(hub, update, async (call, { params }) => ({ body: await updateService(hub.deps, call, params.serviceId) }));
  serve(hub, remove, async (call, { params }) => {
    await deleteService(hub.deps, call, params.serviceId);
    return {};
  });
}

import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import {
  createServiceGroup,
  deleteServiceGroup,
  getOneServiceGroup,
  listSomeServiceGroups,
  updateServiceGroup,
} from "./actions.ts";
import {
  newServiceGroupExample,
  newServiceGroupSchema,
  serviceGroupChangeSchema,
  serviceGroupExample,
  serviceGroupId,
  serviceGroupPage,
  serviceGroupQuery,
  serviceGroupSchema,
} from "./schema.ts";

/** What a group can be refused for. */
const groupProblems = [
  "NOT_FOUND",
  "GROUP_NAME_TAKEN",
  "SERVICE_NOT_OFFERED",
  "MIXED_SERVICE_TYPE",
  "MIXED_SERVICE_DURATION",
  "ALL_REASONS_NOT_GROUPABLE",
  "MACHINE_NOT_LINKED",
  "MANAGED_IN_RVSQ",
] as const;

const create = operation({
  operationId: "serviceGroups.create",
  method: "post",
  path: "/v1/service-groups",
  tag: "configuration",
  summary: "Group services of a professional under a name",
  description:
    "GRP-01: local administrators and super users, or agenda software whose link at one of the professional's places " +
    "says that it manages services (LCGA-04). A group is a short way to put its services on a slot (SLOT-18).",
  actors: ["employee", "machine"],
  scope: "services.write",
  body: newServiceGroupSchema,
  idempotent: true,
  status: 201,
  result: serviceGroupSchema,
  etag: true,
  problems: [...groupProblems, "NOT_A_PROFESSIONAL"],
  example: { body: newServiceGroupExample, result: serviceGroupExample },
});

const get = operation({
  operationId: "serviceGroups.get",
  method: "get",
  path: "/v1/service-groups/{serviceGroupId}",
  tag: "configuration",
  summary: "Read a service group",
  actors: ["employee", "machine"],
  scope: "services.read",
  params: z.object({ serviceGroupId }),
  status: 200,
  result: serviceGroupSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: serviceGroupExample },
});

const list = operation({
  operationId: "serviceGroups.list",
  method: "get",
  path: "/v1/service-groups",
  tag: "configuration",
  summary: "List the service groups of professionals whose agendas the caller may read",
  actors: ["employee", "machine"],
  scope: "services.read",
  query: serviceGroupQuery,
  status: 200,
  result: serviceGroupPage,
  list: true,
  problems: ["NOT_FOUND", "NOT_A_PROFESSIONAL"],
  example: { result: { items: [serviceGroupExample], nextCursor: null } },
});

const update = operation({
  operationId: "serviceGroups.update",
  method: "patch",
  path: "/v1/service-groups/{serviceGroupId}",
  tag: "configuration",
  summary: "Rename a service group, or change what it holds",
  description: "GRP-09: what is absent stays. GRP-10: slots that were made with the group keep the services they have.",
  actors: ["employee", "machine"],
  scope: "services.write",
  params: z.object({ serviceGroupId }),
  body: serviceGroupChangeSchema,
  condition: "required",
  status: 200,
  result: serviceGroupSchema,
  etag: true,
  problems: groupProblems,
  example: {
    body: { name: "Suivis du matin" },
    result: { ...serviceGroupExample, version: 2, name: "Suivis du matin" },
  },
});

const remove = operation({
  operationId: "serviceGroups.delete",
  method: "delete",
  path: "/v1/service-groups/{serviceGroupId}",
  tag: "configuration",
  summary: "Delete a service group",
  description: "GRP-10: its services stay, and so do the slots that were made with it.",
  actors: ["employee", "machine"],
  scope: "services.write",
  params: z.object({ serviceGroupId }),
  condition: "required",
  status: 204,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ"],
  example: {},
});

export function serviceGroupRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createServiceGroup(deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, get, async (call, { params }) => ({ body: await getOneServiceGroup(deps, call, params.serviceGroupId) }));
  serve(hub, list, async (call, { query }) => ({ body: await listSomeServiceGroups(deps, call, query) }));
  serve(hub, update, async (call, { params, body }) => ({
    body: await updateServiceGroup(deps, call, params.serviceGroupId, body),
  }));
  serve(hub, remove, async (call, { params }) => {
    await deleteServiceGroup(deps, call, params.serviceGroupId);
    return {};
  });
}

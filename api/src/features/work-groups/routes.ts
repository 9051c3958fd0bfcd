import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { warningsOf } from "../../http/problem.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { professionalExample } from "../professionals/schema.ts";
import {
  createWorkGroup,
  getOneWorkGroup,
  listSomeWorkGroups,
  listUngroupedProfessionals,
  removeWorkGroup,
  replaceWorkGroup,
} from "./actions.ts";
import {
  newWorkGroupExample,
  newWorkGroupSchema,
  savedWorkGroupSchema,
  ungroupedPage,
  workGroupExample,
  workGroupId,
  workGroupPage,
  workGroupQuery,
  workGroupSchema,
} from "./schema.ts";

/** Groups are kept in RVSQ by the clinic's own people; agenda software pushes nothing that depends on them. */
const actors = ["employee"] as const;

/** What a group can be refused for, beside its caller. */
const groupProblems = [
  "NOT_A_GMF",
  "NOT_FOUND",
  "REQUIRED_FIELD",
  "NOT_A_PROFESSIONAL",
  "LISTED_TWICE",
  "WORK_GROUP_DUPLICATE",
  "TOO_MANY_RELAY_TEAMS",
  "FIRST_RELAY_TEAM_MISSING",
] as const;

const writers = "By local administrators and super users of a GMF; its other users read (PERM-24, EST-08).";

const create = operation({
  operationId: "workGroups.create",
  method: "post",
  path: "/v1/work-groups",
  tag: "configuration",
  summary: "Make a work group, with its relay teams",
  description:
    "Patients of its members find, after their own professional, the first relay team (CASC-03) and then the second " +
    `(CASC-04). WG-09, WG-10: a professional may be in several groups and teams. ${writers}`,
  actors,
  body: newWorkGroupSchema,
  idempotent: true,
  status: 201,
  result: savedWorkGroupSchema,
  etag: true,
  problems: groupProblems,
  example: { body: newWorkGroupExample, result: { ...workGroupExample, warnings: [] } },
});

const get = operation({
  operationId: "workGroups.get",
  method: "get",
  path: "/v1/work-groups/{workGroupId}",
  tag: "configuration",
  summary: "Read a work group",
  description: "EST-08: of a GMF.",
  actors,
  params: z.object({ workGroupId }),
  status: 200,
  result: workGroupSchema,
  etag: true,
  problems: ["NOT_A_GMF", "NOT_FOUND"],
  example: { result: workGroupExample },
});

const list = operation({
  operationId: "workGroups.list",
  method: "get",
  path: "/v1/work-groups",
  tag: "configuration",
  summary: "List the work groups of the GMF",
  actors,
  query: workGroupQuery,
  status: 200,
  result: workGroupPage,
  list: true,
  problems: ["NOT_A_GMF"],
  example: { result: { items: [workGroupExample], nextCursor: null } },
});

const listUngrouped = operation({
  operationId: "workGroups.listUngrouped",
  method: "get",
  path: "/v1/work-groups/ungrouped-professionals",
  tag: "configuration",
  summary: "List the professionals of the GMF who are in no work group",
  description:
    "WG-13: of those who could be. Who is in relay teams only is in no group. EMP-19: who has left before today is no " +
    "longer listed.",
  actors,
  query: workGroupQuery,
  status: 200,
  result: ungroupedPage,
  list: true,
  problems: ["NOT_A_GMF"],
  example: { result: { items: [professionalExample], nextCursor: null } },
});

const replace = operation({
  operationId: "workGroups.replace",
  method: "put",
  path: "/v1/work-groups/{workGroupId}",
  tag: "configuration",
  summary: "Change a work group and its relay teams, all or nothing",
  description: `WG-15, WG-16, WG-17: the lists replace those the group had; a team that is left out is gone. ${writers}`,
  actors,
  params: z.object({ workGroupId }),
  body: newWorkGroupSchema,
  condition: "required",
  status: 200,
  result: savedWorkGroupSchema,
  etag: true,
  problems: groupProblems,
  example: { body: newWorkGroupExample, result: { ...workGroupExample, version: 2, warnings: [] } },
});

const remove = operation({
  operationId: "workGroups.delete",
  method: "delete",
  path: "/v1/work-groups/{workGroupId}",
  tag: "configuration",
  summary: "Delete a work group, with its relay teams",
  description: writers,
  actors,
  params: z.object({ workGroupId }),
  condition: "required",
  status: 204,
  problems: ["NOT_A_GMF", "NOT_FOUND"],
  example: {},
});

export function workGroupRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createWorkGroup(deps, call, body);
    return { body: { ...value.workGroup, warnings: warningsOf(value.notices, call) }, replayed };
  });
  serve(hub, list, async (call, { query }) => ({ body: await listSomeWorkGroups(deps, call, query) }));
  serve(hub, listUngrouped, async (call, { query }) => ({ body: await listUngroupedProfessionals(deps, call, query) }));
  serve(hub, get, async (call, { params }) => ({ body: await getOneWorkGroup(deps, call, params.workGroupId) }));
  serve(hub, replace, async (call, { params, body }) => {
    const { workGroup, notices } = await replaceWorkGroup(deps, call, params.workGroupId, body);
    return { body: { ...workGroup, warnings: warningsOf(notices, call) } };
  });
  serve(hub, remove, async (call, { params }) => {
    await removeWorkGroup(deps, call, params.workGroupId);
    return {};
  });
}

import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import {
  getOneProfessional,
  getProfessionalOptions,
  listSomeProfessionals,
  replaceProfessionalOptions,
} from "./actions.ts";
import {
  professionalExample,
  professionalId,
  professionalOptionsChangeExample,
  professionalOptionsChangeSchema,
  professionalOptionsExample,
  professionalOptionsSchema,
  professionalPage,
  professionalQuery,
  professionalRef,
  professionalSchema,
} from "./schema.ts";

const get = operation({
  operationId: "professionals.get",
  method: "get",
  path: "/v1/professionals/{professionalId}",
  tag: "configuration",
  summary: "Read a professional",
  description: "Staff read those of their establishment, agenda software those who work at linked places.",
  actors: ["operator", "employee", "machine"],
  scope: "places.read",
  params: z.object({ professionalId }),
  status: 200,
  result: professionalSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: professionalExample },
});

const list = operation({
  operationId: "professionals.list",
  method: "get",
  path: "/v1/professionals",
  tag: "configuration",
  summary: "List the professionals the caller works with",
  description:
    "EMP-19: who has left before today is no longer listed. VIEW-05: by a fragment of the name, among those whose agenda " +
    "the caller may read.",
  actors: ["operator", "employee", "machine"],
  scope: "places.read",
  query: professionalQuery,
  status: 200,
  result: professionalPage,
  list: true,
  problems: ["REQUIRED_FIELD"],
  example: { result: { items: [professionalExample], nextCursor: null } },
});

const getOptions = operation({
  operationId: "professionals.getOptions",
  method: "get",
  path: "/v1/professionals/{professionalId}/options",
  tag: "configuration",
  summary: "Read a professional's options",
  actors: ["operator", "employee", "machine"],
  scope: "places.read",
  params: z.object({ professionalId: professionalRef }),
  status: 200,
  result: professionalOptionsSchema,
  etag: true,
  problems: ["NOT_FOUND", "NOT_A_PROFESSIONAL"],
  example: { result: professionalOptionsExample },
});

const replaceOptions = operation({
  operationId: "professionals.replaceOptions",
  method: "put",
  path: "/v1/professionals/{professionalId}/options",
  tag: "configuration",
  summary: "Set a professional's options",
  description:
    "OPT-08: local administrators and super users, also for a professional who is a user. LCGA-04: kept in RVSQ, so " +
    "agenda software is refused.",
  actors: ["employee", "machine"],
  params: z.object({ professionalId: professionalRef }),
  body: professionalOptionsChangeSchema,
  condition: "required",
  status: 200,
  result: professionalOptionsSchema,
  etag: true,
  problems: [
    "NOT_FOUND",
    "NOT_A_PROFESSIONAL",
    "MACHINE_NOT_LINKED",
    "MANAGED_IN_RVSQ",
    "REQUIRED_FIELD",
    "OUT_OF_RANGE",
  ],
  example: { body: professionalOptionsChangeExample, result: professionalOptionsExample },
});

export function professionalRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, get, async (call, { params }) => ({ body: await getOneProfessional(deps, call, params.professionalId) }));
  serve(hub, list, async (call, { query }) => ({ body: await listSomeProfessionals(deps, call, query) }));
  serve(hub, getOptions, async (call, { params }) => ({
    body: await getProfessionalOptions(deps, call, params.professionalId),
  }));
  serve(hub, replaceOptions, async (call, { params, body }) => ({
    body: await replaceProfessionalOptions(deps, call, params.professionalId, body),
  }));
}

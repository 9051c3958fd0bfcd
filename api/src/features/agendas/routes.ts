import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { getAgenda, listSomeAgendas } from "./actions.ts";
import {
  agendaListQuery,
  agendaQuery,
  professionalAgendasExample,
  professionalAgendasPage,
  professionalAgendasSchema,
  professionalId,
} from "./schema.ts";

const get = operation({
  operationId: "agendas.get",
  method: "get",
  path: "/v1/agendas/{professionalId}",
  tag: "agenda",
  summary: "Read a professional's agendas: a day, a week, the days that come",
  description:
    "VIEW-01: one agenda for each place, as far as the caller may read; its days are those of the place's zone. What is " +
    "read leaves an access record, as appointments.list does.",
  actors: ["employee", "machine"],
  scope: "appointments.read",
  params: z.object({ professionalId }),
  query: agendaQuery,
  status: 200,
  result: professionalAgendasSchema,
  problems: ["NOT_FOUND", "REQUIRED_FIELD", "INVALID_INTERVAL", "OUT_OF_RANGE"],
  example: { result: professionalAgendasExample },
});

const list = operation({
  operationId: "agendas.list",
  method: "get",
  path: "/v1/agendas",
  tag: "agenda",
  summary: "Read the agendas of several professionals, of one day",
  description:
    "VIEW-04: those named, or all, as far as the caller may read. VIEW-02: who names nobody has their own agenda; VIEW-03: " +
    "a user who is no professional has none. What is read leaves an access record, as appointments.list does.",
  actors: ["employee", "machine"],
  scope: "appointments.read",
  query: agendaListQuery,
  status: 200,
  result: professionalAgendasPage,
  list: true,
  problems: [],
  example: { result: { items: [professionalAgendasExample], nextCursor: null } },
});

export function agendaRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, list, async (call, { query }) => ({ body: await listSomeAgendas(deps, call, query) }));
  serve(hub, get, async (call, { params, query }) => ({
    body: await getAgenda(deps, call, params.professionalId, query),
  }));
}

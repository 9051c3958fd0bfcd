import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { listConsultationReasons, updateConsultationReason } from "./actions.ts";
import {
  consultationReasonChangeExample,
  consultationReasonChangeSchema,
  consultationReasonExample,
  consultationReasonPage,
  consultationReasonQuery,
  consultationReasonSchema,
  reasonCode,
} from "./schema.ts";

const list = operation({
  operationId: "consultationReasons.list",
  method: "get",
  path: "/v1/consultation-reasons",
  tag: "configuration",
  summary: "List the consultation reasons",
  description:
    "REASON-01: RAMQ's catalogue, the same everywhere; inactive reasons included, which older data may hold.",
  actors: ["operator", "employee", "machine", "citizen", "nurse"],
  query: consultationReasonQuery,
  status: 200,
  result: consultationReasonPage,
  list: true,
  problems: [],
  example: { result: { items: [consultationReasonExample], nextCursor: null } },
});

const update = operation({
  operationId: "consultationReasons.update",
  method: "patch",
  path: "/v1/consultation-reasons/{code}",
  tag: "operator",
  summary: "Make a consultation reason inactive, or active again",
  description:
    "REASON-11: an inactive reason is refused (INACTIVE_REASON) for new services, bookings and citizens' searches. What " +
    "exists with it stays as it is.",
  actors: ["operator"],
  params: z.object({ code: reasonCode }),
  body: consultationReasonChangeSchema,
  condition: "required",
  status: 200,
  result: consultationReasonSchema,
  etag: true,
  problems: [],
  example: {
    body: consultationReasonChangeExample,
    result: { ...consultationReasonExample, ...consultationReasonChangeExample, version: 2 },
  },
});

export function consultationReasonRoutes(hub: Hub): void {
  serve(hub, list, async (call, { query }) => ({ body: await listConsultationReasons(hub.deps, call, query) }));
  serve(hub, update, async (call, { params, body }) => ({
    body: await updateConsultationReason(hub.deps, call, params.code, body),
  }));
}

import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { listAttentionAt } from "./actions.ts";
import { attentionItemExample, attentionPage, attentionQuery, placeId } from "./schema.ts";

const list = operation({
  operationId: "attention.list",
  method: "get",
  path: "/v1/places/{placeId}/attention",
  tag: "synchronisation",
  summary: "List what somebody has to deal with at a place",
  description:
    "SYNC-17: the state of the link when it is not live, then appointments to come by start: what agenda software has not taken (SYNC-52), double bookings, and what is left at a place that has ended or of a professional " +
    "who is gone. Computed when it is asked for: what has been moved or cancelled is no longer there. SYNC-19: only of agendas that the caller may read.",
  actors: ["employee", "machine"],
  scope: "appointments.read",
  params: z.object({ placeId }),
  query: attentionQuery,
  status: 200,
  result: attentionPage,
  list: true,
  problems: ["NOT_FOUND"],
  example: { result: { items: [attentionItemExample], nextCursor: null } },
});

export function attentionRoutes(hub: Hub): void {
  serve(hub, list, async (call, { params, query }) => ({
    body: await listAttentionAt(hub.deps, call, params.placeId, query),
  }));
}

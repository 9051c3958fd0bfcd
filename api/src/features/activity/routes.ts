import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { listPlaceActivity } from "./actions.ts";
import { activityExample, activityPage, activityQuery, placeId } from "./schema.ts";

const activity = operation({
  operationId: "places.activity",
  method: "get",
  path: "/v1/places/{placeId}/activity",
  tag: "synchronisation",
  summary: "See who reads and writes the agendas of a place, and whether they are live",
  description:
    "SYNC-57: by local date and by person or software, how often each agenda was shown to them and what they wrote of it; beside it, what the place's software last did and has yet to " +
    "answer, how fresh its agenda is, and how much wants attention. SYNC-58: only of agendas that the caller may read; nothing of patients. Kept for 30 days.",
  actors: ["employee"],
  params: z.object({ placeId }),
  query: activityQuery,
  status: 200,
  result: activityPage,
  list: true,
  problems: ["NOT_FOUND"],
  example: { result: activityExample },
});

export function activityRoutes(hub: Hub): void {
  serve(hub, activity, async (call, { params, query }) => ({
    body: await listPlaceActivity(hub.deps, call, params.placeId, query),
  }));
}

import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { replaceWindow } from "./actions.ts";
import {
  professionalId,
  windowExample,
  windowQuery,
  windowReplacedExample,
  windowReplacedSchema,
  windowSchema,
} from "./schema.ts";

const replace = operation({
  operationId: "agendas.replaceWindow",
  method: "put",
  path: "/v1/agendas/{professionalId}",
  tag: "agenda",
  summary: "Say what a professional offers at a place between two dates",
  description:
    "The body is every slot that this vendor has there: each is created, changed or found unchanged under its `externalId`, as slots.upsertByExternalId does. " +
    "SYNC-35: this vendor's slots of the window that the body does not name are removed; staff's slots, those of other vendors, those of other places and every appointment stay. " +
    "SYNC-36: what has ended stays as it was (`skippedPast`). SYNC-37: a slot that somebody else has changed since takes a different body with `baseVersion` only, and is not removed; " +
    "such a refusal, or that of any line, stands in its `results` and stops no other. All of it is one transaction; the same call again changes and announces nothing.",
  actors: ["machine"],
  scope: "slots.write",
  params: z.object({ professionalId }),
  query: windowQuery,
  body: windowSchema,
  status: 200,
  result: windowReplacedSchema,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "OUT_OF_RANGE", "EXTERNAL_ID_IN_USE"],
  example: { body: windowExample, result: windowReplacedExample },
});

export function agendaWindowRoutes(hub: Hub): void {
  serve(hub, replace, async (call, { params, query, body }) => ({
    body: await replaceWindow(hub.deps, call, params.professionalId, query, body),
  }));
}

import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { closeAgenda } from "./actions.ts";
import {
  agendaClosedExample,
  agendaClosedSchema,
  agendaClosureExample,
  agendaClosureSchema,
  professionalId,
} from "./schema.ts";

const close = operation({
  operationId: "agendas.close",
  method: "post",
  path: "/v1/agendas/{professionalId}/close",
  tag: "agenda",
  summary: "A doctor is ill: close an agenda for a time, and settle who is booked in it",
  description:
    "CLOSE-04: what the professional offers at the place in the interval is withdrawn, and nothing of it is offered any " +
    "more. CLOSE-07: the appointments that start in it are cancelled, moved to another professional at the same time, or " +
    "kept, each by the rules of such a call; CLOSE-11: one that they refuse stays as it is and is told, and stops no " +
    "other. All of it is one transaction. Try it first (`?dryRun=true`), and say it again for what was refused. CLOSE-12: " +
    "`unreachable` is who has to be phoned. CLOSE-01: WRITE on the agenda, and on the one that it moves to.",
  actors: ["employee", "machine"],
  scope: "appointments.write",
  params: z.object({ professionalId }),
  body: agendaClosureSchema,
  idempotent: true,
  status: 200,
  result: agendaClosedSchema,
  problems: [
    "NOT_FOUND",
    "MACHINE_NOT_LINKED",
    "OUT_OF_RANGE",
    "CLOSURE_TOO_LARGE",
    "MOVE_TO_SAME_AGENDA",
    "PLACE_NOT_WORK_PLACE",
  ],
  example: { body: agendaClosureExample, result: agendaClosedExample },
});

export function agendaClosureRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, close, async (call, { params, body }) => {
    const { value, replayed } = await closeAgenda(deps, call, params.professionalId, body);
    return { body: value, replayed };
  });
}

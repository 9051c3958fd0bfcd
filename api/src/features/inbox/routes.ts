import { z } from "@hono/zod-openapi";
import { refusal } from "../../domain/decision.ts";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { appointmentId } from "../appointments/schema.ts";
import { changeWatchOf } from "../changes/watch.ts";
import { acceptAppointment, leaseInbox } from "./actions.ts";
import { answerInbox } from "./answering.ts";
import {
  acceptanceExample,
  acceptanceSchema,
  inboxAckExample,
  inboxAckSchema,
  inboxAnswersExample,
  inboxAnswersSchema,
  inboxLeaseExample,
  inboxLeaseRequestSchema,
  inboxLeaseSchema,
  inboxNackExample,
  inboxNackSchema,
} from "./schema.ts";

const lease = operation({
  operationId: "inbox.lease",
  method: "post",
  path: "/v1/inbox/lease",
  tag: "synchronisation",
  summary: "Lease what others wrote, to act on it",
  description:
    "SYNC-40: changes of appointments and slots at the places linked with the machine that its vendor did not write, with the object as it is now. For software behind a firewall, which " +
    "calls and is not called, in as many processes and installations as one likes. SYNC-41: an item is given to one of them at a time; what is not answered (`inbox.ack`, `inbox.nack`) " +
    "before `leasedUntil` is given again. SYNC-42: the next change of an object comes when the one before it is answered. SYNC-43: an item waits until it is answered, however long. " +
    "What was leased by a call whose answer got lost comes back by itself, so the call may be repeated. It also needs the scopes `appointments.read` and `slots.read`.",
  actors: ["machine"],
  scope: "changes.read",
  body: inboxLeaseRequestSchema,
  // Nothing to try out, and nothing lost by asking again.
  reads: true,
  status: 200,
  result: inboxLeaseSchema,
  problems: [],
  example: { body: { limit: 20, leaseSeconds: 60, wait: 0 }, result: inboxLeaseExample },
});

const ack = operation({
  operationId: "inbox.ack",
  method: "post",
  path: "/v1/inbox/ack",
  tag: "synchronisation",
  summary: "Acknowledge what the agenda has taken",
  description:
    "A result per item; one that is refused stops no other and stays as it was. SYNC-44: `externalId` binds the object to the vendor's own identifier, as adoptions do. SYNC-47: the " +
    "appointment's `agendaStatus` becomes `accepted`, unless it has been moved since; also after it was rejected or timed out. The same again says the same.",
  actors: ["machine"],
  scope: "appointments.write",
  body: inboxAckSchema,
  repeatable: true,
  status: 200,
  result: inboxAnswersSchema,
  problems: [],
  example: { body: inboxAckExample, result: inboxAnswersExample },
});

const nack = operation({
  operationId: "inbox.nack",
  method: "post",
  path: "/v1/inbox/nack",
  tag: "synchronisation",
  summary: "Say what the agenda does not take",
  description:
    "SYNC-45: nothing is cancelled: the appointment stays, its time stays taken, its `agendaStatus` is `rejected` with the reason, and it waits in the place's attention list until somebody " +
    "accepts, moves or cancels it. `busy` is no answer: it only gives the item back.",
  actors: ["machine"],
  scope: "appointments.write",
  body: inboxNackSchema,
  repeatable: true,
  status: 200,
  result: inboxAnswersSchema,
  problems: [],
  example: {
    body: inboxNackExample,
    result: {
      items: [{ ...inboxAnswersExample.items[0], outcome: "rejected", agendaStatus: "rejected" }],
    },
  },
});

const accept = operation({
  operationId: "appointments.accept",
  method: "post",
  path: "/v1/appointments/{appointmentId}/accept",
  tag: "booking",
  summary: "Accept an appointment that the agenda software has not",
  description:
    "SYNC-50: by who may write it. Its `agendaStatus` becomes `accepted` and it leaves the attention list; the booking itself is not touched, and neither is its version (SYNC-51).",
  actors: ["employee"],
  params: z.object({ appointmentId }),
  repeatable: true,
  status: 200,
  result: acceptanceSchema,
  problems: ["NOT_FOUND", "APPOINTMENT_CANCELLED"],
  example: { result: acceptanceExample },
});

export function inboxRoutes(hub: Hub): void {
  const { deps } = hub;
  const watch = changeWatchOf(deps);
  serve(hub, lease, async (call, { body, headers, signal }) => ({
    body: await leaseInbox(deps, call, body, {
      watch,
      signal: AbortSignal.any([signal, hub.closing.signal]),
      async caller() {
        const actor = await hub.authenticate(headers, lease);
        if (actor.kind === "machine") return actor;
        throw refusal("FORBIDDEN");
      },
    }),
  }));
  serve(hub, ack, async (call, { body }) => ({
    body: await answerInbox(
      deps,
      call,
      body.items.map((item) => ({ kind: "ack", ...item })),
    ),
  }));
  serve(hub, nack, async (call, { body }) => ({
    body: await answerInbox(
      deps,
      call,
      body.items.map((item) => ({ kind: "nack", ...item })),
    ),
  }));
  serve(hub, accept, async (call, { params }) => ({
    body: await acceptAppointment(deps, call, params.appointmentId),
  }));
}

import { z } from "@hono/zod-openapi";
import { agendaStatuses, nackReasons } from "../../domain/inbox.ts";
import { problemCodes } from "../../domain/problems.ts";
import { externalId, id, says, version, violationsSchemas } from "../../http/schema.ts";
import { appointmentExample, appointmentId } from "../appointments/schema.ts";
import { changePageExample, changeSchema } from "../changes/schema.ts";
import { resourceSchema } from "../snapshots/schema.ts";

export const itemsAtOnce = 100;

const itemId = id("ibx", "An item of the inbox; the same over all its leases.");
const attempt = z
  .number()
  .int()
  .min(1)
  .openapi({ description: "SYNC-41: how often it has been leased, this time included.", example: 1 });

export const inboxLeaseRequestSchema = z
  .strictObject({
    limit: z.number().int().min(1).max(itemsAtOnce).default(20).openapi({ description: "Items at most.", example: 20 }),
    leaseSeconds: z.number().int().min(5).max(900).default(60).openapi({
      description: "SYNC-41: what is not answered within this time is given again.",
      example: 60,
    }),
    wait: z.number().int().min(0).max(30).default(0).openapi({
      description: "Seconds to wait when there is nothing; the answer comes as soon as there is something.",
      example: 30,
    }),
  })
  .openapi("InboxLeaseRequest");
export type InboxLeaseRequest = z.infer<typeof inboxLeaseRequestSchema>;

const inboxItemSchema = z
  .object({
    itemId,
    attempt,
    leasedUntil: z.iso.datetime().openapi({
      description: "Until when nobody else is given it, UTC.",
      example: "2027-03-04T19:03:30.000Z",
    }),
    change: changeSchema,
    resource: resourceSchema.nullable().openapi({
      description:
        "The appointment or slot as it is now, which may be later than the change; null when it is gone, or no longer at a place of this machine.",
    }),
  })
  .openapi("InboxItem");
export type InboxItem = z.infer<typeof inboxItemSchema>;

export const inboxLeaseSchema = z
  .object({
    items: z.array(inboxItemSchema).openapi({ description: "Oldest first; of an object one at a time (SYNC-42)." }),
    more: z.boolean().openapi({ description: "There is more to lease: ask again at once.", example: false }),
  })
  .openapi("InboxLease");
export type InboxLease = z.infer<typeof inboxLeaseSchema>;

const answeredAttempt = attempt.optional().openapi({
  description: "SYNC-41: the attempt that is answered; when it is no longer the last one, nothing is done.",
});

export const inboxAckSchema = z
  .strictObject({
    items: z
      .array(
        z
          .strictObject({
            itemId,
            externalId: externalId.optional().openapi({
              description: "SYNC-44: the vendor's own identifier of the object, which is bound to it.",
            }),
            attempt: answeredAttempt,
          })
          .openapi("InboxAckItem"),
      )
      .min(1)
      .max(itemsAtOnce),
  })
  .openapi("InboxAck");
export type InboxAck = z.infer<typeof inboxAckSchema>;

export const inboxNackSchema = z
  .strictObject({
    items: z
      .array(
        z
          .strictObject({
            itemId,
            reason: z.enum(nackReasons).openapi({
              description: "SYNC-45: why the agenda does not take it. `busy` gives it back, to be leased again.",
              example: "timeTaken",
            }),
            retryAfterSeconds: z
              .number()
              .int()
              .min(0)
              .max(3600)
              .optional()
              .openapi({ description: "With `busy`: not before so long; at once when left out.", example: 30 }),
            attempt: answeredAttempt,
          })
          .refine(({ reason, retryAfterSeconds }) => retryAfterSeconds === undefined || reason === "busy", {
            path: ["retryAfterSeconds"],
            ...says("Avec `busy` seulement.", "Only with `busy`."),
          })
          .openapi("InboxNackItem"),
      )
      .min(1)
      .max(itemsAtOnce),
  })
  .openapi("InboxNack");
export type InboxNack = z.infer<typeof inboxNackSchema>;

const agendaStatus = z.enum(agendaStatuses).nullable();

const answeredItemSchema = z
  .object({
    itemId: z.string().openapi({ example: "ibx_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
    outcome: z.enum(["acknowledged", "rejected", "givenBack", "leaseLost", "refused"]).openapi({
      description:
        "What stands now. An item that was acknowledged stays so; `leaseLost`: `attempt` is not the last one, and nothing was done.",
      example: "acknowledged",
    }),
    agendaStatus: agendaStatus.openapi({
      description: "Of its appointment, afterwards; null for a slot, and when nothing was asked.",
      example: "accepted",
    }),
    problem: z
      .object({ code: z.enum(problemCodes), ...violationsSchemas })
      .nullable()
      .openapi({ description: "Why it was refused; the item is then as it was.", example: null }),
  })
  .openapi("InboxAnsweredItem");
export type AnsweredItem = z.infer<typeof answeredItemSchema>;

export const inboxAnswersSchema = z
  .object({ items: z.array(answeredItemSchema).openapi({ description: "In the order of the request." }) })
  .openapi("InboxAnswers");
export type InboxAnswers = z.infer<typeof inboxAnswersSchema>;

export const acceptanceSchema = z
  .object({
    appointmentId,
    version: version.openapi({ description: "Of the appointment; an answer does not move it (SYNC-51)." }),
    agendaStatus: agendaStatus.openapi({
      description: "SYNC-50: `accepted`; null when its software was not asked.",
      example: "accepted",
    }),
    agendaReason: z.enum(nackReasons).nullable().openapi({ description: "Null once it is accepted.", example: null }),
  })
  .openapi("AgendaAcceptance");
export type Acceptance = z.infer<typeof acceptanceSchema>;

const [change] = changePageExample.items;
if (change === undefined) throw new Error("the example of a page has a change");

export const inboxLeaseExample: InboxLease = {
  items: [
    {
      itemId: "ibx_01m8qk5v0e7kqv8f0a3n6c9d2h",
      attempt: 1,
      leasedUntil: "2027-03-04T19:03:30.000Z",
      change,
      resource: {
        ...appointmentExample,
        agendaStatus: "pending",
        author: { type: "citizen", label: "Alice Tremblay" },
      },
    },
  ],
  more: false,
};
export const inboxAckExample: InboxAck = {
  items: [{ itemId: "ibx_01m8qk5v0e7kqv8f0a3n6c9d2h", externalId: "4711" }],
};
export const inboxNackExample: InboxNack = {
  items: [{ itemId: "ibx_01m8qk5v0e7kqv8f0a3n6c9d2h", reason: "timeTaken" }],
};
export const inboxAnswersExample: InboxAnswers = {
  items: [
    { itemId: "ibx_01m8qk5v0e7kqv8f0a3n6c9d2h", outcome: "acknowledged", agendaStatus: "accepted", problem: null },
  ],
};
export const acceptanceExample: Acceptance = {
  appointmentId: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 3,
  agendaStatus: "accepted",
  agendaReason: null,
};

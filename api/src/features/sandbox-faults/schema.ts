import { z } from "@hono/zod-openapi";
import { id, says } from "../../http/schema.ts";
import { faultNames } from "../../sandbox/faults.ts";

export const faultId = id("flt", "Identifies a fault rule.");

const fault = z.enum(faultNames).openapi({
  description:
    "`latency` (waits, then goes on), `slowBody` (the body drips), `resetBeforeCommit` (nothing was done), `lostResponse` " +
    "(done, and the connection breaks), `truncatedBody` (done, half of the answer comes), `neverAnswers` (nothing was " +
    "done), `conflict` (a robot citizen really takes the opening just before, or holds it where the clinic could book " +
    "beside), `staleEtag` (If-Match is one version behind: 412), `tooManyRequests` (429), `internal` (500), `badGateway` " +
    "(502), `unavailable` (503), `gatewayTimeout` (504; it was done), `tokenExpired` (401), `cursorExpired` (410), " +
    "`machineSuspended` (401); and of webhooks `webhookDropped`, `webhookDoubled`, `webhookLate`, `webhookReordered`, " +
    "`webhookBadSignature`, `webhookOldTimestamp`.",
  example: "unavailable",
});

const matchSchema = z
  .strictObject({
    operationId: z.string().max(100).optional().openapi({ description: "Of one operation.", example: "changes.list" }),
    method: z
      .string()
      .regex(/^[A-Za-z]{3,7}$/)
      .optional()
      .openapi({ description: "Of one method.", example: "POST" }),
    path: z.string().max(300).optional().openapi({
      description: "Of one address, without the query; `*` stands for anything.",
      example: "/v1/slots/*",
    }),
    clientId: id("mch", "Of one machine.").optional(),
    eventType: z.string().max(100).optional().openapi({
      description: "Of webhooks: of one type.",
      example: "appointment.created",
    }),
  })
  .openapi("SandboxFaultMatch", {
    description: "What it befalls: all that is named has to be so. Nothing named: every call under /v1 and /oauth.",
  });

const fields = {
  fault,
  milliseconds: z
    .number()
    .int()
    .min(0)
    .max(600_000)
    .openapi({
      description:
        "How long `latency` (1000 otherwise), `slowBody` (2000) and `webhookLate` last; after how long `neverAnswers` " +
        "breaks the connection (otherwise when the caller gives up).",
      example: 1500,
    }),
  retryAfterSeconds: z.number().int().min(0).max(3600).openapi({
    description: "Of `tooManyRequests` and `unavailable`: their Retry-After; 1 when left out.",
    example: 2,
  }),
};

export const newFaultSchema = z
  .strictObject({
    fault,
    match: matchSchema.optional(),
    probability: z.number().min(0).max(1).default(1).openapi({
      description: "How often, of what it could befall; which ones, the seed decides.",
      example: 0.5,
    }),
    times: z.number().int().min(1).max(1_000_000).optional().openapi({
      description: "After so many it happens no more; left out: for as long as the rule is there.",
      example: 3,
    }),
    seed: z.number().int().min(0).max(2_147_483_647).default(1).openapi({
      description: "The same seed and the same calls in the same order meet the same faults.",
      example: 42,
    }),
    milliseconds: fields.milliseconds.optional(),
    retryAfterSeconds: fields.retryAfterSeconds.optional(),
  })
  .refine(({ fault: name, match }) => match?.eventType === undefined || name.startsWith("webhook"), {
    path: ["match", "eventType"],
    ...says("Seules les fautes de webhooks ont un type d'événement.", "Only faults of webhooks have an event type."),
  })
  .refine(({ fault: name, match }) => !name.startsWith("webhook") || namesNoRequest(match), {
    path: ["match"],
    ...says("Une faute de webhooks ne vise aucun appel.", "A fault of webhooks is of no call."),
  })
  .openapi("NewSandboxFault");

function namesNoRequest(match: z.infer<typeof matchSchema> | undefined): boolean {
  return match?.operationId === undefined && match?.method === undefined && match?.path === undefined;
}

const count = (description: string, example: number) => z.number().int().openapi({ description, example });

export const faultSchema = z
  .object({
    faultId,
    fault,
    match: matchSchema,
    probability: z.number().openapi({ example: 0.5 }),
    times: z.number().int().nullable().openapi({ description: "Null: without end.", example: 3 }),
    seed: z.number().int().openapi({ example: 42 }),
    milliseconds: fields.milliseconds.nullable(),
    retryAfterSeconds: fields.retryAfterSeconds.nullable(),
    asked: count("Calls, or webhooks, that it could have befallen.", 5),
    met: count("That it has befallen.", 2),
    missed: count(
      "That were drawn and to which it could not happen: `conflict` where nothing could be taken, `staleEtag` without If-Match, `cursorExpired` without a cursor.",
      0,
    ),
  })
  .openapi("SandboxFault");
export type FaultBody = z.infer<typeof faultSchema>;

export const faultListSchema = z
  .object({
    items: z.array(faultSchema),
    met: z
      .array(z.object({ fault, count: z.number().int().openapi({ example: 2 }) }).openapi("SandboxFaultCount"))
      .openapi({ description: "By name since the last faults.clear: of rules that are gone and of headers too." }),
  })
  .openapi("SandboxFaultList");

export const newFaultExample = {
  fault: "unavailable",
  match: { operationId: "slots.batch", clientId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h" },
  probability: 0.5,
  times: 3,
  seed: 42,
  retryAfterSeconds: 2,
} as const;
export const faultExample: FaultBody = {
  ...newFaultExample,
  faultId: "flt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  milliseconds: null,
  asked: 5,
  met: 2,
  missed: 0,
};

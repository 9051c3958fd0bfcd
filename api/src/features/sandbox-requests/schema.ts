import { z } from "@hono/zod-openapi";
import { problemCodes } from "../../domain/problems.ts";
import { id, instant } from "../../http/schema.ts";
import { faultNames } from "../../sandbox/faults.ts";

export const verdicts = ["valid", "invalid", "unknownOperation"] as const;

const actorKinds = ["machine", "employee", "citizen", "nurse", "operator"] as const;

const requestSchema = z
  .object({
    seq: z.number().int().openapi({ description: "1, 2, 3, … as they came in.", example: 17 }),
    at: instant.openapi({
      description: "When it came in, by the machine's time.",
      example: "2026-11-20T12:00:00.000Z",
    }),
    durationMs: z.number().int().nullable().openapi({ description: "Null while it runs.", example: 12 }),
    requestId: z.string().nullable().openapi({ description: "X-Request-Id as the caller gave it.", example: null }),
    method: z.string().openapi({ example: "POST" }),
    path: z.string().openapi({
      description: "As it was called, without the query. A health insurance number in it is replaced by `[NAM]`.",
      example: "/v1/slots/batch",
    }),
    query: z.array(z.string()).openapi({ description: "Names of its parameters.", example: ["placeId"] }),
    namInUrl: z.boolean().openapi({
      description: "Something in the address has the form of a health insurance number: it must never be there.",
      example: false,
    }),
    operationId: z
      .string()
      .nullable()
      .openapi({ description: "Null when there is no such operation.", example: "slots.batch" }),
    clientId: id("mch", "Whom its token, or its assertion, names.").nullable(),
    actorKind: z.enum(actorKinds).nullable().openapi({ description: "Of a token that is good.", example: "machine" }),
    status: z.number().int().nullable().openapi({
      description:
        "As the hub, or the fault in its place, answered it (`lostResponse`: as it would have); null while it runs and when nobody was asked.",
      example: 200,
    }),
    code: z.enum(problemCodes).nullable().openapi({ description: "Of a problem.", example: null }),
    verdict: z.enum(verdicts).nullable().openapi({
      description:
        "Whether the call was one of the contract, whatever the rules then said to it. Null when a fault came first.",
      example: "valid",
    }),
    violations: z
      .array(
        z
          .object({
            rule: z.string().openapi({ example: "CONTRACT" }),
            code: z.enum(problemCodes).openapi({ example: "UNKNOWN_FIELD" }),
            pointer: z.string().openapi({ example: "/colour" }),
          })
          .openapi("SandboxRequestViolation"),
      )
      .openapi({ description: "What stood against it, up to 20." }),
    lines: z
      .object({
        valid: z.number().int().openapi({ example: 120 }),
        invalid: z.number().int().openapi({ example: 0 }),
      })
      .nullable()
      .openapi({ description: "Of an NDJSON body: how many kept to their schema." }),
    fingerprint: z.string().nullable().openapi({
      description: "The same for the same method, path and body; a keyed hash.",
      example: null,
    }),
    idempotencyKeyHash: z.string().nullable().openapi({
      description: "Null without an Idempotency-Key; the same for the same key.",
      example: "9f86d081884c7d65",
    }),
    ifMatch: z.string().nullable().openapi({ description: "If-Match as sent.", example: '"v3"' }),
    retryCount: z.number().int().nullable().openapi({ description: "Arrimage-Retry-Count, if sent.", example: 0 }),
    userAgent: z.string().nullable().openapi({ description: "User-Agent, if sent.", example: null }),
    faults: z.array(z.enum(faultNames)).openapi({ description: "What befell it.", example: [] }),
    missedFaults: z.array(z.enum(faultNames)).openapi({
      description:
        "Asked for by header or drawn by a rule, and not possible here: `staleEtag` without If-Match, `cursorExpired` without a cursor, anything behind an answer in the hub's stead.",
      example: [],
    }),
  })
  .openapi("SandboxRequest");
export type RequestBody = z.infer<typeof requestSchema>;

export const requestListSchema = z.object({ items: z.array(requestSchema) }).openapi("SandboxRequestList");

export const requestQuery = z.strictObject({
  clientId: id("mch", "Those of one machine.").optional(),
  operationId: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: "Those of one operation.", example: "slots.batch" }),
  since: z.coerce.number().int().min(0).default(0).openapi({
    description: "Those behind this `seq`.",
    example: 0,
  }),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000).openapi({
    description: "At most so many; go on behind the last one's `seq`.",
    example: 1000,
  }),
});
export type RequestQuery = z.infer<typeof requestQuery>;

export const requestExample: RequestBody = {
  seq: 17,
  at: "2026-11-20T12:00:00.000Z",
  durationMs: 12,
  requestId: null,
  method: "POST",
  path: "/v1/slots/batch",
  query: [],
  namInUrl: false,
  operationId: "slots.batch",
  clientId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
  actorKind: "machine",
  status: 200,
  code: null,
  verdict: "valid",
  violations: [],
  lines: { valid: 120, invalid: 0 },
  fingerprint: null,
  idempotencyKeyHash: "9f86d081884c7d65",
  ifMatch: null,
  retryCount: 0,
  userAgent: null,
  faults: [],
  missedFaults: [],
};

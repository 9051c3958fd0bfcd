import type { z } from "@hono/zod-openapi";
import type { ActorKind, Scope } from "../domain/actor.ts";
import type { ProblemCode } from "../domain/problems.ts";

/** The parts of the reference; one tag an operation. */
export const tags = {
  meta: "Meta",
  authentication: "Authentication",
  operator: "Operator",
  configuration: "Configuration",
  agenda: "Agenda",
  openings: "Openings",
  booking: "Booking",
  citizen: "Citizen",
  nurse: "Nurse",
  synchronisation: "Synchronisation",
  webhooks: "Webhooks",
  sandbox: "Sandbox",
} as const;

type Json = unknown;

/** What one operation promises: the document, the checks before its handler and the types of both come from here. */
export interface Operation<
  Kind extends ActorKind = ActorKind,
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  /** Two camelCase segments: route, action, test and SDK method bear this name. */
  operationId: string;
  method: "get" | "post" | "put" | "patch" | "delete";
  /** OpenAPI form: /v1/slots/{slotId} */
  path: string;
  tag: keyof typeof tags;
  summary: string;
  description?: string;
  /** Who may call; empty: anyone, without a token. */
  actors: readonly Kind[];
  /** What a machine's token must hold. */
  scope?: Scope;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The body is NDJSON and `body` the schema of one line; likewise the answer and `result`. */
  ndjson?: true;
  /** The answer alone is NDJSON, of any length: `result` is the schema of a line, and `type` of the last one is `end`. */
  streamed?: true;
  /** The body is application/x-www-form-urlencoded (OAuth). */
  form?: true;
  /** Refusals take OAuth's form (RFC 6749 §5.2, http/oauth-error.ts) in place of a problem's. */
  oauth?: true;
  /** POST that creates: Idempotency-Key is required. */
  idempotent?: true;
  /** A POST that changes nothing: personal criteria do not belong in a URL. */
  reads?: true;
  /** A POST that says the same when it is said again, for which no Idempotency-Key is kept. */
  repeatable?: true;
  /** If-Match: required (428 without) or optional. */
  condition?: "required" | "optional";
  status: 200 | 201 | 204;
  result?: Result;
  /** The answer is a page of a list: { items, nextCursor }. */
  list?: true;
  /** The answer's `version` is also its ETag. */
  etag?: true;
  problems: readonly ProblemCode[];
  example: { body?: Json; result?: Json };
}

export function operation<
  const Kind extends ActorKind,
  Params extends z.ZodType = z.ZodNever,
  Query extends z.ZodType = z.ZodNever,
  Body extends z.ZodType = z.ZodNever,
  Result extends z.ZodType = z.ZodNever,
>(declared: Operation<Kind, Params, Query, Body, Result>): Operation<Kind, Params, Query, Body, Result> {
  return declared;
}

/** Every write of the public contract can be tried out (`?dryRun=true`); `reads` marks a POST that only searches. */
export function takesDryRun({ method, tag, reads }: Operation): boolean {
  return method !== "get" && reads !== true && tag !== "sandbox" && tag !== "authentication";
}

/** Problems that any operation can answer, added to those it declares. */
export function problemsOf(declared: Operation): ProblemCode[] {
  const codes = new Set<ProblemCode>([...declared.problems, "TOO_MANY_REQUESTS", "INTERNAL", "UNAVAILABLE"]);
  if (declared.actors.length > 0) {
    codes.add("UNAUTHENTICATED");
    codes.add("INVALID_TOKEN");
    codes.add("FORBIDDEN");
  }
  if (declared.actors.includes("machine")) {
    codes.add("MACHINE_SUSPENDED");
    codes.add("INSUFFICIENT_SCOPE");
  }
  if (declared.actors.includes("employee")) {
    codes.add("NOT_ACTIVE_IN_RVSQ");
    codes.add("ESTABLISHMENT_REQUIRED");
  }
  if (declared.params !== undefined || declared.query !== undefined || declared.body !== undefined)
    codes.add("INVALID_REQUEST");
  if (takesDryRun(declared)) codes.add("INVALID_REQUEST");
  if (declared.query !== undefined || declared.actors.length > 0) codes.add("UNKNOWN_FIELD");
  if (declared.body !== undefined) {
    for (const code of ["MALFORMED_BODY", "UNKNOWN_FIELD", "BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const)
      codes.add(code);
  }
  if (declared.idempotent) {
    for (const code of ["IDEMPOTENCY_KEY_REQUIRED", "IDEMPOTENCY_IN_PROGRESS", "IDEMPOTENCY_KEY_REUSED"] as const)
      codes.add(code);
  }
  if (declared.condition !== undefined) codes.add("PRECONDITION_FAILED").add("INVALID_REQUEST");
  if (declared.condition === "required") codes.add("PRECONDITION_REQUIRED");
  if (declared.list) codes.add("CURSOR_INVALID");
  return [...codes].sort();
}

import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { actorKey } from "../domain/actor.ts";
import type { Actor, ActorKind } from "../domain/actor.ts";
import { Refusal, refusal } from "../domain/decision.ts";
import type { Violation } from "../domain/decision.ts";
import type { Language } from "../domain/problems.ts";
import { problems } from "../domain/problems.ts";
import { isUnavailable, refusalOf } from "../db/errors.ts";
import { ReplayedRefusal } from "../db/idempotency.ts";
import type { Deps } from "../deps.ts";
import { failureFields } from "../log.ts";
import type { Authenticate } from "./authentication.ts";
import type { Call } from "./call.ts";
import { readLines, writeLines } from "./ndjson.ts";
import { oauthError } from "./oauth-error.ts";
import { takesDryRun } from "./operation.ts";
import type { Operation } from "./operation.ts";
import { problemBody } from "./problem.ts";
import type { createRateLimit } from "./rate-limit.ts";
import type { Webhook } from "./document.ts";
import { parse } from "./validation.ts";
import type { LineRead } from "./validation.ts";
import {
  fingerprintOf,
  languageOf,
  readCondition,
  readDryRun,
  readIdempotencyKey,
  readJson,
  readNothing,
} from "./request.ts";

/** The application while features are added to it. */
export interface Hub {
  app: OpenAPIHono;
  deps: Deps;
  authenticate: Authenticate;
  limit: ReturnType<typeof createRateLimit>;
  /** What has been served so far: the document is made of it. */
  operations: Operation[];
  /** What the hub sends by itself, for the document too. */
  webhooks: Webhook[];
  /** Aborted when the process stops: what waits (long polls) ends its answer. */
  closing: AbortController;
  /** Where the sandbox keeps what becomes of a request; there is nothing of it in production. */
  watch?: (request: Request) => Seen | undefined;
}

/** What is seen of a request on its way, nothing of a patient in it. */
export interface Seen {
  operationId?: string;
  actorKind?: ActorKind;
  status?: number;
  /** Of a refusal. */
  violations?: readonly Violation[];
  /** A keyed hash of method, path and body: the same command has the same one. */
  fingerprint?: string;
  /** Of an NDJSON body. */
  lines?: { valid: number; invalid: number };
}

type Out<T> = T extends z.ZodType ? z.output<T> : never;
type ActorOf<Kind extends ActorKind> = Extract<Actor, { kind: Kind }>;

/** An action's answer on its way out. */
export interface Answer<T> {
  /** Typed by the operation's result; or JSON text that SQL has built. */
  body?: T;
  json?: string;
  lines?: AsyncIterable<T>;
  replayed?: boolean;
  headers?: Record<string, string>;
}

export interface Input<Params, Query, Body> {
  params: Params;
  query: Query;
  /** Of an NDJSON operation: the lines as they arrive, each already an object (its schema is checked line by line). */
  body: Body;
  lines: AsyncIterable<LineRead>;
  headers: Headers;
  signal: AbortSignal;
}

export const commonHeaders = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
} as const;

/** Operations whose writes decide what callers may do; the sandbox may replace its whole world. */
const settingTags: ReadonlySet<Operation["tag"]> = new Set(["operator", "configuration", "sandbox"]);

/**
 * Serves one operation: limit, authenticate, validate, call, render. All headers are given with the response, because
 * setting them on it afterwards costs most of the throughput (measured: 57,000 → 9,000 requests/s).
 */
export function serve<
  Kind extends ActorKind,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Result extends z.ZodType,
>(
  hub: Hub,
  declared: Operation<Kind, Params, Query, Body, Result>,
  handle: (call: Call<ActorOf<Kind>>, input: Input<Out<Params>, Out<Query>, Out<Body>>) => Promise<Answer<Out<Result>>>,
): void {
  const { deps } = hub;
  // The document and the checks need no more than the declared shape; the types of the parts matter to the handler only.
  hub.operations.push(declared);
  const path = declared.path.replace(/\{(\w+)\}/g, ":$1");
  hub.app.on(declared.method.toUpperCase(), path, async (context) => {
    const wall = deps.clock.wall();
    const requestId = requestIdOf(context.req.header("x-request-id"), deps);
    const language = languageOf(context.req.header("accept-language"));
    const headers: Record<string, string> = { ...commonHeaders, "x-request-id": requestId };
    let actor: Actor | undefined;
    const seen = hub.watch?.(context.req.raw);
    if (seen !== undefined) seen.operationId = declared.operationId;
    try {
      const anonymous = hub.limit(limitKeyOf(context), wall);
      headers["ratelimit-policy"] = anonymous.policy;
      headers["ratelimit"] = anonymous.state;
      if (!anonymous.allowed)
        throw refusal("TOO_MANY_REQUESTS", "", { retryAfterSeconds: anonymous.retryAfterSeconds });
      if (declared.actors.length > 0) {
        actor = await hub.authenticate(context.req.raw.headers, declared);
        if (seen !== undefined) seen.actorKind = actor.kind;
      }
      // authenticate has refused every kind that the operation does not name; a public operation ignores the actor.
      const call = { actor, requestId, language, baseUrl: deps.config.baseUrl } as Call<ActorOf<Kind>>;
      const params = parse(declared.params, context.req.param(), language, "path");
      const { dryRun, ...given } = queryOf(context);
      if (takesDryRun(declared)) call.dryRun = readDryRun(dryRun);
      else if (dryRun !== undefined) given["dryRun"] = dryRun;
      if (call.dryRun === true) headers["arrimage-dry-run"] = "true";
      const query = parse(querySchemaOf(declared), given, language, "query");
      const condition = readCondition(declared.condition, context.req.header("if-match"));
      if (condition !== undefined) call.ifMatch = condition;
      let body: unknown;
      let lines: AsyncIterable<LineRead> = noLines();
      if (declared.body !== undefined && declared.ndjson) {
        lines = readLines(context.req.raw, declared.body, language);
        if (seen !== undefined) lines = counted(lines, seen);
      } else if (declared.body !== undefined) {
        const raw = await readJson(context.req.raw, declared.form === true);
        body = parse(declared.body, raw, language, "body");
        if (seen !== undefined) seen.fingerprint = fingerprintOf(deps.secrets, declared.method, context.req.path, raw);
        if (actor !== undefined && declared.method === "post") {
          const key = readIdempotencyKey(
            declared.idempotent === true && call.dryRun !== true,
            context.req.header("idempotency-key"),
          );
          if (key !== undefined) {
            const fingerprint = fingerprintOf(deps.secrets, declared.method, context.req.path, raw);
            call.once = { caller: actorKey(actor), key, fingerprint };
          }
        }
      } else if (declared.method === "post") {
        parse(noContent, await readNothing(context.req.raw), language, "body");
      }
      if (declared.body === undefined && declared.idempotent && actor !== undefined) {
        const key = readIdempotencyKey(call.dryRun !== true, context.req.header("idempotency-key"));
        const fingerprint = fingerprintOf(deps.secrets, declared.method, context.req.path, null);
        if (key !== undefined) call.once = { caller: actorKey(actor), key, fingerprint };
      }
      const answer = await handle(call, {
        // Parsed by the operation's own schemas just above.
        params: params as Out<Params>,
        query: query as Out<Query>,
        body: body as Out<Body>,
        lines,
        headers: context.req.raw.headers,
        signal: context.req.raw.signal,
      });
      if (answer.replayed) headers["idempotency-replayed"] = "true";
      if (answer.headers !== undefined) Object.assign(headers, answer.headers);
      if (seen !== undefined) seen.status = declared.status;
      return render(declared.status, answer, headers, declared.etag === true, (failure) => {
        // Whoever has gone in the middle of their own request is not a failure of the hub's.
        if (context.req.raw.signal.aborted)
          deps.log.info("caller has gone", { requestId, operationId: declared.operationId });
        else
          deps.log.error("answer broke off", {
            requestId,
            operationId: declared.operationId,
            ...failureFields(failure),
          });
      });
    } catch (error) {
      const renderRefused = declared.oauth ? renderOAuthFailure : renderFailure;
      const response = renderRefused(deps, error, { requestId, language, headers, operationId: declared.operationId });
      if (seen !== undefined) {
        seen.status = response.status;
        seen.violations = refusalFor(error)?.violations ?? [];
      }
      return response;
    } finally {
      // Links, suspensions and grants hold at once in this process, also when the write's fate is unknown.
      if (declared.method !== "get" && settingTags.has(declared.tag)) hub.authenticate.invalidate?.();
      deps.log.info("request", {
        requestId,
        operationId: declared.operationId,
        durationMs: deps.clock.wall() - wall,
        ...(actor === undefined ? {} : { actorKind: actor.kind }),
      });
    }
  });
}

function render(
  status: number,
  answer: Answer<unknown>,
  headers: Record<string, string>,
  etag: boolean,
  brokeOff: (error: unknown) => void,
): Response {
  if (answer.lines !== undefined) {
    headers["content-type"] = "application/x-ndjson";
    return new Response(writeLines(answer.lines, brokeOff), { status, headers });
  }
  if (status === 204) return new Response(null, { status, headers });
  headers["content-type"] ??= "application/json; charset=utf-8";
  const { body } = answer;
  if (etag && typeof body === "object" && body !== null && "version" in body)
    headers["etag"] = `"v${String(body.version)}"`;
  return new Response(answer.json ?? JSON.stringify(body), { status, headers });
}

export interface FailureContext {
  requestId: string;
  language: Language;
  headers: Record<string, string>;
  operationId?: string;
}

/** A refusal becomes its problem; anything else an opaque 500 whose cause is logged without its message. */
export function renderFailure(deps: Deps, error: unknown, context: FailureContext): Response {
  const refused = refusalFor(error) ?? unknownFailure(deps, error, context);
  const body = problemBody(refused, { ...context, baseUrl: deps.config.baseUrl });
  const headers: Record<string, string> = {
    ...commonHeaders,
    "x-request-id": context.requestId,
    ...context.headers,
    "content-type": "application/problem+json; charset=utf-8",
    "content-language": context.language,
  };
  if (refused instanceof ReplayedRefusal) headers["idempotency-replayed"] = "true";
  const retryAfter = refused.help.retryAfterSeconds ?? (problems[body.code].retryable ? 1 : undefined);
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
  if (body.status === 401)
    headers["www-authenticate"] = `Bearer${body.code === "UNAUTHENTICATED" ? "" : ' error="invalid_token"'}`;
  if (refused.help.accept !== undefined) headers["accept"] = refused.help.accept;
  const scope = refused.violations[0]?.params?.["scope"];
  if (body.code === "INSUFFICIENT_SCOPE" && scope !== undefined)
    headers["www-authenticate"] = `Bearer error="insufficient_scope", scope="${String(scope)}"`;
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

/** No WWW-Authenticate: RFC 6749 asks for it only when the client tried the Authorization header. */
export function renderOAuthFailure(deps: Deps, error: unknown, context: FailureContext): Response {
  const refused = refusalFor(error) ?? unknownFailure(deps, error, context);
  const { status, body } = oauthError(refused);
  const headers: Record<string, string> = { ...context.headers, "content-type": "application/json; charset=utf-8" };
  const retryAfter = refused.help.retryAfterSeconds;
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
  return new Response(JSON.stringify(body), { status, headers });
}

function refusalFor(error: unknown): Refusal | undefined {
  return error instanceof Refusal ? error : refusalOf(error);
}

function unknownFailure(deps: Deps, error: unknown, context: FailureContext): Refusal {
  deps.log.error("request failed", {
    requestId: context.requestId,
    ...(context.operationId === undefined ? {} : { operationId: context.operationId }),
    ...failureFields(error),
  });
  return isUnavailable(error) ? refusal("UNAVAILABLE", "", { retryAfterSeconds: 1 }) : refusal("INTERNAL");
}

/** The caller's own id when it is harmless to repeat, else one of ours. */
export function requestIdOf(given: string | undefined, deps: Deps): string {
  return given !== undefined && /^[\w.:-]{1,64}$/.test(given) ? given : deps.ids.next("req", deps.clock.wall());
}

/** Before a token is verified, its last characters stand for the client; without one, the address it calls from. */
function limitKeyOf(context: Context): string {
  return context.req.header("authorization")?.slice(-43) ?? remoteAddressOf(context.env);
}

/** As @hono/node-server passes it; absent when the application is called in process. */
function remoteAddressOf(env: unknown): string {
  const { incoming } = (env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? "in-process";
}

const noContent = z.strictObject({}).optional();
const noQuery = z.strictObject({});

/** A misspelt `dryRun` must not be taken for a real command: whoever has a token may not say what is not understood. */
function querySchemaOf({ query, actors }: Operation): z.ZodType | undefined {
  return query ?? (actors.length > 0 ? noQuery : undefined);
}

function queryOf(context: Context): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [name, values] of Object.entries(context.req.queries())) {
    const only = values.length === 1 ? values[0] : undefined;
    query[name] = only ?? values;
  }
  return query;
}

async function* counted(lines: AsyncIterable<LineRead>, seen: Seen): AsyncIterable<LineRead> {
  const counts = { valid: 0, invalid: 0 };
  seen.lines = counts;
  for await (const line of lines) {
    counts[line.ok ? "valid" : "invalid"] += 1;
    yield line;
  }
}

async function* noLines(): AsyncIterable<LineRead> {
  // No body: nothing to read.
}

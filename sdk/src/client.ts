/** Turns an operation table into a client: one method per operation, under the operation's own name. */
import type { Auth, TokenSource } from "./auth.ts";
import { toBase64url } from "./base64url.ts";
import type { Answered, Exchange, Hooks } from "./exchange.ts";
import { exchange } from "./exchange.ts";
import { readJson, readText } from "./json.ts";
import type { Call, CallOptions } from "./methods.ts";
import type { LineStream } from "./ndjson.ts";
import { lineStream, readLines } from "./ndjson.ts";
import type { AnyParams, Operation, OperationTable } from "./operations.ts";
import { isRepeatable, prepareRequest } from "./operations.ts";
import type { Page } from "./pages.ts";
import { pagedList } from "./pages.ts";
import type { RetryBudget } from "./retries.ts";
import { createRetryBudget, TOTAL_DEADLINE } from "./retries.ts";
import type { Runtime } from "./runtime.ts";
import { machineRuntime } from "./runtime.ts";

export interface ConnectionConfig {
  /** The hub's address: `https://hub.example`, with a path if a proxy adds one. */
  baseUrl: string;
  /** Instead of the global `fetch`: a proxy agent's, or a server in the same process. */
  fetch?: Runtime["fetch"] | undefined;
  /** Of texts in answers; the hub's default is French. */
  language?: "fr" | "en" | undefined;
  hooks?: Hooks | undefined;
  /** Clock, randomness and sleep, for deterministic tests. */
  runtime?: Partial<Omit<Runtime, "fetch">> | undefined;
}

interface Connection {
  baseUrl: string;
  language: "fr" | "en" | undefined;
  hooks: Hooks;
  runtime: Runtime;
  tokens: TokenSource | undefined;
  budget: RetryBudget;
}

/** An operation that this version of the SDK does not know. */
export interface RawRequest {
  method: string;
  /** With everything filled in: `/v1/slots/slt_1`. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  body?: unknown;
  ifMatch?: string | number | undefined;
}
/**
 * Asks for what has no method here, with the same token, problems and limits. A POST carries an idempotency key; what
 * may have had its effect is repeated only when it is a GET, for nothing else is known of it.
 */
export type Request = <T = unknown>(request: RawRequest, options?: CallOptions) => Call<T>;

const DEFAULT_ATTEMPT_LIMIT = 30_000;

/** @typeParam O the interface that was generated with the table */
export function connect<O>(table: OperationTable, config: ConnectionConfig, auth?: Auth): O & { request: Request } {
  const baseUrl = config.baseUrl.replace(/\/+$/, "");
  if (!URL.canParse(baseUrl)) throw new TypeError("baseUrl is not an address such as https://hub.example.");
  const runtime = runtimeOf(config);
  const hooks = config.hooks ?? {};
  const budget = createRetryBudget(runtime.now);
  const tokens = auth?.({ baseUrl, runtime, hooks, budget });
  const connection: Connection = { baseUrl, language: config.language, hooks, runtime, tokens, budget };
  const client: MethodTree = {};
  for (const [id, operation] of Object.entries(table)) addMethod(client, id, createMethod(connection, id, operation));
  const request = ({ method, path, query = {}, ...params }: RawRequest, options: CallOptions = {}): unknown => {
    const known = Object.entries(query).filter(([, value]) => value !== undefined);
    const operation: Operation = { method, path, query: known.map(([name]) => name), ifMatch: true, body: "json" };
    const given = Object.entries(params).filter(([, value]) => value !== undefined);
    const all = Object.fromEntries([...known, ...given]);
    return withResponse(perform(connection, "request", operation, all, options, readJson));
  };
  // The generator writes the table and its interface O from the same operations.
  return { ...client, request } as O & { request: Request };
}

export function runtimeOf({ fetch, runtime }: ConnectionConfig): Runtime {
  return { ...machineRuntime, ...runtime, ...(fetch ? { fetch } : {}) };
}

type AnyMethod = (params?: AnyParams, options?: CallOptions) => unknown;
interface MethodTree {
  [segment: string]: MethodTree | AnyMethod;
}

function addMethod(tree: MethodTree, id: string, method: AnyMethod): void {
  const segments = id.split(".");
  const last = segments.pop() ?? id;
  let node = tree;
  for (const segment of segments) {
    const child = (node[segment] ??= {});
    if (typeof child === "function") throw new TypeError(`${id} stands below an operation.`);
    node = child;
  }
  node[last] = method;
}

function createMethod(connection: Connection, id: string, operation: Operation): AnyMethod {
  switch (operation.answer) {
    case "list":
      return (params = {}, options = {}) =>
        pagedList(async (cursor) => {
          // A page is a request of its own: the caller's key is for the first.
          const rest = cursor === undefined ? options : { ...options, idempotencyKey: undefined };
          const { data } = await perform(
            connection,
            id,
            operation,
            atCursor(operation, params, cursor),
            rest,
            readJson,
          );
          // The document promises a page here, and its answers are checked against it on the hub's side.
          return data as Page;
        });
    case "lines":
      return (params = {}, options = {}) => linesMethod(connection, id, operation, params, options);
    case "text":
      return (params = {}, options = {}) => withResponse(perform(connection, id, operation, params, options, readText));
    case undefined:
      return (params = {}, options = {}) => withResponse(perform(connection, id, operation, params, options, readJson));
  }
}

function atCursor(operation: Operation, params: AnyParams, cursor: string | undefined): AnyParams {
  if (cursor === undefined) return params;
  if (!operation.cursorInBody) return { ...params, cursor };
  return { ...params, body: { ...Object(params["body"]), cursor } };
}

function linesMethod(
  connection: Connection,
  id: string,
  operation: Operation,
  params: AnyParams,
  options: CallOptions,
): LineStream<unknown> {
  const opened = perform(connection, id, operation, params, options, (response, limit, request, failed) => {
    limit.pause();
    return readLines(response, limit, { lines: request.lines ?? 0, endLine: operation.endLine }, failed);
  });
  return lineStream(opened.then(({ data }) => data));
}

async function perform<T>(
  { baseUrl, language, hooks, runtime, tokens, budget }: Connection,
  id: string,
  operation: Operation,
  params: AnyParams,
  options: CallOptions,
  read: Exchange<T>["read"],
): Promise<Answered<T>> {
  const request = await prepareRequest(baseUrl, id, operation, params);
  const takesKey = operation.method === "POST" || operation.idempotencyKey;
  const idempotencyKey = takesKey ? (options.idempotencyKey ?? toBase64url(runtime.randomBytes(16))) : undefined;
  if (idempotencyKey !== undefined) request.headers["idempotency-key"] = idempotencyKey;
  const acceptLanguage = options.language ?? language;
  if (acceptLanguage) request.headers["accept-language"] = acceptLanguage;
  if (options.establishmentId) request.headers["arrimage-establishment"] = options.establishmentId;

  // A long poll is silent for as long as it was asked to be.
  const wait = typeof params["wait"] === "number" ? params["wait"] * 1_000 : 0;
  const attemptLimit = options.timeoutMs ?? DEFAULT_ATTEMPT_LIMIT + wait;
  return exchange(runtime, hooks, {
    operationId: id,
    request: () => request,
    repeatable: isRepeatable(operation, params),
    // Named in errors only where the hub keeps it: elsewhere it would promise too much.
    idempotencyKey: operation.idempotencyKey ? idempotencyKey : undefined,
    mostRetries: options.retries,
    attemptLimit,
    totalLimit: Math.max(TOTAL_DEADLINE + wait, attemptLimit),
    signal: options.signal,
    tokens: operation.public ? undefined : tokens,
    budget,
    read,
  });
}

function withResponse<T>(answered: Promise<Answered<T>>): Call<T> {
  const data = answered.then((answer) => answer.data);
  return Object.assign(data, {
    withResponse: () => {
      // The caller waits for the other promise; this one's rejection must not count as unhandled.
      data.catch(() => undefined);
      return answered;
    },
  });
}

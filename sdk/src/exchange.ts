/** One request to the hub with all its attempts: token, time limit, problems, retries. */
import type { TokenSource } from "./auth.ts";
import type { AnswerInfo } from "./methods.ts";
import type { PreparedRequest } from "./operations.ts";
import { ArrimageConnectionError, ArrimageProblem, isArrimageProblem, readProblem } from "./problems.ts";
import type { RetryBudget } from "./retries.ts";
import { retryDelay } from "./retries.ts";
import type { Runtime } from "./runtime.ts";
import type { TimeLimit } from "./time-limit.ts";
import { startTimeLimit } from "./time-limit.ts";

/** Told what happens, for logs and metrics: never a token, a body, or a URL with its values. */
export interface Hooks {
  onRequest?: (event: AttemptEvent) => void;
  onResponse?: (event: AttemptEvent & { status: number; requestId: string | null; milliseconds: number }) => void;
  onRetry?: (event: AttemptEvent & { error: Error; delayMilliseconds: number }) => void;
  /** Once for each operation that the hub says will go (RFC 9745, RFC 8594): which, since when, until when. */
  onDeprecation?: (event: Deprecation) => void;
}
export interface Deprecation {
  operationId: string;
  deprecatedAt: Date | null;
  sunsetAt: Date | null;
  /** `Link`: what is told of it, and what comes instead. */
  link: string | null;
}
export interface AttemptEvent {
  operationId: string;
  /** 1 for the first. */
  attempt: number;
}

export interface Exchange<T> {
  operationId: string;
  /** Called for each attempt: an assertion may be used only once, everything else is the same each time. */
  request: () => PreparedRequest | Promise<PreparedRequest>;
  /** See `isRepeatable`. */
  repeatable: boolean;
  idempotencyKey?: string | undefined;
  /** What the caller allows of them: see `retryDelay`. */
  mostRetries?: number | undefined;
  /** Milliseconds for one attempt, and for all of them. */
  attemptLimit: number;
  totalLimit: number;
  signal?: AbortSignal | undefined;
  tokens?: TokenSource | undefined;
  /** The client's; without one only the number of repetitions of a call is limited. */
  budget?: RetryBudget | undefined;
  /** Reads a 2xx answer, and stops the limit when nothing more will come. */
  read: (response: Response, limit: TimeLimit, request: PreparedRequest, failed: Failed) => T | Promise<T>;
}
/** Turns what `fetch` or a body threw into what the caller sees. */
export type Failed = (error: unknown) => never;

export interface Answered<T> {
  data: T;
  response: AnswerInfo;
}

/** @throws ArrimageProblem, ArrimageConnectionError, or the reason of the caller's signal */
export async function exchange<T>(runtime: Runtime, hooks: Hooks, call: Exchange<T>): Promise<Answered<T>> {
  const deadline = runtime.now() + call.totalLimit;
  let retries = 0;
  let renewed = false;
  call.budget?.called();
  for (let attempt = 1; ; attempt += 1) {
    const event = { operationId: call.operationId, attempt };
    // Outside the try: the token source retries by itself, and its refusal is final.
    const token = await call.tokens?.token(call.signal);
    try {
      const limit = startTimeLimit(Math.min(call.attemptLimit, deadline - runtime.now()), call.signal);
      return await attemptOnce(runtime, hooks, call, { ...event, retries }, limit, token);
    } catch (error) {
      if (token !== undefined && !renewed && isArrimageProblem(error, "INVALID_TOKEN") && error.status === 401) {
        renewed = true;
        if (call.tokens?.refused(token)) continue;
      }
      const delay = retryDelay(error, retries, call.repeatable, runtime.random);
      if (delay === null || retries === call.mostRetries || runtime.now() + delay >= deadline) throw error;
      if (call.budget?.take() === false) throw error;
      retries += 1;
      if (error instanceof Error) hooks.onRetry?.({ ...event, error, delayMilliseconds: delay });
      await runtime.sleep(delay, call.signal);
    }
  }
}

async function attemptOnce<T>(
  runtime: Runtime,
  hooks: Hooks,
  call: Exchange<T>,
  { retries, ...event }: AttemptEvent & { retries: number },
  limit: TimeLimit,
  token: string | undefined,
): Promise<Answered<T>> {
  const failed: Failed = (error) => {
    if (error instanceof ArrimageProblem) throw error;
    if (call.signal?.aborted) throw call.signal.reason;
    throw connectionError(error, call);
  };
  try {
    const request = await call.request();
    const headers = {
      ...request.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      // So that the hub's operator can tell a storm of repetitions from a rush.
      ...(retries === 0 ? {} : { "arrimage-retry-count": String(retries) }),
    };
    hooks.onRequest?.(event);
    const started = runtime.now();
    const init: RequestInit = {
      method: request.method,
      headers,
      signal: limit.signal,
      // A redirect would turn a POST into a GET, or carry the token elsewhere: the hub never answers one.
      redirect: "manual",
      ...(request.body === undefined ? {} : { body: request.body }),
    };
    const response = await limit.race(callFetch(runtime, request.url, init)).catch(failed);
    const info = {
      status: response.status,
      requestId: response.headers.get("x-request-id"),
      headers: response.headers,
    };
    const milliseconds = runtime.now() - started;
    hooks.onResponse?.({ ...event, status: info.status, requestId: info.requestId, milliseconds });
    tellDeprecation(hooks, call.operationId, response.headers);
    if (!response.ok) throw await limit.race(readProblem(response, runtime.now())).catch(failed);
    return { data: await call.read(response, limit, request, failed), response: info };
  } catch (error) {
    limit.abort();
    throw error;
  }
}

const told = new WeakMap<Hooks, Set<string>>();

function tellDeprecation(hooks: Hooks, operationId: string, headers: Headers): void {
  const [deprecation, sunset] = [headers.get("deprecation"), headers.get("sunset")];
  if ((deprecation ?? sunset) === null || !hooks.onDeprecation) return;
  const before = told.get(hooks) ?? new Set();
  if (before.has(operationId)) return;
  told.set(hooks, before.add(operationId));
  // RFC 9745: a structured field's date, `@1798761600`.
  const seconds = /^@(-?\d+)$/.exec(deprecation?.trim() ?? "")?.[1];
  hooks.onDeprecation({
    operationId,
    deprecatedAt: seconds === undefined ? null : new Date(Number(seconds) * 1_000),
    sunsetAt: Number.isNaN(Date.parse(sunset ?? "")) ? null : new Date(sunset ?? ""),
    link: headers.get("link"),
  });
}

/** Async, so that a `fetch` that throws at once is treated as one that rejects. */
async function callFetch(runtime: Runtime, url: string, init: RequestInit): Promise<Response> {
  return runtime.fetch(url, init);
}

function connectionError(cause: unknown, { operationId, idempotencyKey }: Exchange<unknown>): ArrimageConnectionError {
  const maybeReceived = !neverConnected(cause);
  const reason = cause instanceof Error ? innermost(cause).message : String(cause);
  const advice = maybeReceived
    ? idempotencyKey
      ? `It may have reached the hub: repeat it with idempotencyKey "${idempotencyKey}", and it cannot be done twice.`
      : "It may have reached the hub: read before you write again."
    : "It has not reached the hub.";
  return new ArrimageConnectionError(`${operationId}: ${reason}. ${advice}`, { cause, maybeReceived, idempotencyKey });
}

/** `fetch` says only "fetch failed"; what happened is the cause of its cause. */
function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}

/**
 * Nothing was sent: the name did not resolve or no connection came about. Node, Bun and Deno say so; browsers keep it
 * to themselves, and the answer is then the careful one.
 */
function neverConnected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverConnected);
  const code = "code" in error ? String(error.code) : "";
  const syscall = "syscall" in error ? String(error.syscall) : "";
  if (syscall === "connect" || syscall === "getaddrinfo") return true;
  if (["UND_ERR_CONNECT_TIMEOUT", "ConnectionRefused", "FailedToOpenSocket"].includes(code)) return true;
  return neverConnected(error.cause);
}

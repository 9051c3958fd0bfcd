import type { Refusal } from "../domain/decision.ts";
import { notInContract, refusal } from "../domain/decision.ts";
import type { Operation } from "../http/operation.ts";
import { languageOf } from "../http/request.ts";
import { commonHeaders, renderFailure, renderOAuthFailure, requestIdOf } from "../http/serve.ts";
import type { Hub } from "../http/serve.ts";
import { breakOff, untilAbandoned } from "./connection-faults.ts";
import type { HonoFetch, Node } from "./connection-faults.ts";
import { dripped, truncated } from "./body-faults.ts";
import { faultHeader, faultHeaderForm, readFaultHeader } from "./fault-header.ts";
import type { Chosen, RequestFault } from "./faults.ts";
import { clientOfAssertion } from "./request-log.ts";
import type { LoggedRequest } from "./request-log.ts";
import { operationFinder } from "./operation-at.ts";
import type { Robots } from "./robots.ts";
import type { Sandbox } from "./sandbox.ts";
import { wantedIn } from "./wanted-opening.ts";

/** A request on its way through the sandbox, and what is known of it before the hub has looked. */
interface Passage {
  hub: Hub;
  robots: Robots;
  request: Request;
  node: Node;
  declared: Operation | undefined;
  logged: LoggedRequest;
}

/**
 * The one place where the sandbox stands between callers and the hub: requests are logged, and faults happen to them.
 * The sandbox's own operations and the pages pass untouched.
 */
export function inFrontOf(hub: Hub, sandbox: Sandbox, robots: Robots, inner: HonoFetch): HonoFetch {
  const operationAt = operationFinder(hub.operations);
  return async (request, env, context) => {
    const url = new URL(request.url);
    if (isAside(url.pathname)) return inner(request, env, context);
    const { clock } = hub.deps;
    const logged = sandbox.requests.open(request, url, clock.wall());
    const declared = operationAt(request.method, url.pathname);
    // As @hono/node-server passes it; empty when the application is called in process.
    const node = (env ?? {}) as Node;
    if (declared?.operationId === "oauth.token" && isShort(request, node)) {
      const claimed = clientOfAssertion(await request.clone().text());
      if (claimed !== null) logged.clientId = claimed;
    }
    const passage: Passage = { hub, robots, request, node, declared, logged };
    try {
      if (declared !== undefined) logged.operationId = declared.operationId;
      const header = request.headers.get(faultHeader);
      if (header === null && !sandbox.faults.any()) return answered(passage, await inner(request, env, context));
      const faults = chooseFaults(sandbox, passage, header, url.pathname);
      if (faults === undefined)
        return refused(passage, notInContract("/header/Arrimage-Sandbox-Fault", faultHeaderForm));
      return answered(passage, await through(passage, faults, (changed) => inner(changed, env, context)));
    } finally {
      logged.endedAt = clock.wall();
    }
  };
}

/** Whoever sends without end is not read twice. */
function isShort(request: Request, { incoming }: Node): boolean {
  const length = request.headers.get("content-length") ?? (incoming === undefined ? "0" : "unknown");
  return Number(length) < 65_536;
}

function answered({ logged }: Passage, response: Response): Response {
  logged.status ??= response.status;
  return response;
}

/** Undefined when the header cannot be read. */
function chooseFaults(
  { faults }: Sandbox,
  { request, logged, declared }: Passage,
  header: string | null,
  path: string,
): Chosen<RequestFault>[] | undefined {
  const { clientId } = logged;
  const byRule = faults.forRequest({ operationId: declared?.operationId, method: request.method, path, clientId });
  if (header === null) return byRule;
  const asked = readFaultHeader(header);
  if (asked === undefined) return undefined;
  return [
    ...asked.map(({ fault, milliseconds, retryAfterSeconds }) => faults.asked(fault, milliseconds, retryAfterSeconds)),
    ...byRule,
  ];
}

/** The faults happen in their order: some before the hub is asked, some in its stead, some to its answer. */
async function through(
  passage: Passage,
  chosen: readonly Chosen<RequestFault>[],
  inner: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  const { logged } = passage;
  let { request } = passage;
  /** What happens to the hub's answer. */
  const later: Chosen<RequestFault>[] = [];
  for (const [index, fault] of chosen.entries()) {
    // Told at once: a connection that breaks off in process leaves by an exception.
    const told = logged.faults.push(fault.fault);
    const before = await happensBefore({ ...passage, request }, fault);
    if (before === "impossible") missed(passage, fault);
    if (before === "later") later.push(fault);
    if (before === "impossible" || before === "later") logged.faults.splice(told - 1, 1);
    if (before instanceof Request) {
      passage.hub.watch?.(request);
      request = before;
    } else if (before instanceof Response) {
      logged.inTheHubsStead = true;
      for (const unreached of [...later, ...chosen.slice(index + 1)]) missed(passage, unreached);
      return before;
    }
  }
  let response = await inner(request);
  logged.status ??= response.status;
  for (const fault of later) {
    const told = logged.faults.push(fault.fault);
    const after = await happensAfter(passage, fault, response);
    if (after === "impossible") {
      missed(passage, fault);
      logged.faults.splice(told - 1, 1);
    } else response = after;
  }
  return response;
}

/** Whoever asked for it finds in the request log that it was not to be had. */
function missed({ logged }: Passage, chosen: Chosen<RequestFault>): void {
  chosen.cannotHappen();
  logged.missedFaults.push(chosen.fault);
}

/** A request to go on with, an answer in the hub's stead, or nothing to wait for any more. */
async function happensBefore(
  passage: Passage,
  { fault, milliseconds, retryAfterSeconds }: Chosen<RequestFault>,
): Promise<Request | Response | "happened" | "impossible" | "later"> {
  const { hub, request, node, declared, robots } = passage;
  switch (fault) {
    case "latency":
      await untilAbandoned(request, hub.closing.signal, milliseconds ?? 1000);
      return "happened";
    case "resetBeforeCommit":
      return breakOff(node);
    case "neverAnswers":
      await untilAbandoned(request, hub.closing.signal, milliseconds);
      return breakOff(node);
    case "conflict": {
      const wanted = declared === undefined ? undefined : await wantedIn(request, declared);
      return wanted !== undefined && (await robots.take(wanted)) ? "happened" : "impossible";
    }
    case "staleEtag":
      return withStaleCondition(request) ?? "impossible";
    case "tooManyRequests":
      return refused(passage, refusal("TOO_MANY_REQUESTS", "", { retryAfterSeconds: retryAfterSeconds ?? 1 }));
    case "internal":
      return refused(passage, refusal("INTERNAL"));
    case "unavailable":
      return refused(passage, refusal("UNAVAILABLE", "", { retryAfterSeconds: retryAfterSeconds ?? 1 }));
    case "badGateway":
      return byAGateway(passage, 502, "Bad Gateway");
    case "tokenExpired":
      if (!request.headers.has("authorization") || declared?.oauth === true) return "impossible";
      return refused(passage, refusal("INVALID_TOKEN"));
    case "cursorExpired":
      if (declared?.problems.includes("CURSOR_EXPIRED") !== true) return "impossible";
      if (!new URL(request.url).searchParams.has("cursor")) return "impossible";
      return refused(passage, refusal("CURSOR_EXPIRED", "/query/cursor"));
    case "machineSuspended":
      if (passage.logged.clientId === undefined) return "impossible";
      return refused(passage, refusal(declared?.oauth === true ? "INVALID_CLIENT" : "MACHINE_SUSPENDED"));
    case "slowBody":
    case "lostResponse":
    case "truncatedBody":
    case "gatewayTimeout":
      return "later";
  }
}

/** Another answer in the place of the hub's, or none. */
async function happensAfter(
  passage: Passage,
  { fault, milliseconds }: Chosen<RequestFault>,
  response: Response,
): Promise<Response | "impossible"> {
  const { node } = passage;
  switch (fault) {
    case "lostResponse":
      // The hub has answered: what it did is committed. Of a stream nobody reads the rest.
      if (response.headers.get("content-type")?.startsWith("application/x-ndjson") !== true) await response.text();
      else await response.body?.cancel();
      return breakOff(node);
    case "gatewayTimeout":
      await response.body?.cancel();
      return byAGateway(passage, 504, "Gateway Timeout");
    case "truncatedBody":
      return response.body === null ? "impossible" : truncated(response, node);
    case "slowBody":
      return response.body === null ? "impossible" : dripped(response, milliseconds ?? 2000);
    default:
      return response;
  }
}

/** A refusal as the hub itself gives it. */
function refused({ hub, request, declared, logged }: Passage, by: Refusal): Response {
  const { deps } = hub;
  const seconds = by.help.retryAfterSeconds;
  const limit = String(deps.config.requestsPerMinute);
  const left = seconds === undefined ? limit : "0";
  const requestId = requestIdOf(request.headers.get("x-request-id") ?? undefined, deps);
  const context = {
    requestId,
    language: languageOf(request.headers.get("accept-language") ?? undefined),
    headers: {
      ...commonHeaders,
      "x-request-id": requestId,
      "ratelimit-policy": `"default";q=${limit};w=60`,
      ratelimit: `"default";r=${left};t=${String(seconds ?? 60)}`,
    },
  };
  const render = declared?.oauth === true ? renderOAuthFailure : renderFailure;
  const response = render(deps, by, context);
  logged.status = response.status;
  logged.violations = by.violations;
  return response;
}

/** What stands between a hub and its callers answers in a form of its own. */
function byAGateway({ logged }: Passage, status: 502 | 504, title: string): Response {
  logged.status = status;
  const text = `${String(status)} ${title}`;
  return new Response(
    `<html><head><title>${text}</title></head><body><center><h1>${text}</h1></center></body></html>`,
    {
      status,
      headers: { "content-type": "text/html", "cache-control": "no-store" },
    },
  );
}

/** As if the object had been read one version earlier. */
function withStaleCondition(request: Request): Request | undefined {
  const version = /^"v(\d{1,9})"$/.exec(request.headers.get("if-match") ?? "")?.[1];
  if (version === undefined) return undefined;
  const headers = new Headers(request.headers);
  headers.set("if-match", `"v${String(Math.max(0, Number(version) - 1))}"`);
  return new Request(request, { headers });
}

function isAside(path: string): boolean {
  return /^\/(sandbox|docs|livez|readyz|metrics|openapi\.json)?($|\/)/.test(path);
}

import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { utcText } from "../../http/time.ts";
import { verdictOf } from "../../sandbox/request-log.ts";
import type { LoggedRequest, RequestLog } from "../../sandbox/request-log.ts";
import { requestExample, requestListSchema, requestQuery } from "./schema.ts";
import type { RequestBody, RequestQuery } from "./schema.ts";

const list = operation({
  operationId: "requests.list",
  method: "get",
  path: "/sandbox/requests",
  tag: "sandbox",
  summary: "List the calls that came in, with the verdict of validation",
  description:
    "The last 10,000 of this process, the oldest first; nothing of their bodies. The sandbox's own operations, robot " +
    "citizens and pages are not among them.",
  actors: [],
  query: requestQuery,
  status: 200,
  result: requestListSchema,
  problems: [],
  example: { result: { items: [requestExample] } },
});

const clear = operation({
  operationId: "requests.clear",
  method: "delete",
  path: "/sandbox/requests",
  tag: "sandbox",
  summary: "Forget the calls that came in",
  actors: [],
  status: 204,
  problems: [],
  example: {},
});

export function sandboxRequestRoutes(hub: Hub, requests: RequestLog): void {
  serve(hub, list, (_call, { query }) =>
    Promise.resolve({
      body: {
        items: requests
          .list()
          .filter((logged) => isWanted(logged, query))
          .slice(0, query.limit)
          .map(shown),
      },
    }),
  );
  serve(hub, clear, () => {
    requests.clear();
    return Promise.resolve({});
  });
}

function isWanted(logged: LoggedRequest, { clientId, operationId, since }: RequestQuery): boolean {
  return (
    logged.seq > since &&
    (clientId === undefined || clientId === logged.clientId) &&
    (operationId === undefined || operationId === logged.operationId)
  );
}

function shown(logged: LoggedRequest): RequestBody {
  const { violations = [] } = logged;
  return {
    seq: logged.seq,
    at: utcText(logged.at),
    durationMs: logged.endedAt === undefined ? null : logged.endedAt - logged.at,
    requestId: logged.requestId ?? null,
    method: logged.method,
    path: logged.path,
    query: [...logged.query],
    namInUrl: logged.namInUrl,
    operationId: logged.operationId ?? null,
    clientId: logged.clientId ?? null,
    actorKind: logged.actorKind ?? null,
    status: logged.status ?? null,
    code: violations[0]?.code ?? null,
    verdict: verdictOf(logged),
    violations: violations.slice(0, 20).map(({ rule, code, pointer }) => ({ rule, code, pointer })),
    lines: logged.lines ?? null,
    fingerprint: logged.fingerprint ?? null,
    idempotencyKeyHash: logged.idempotencyKeyHash ?? null,
    ifMatch: logged.ifMatch ?? null,
    retryCount: logged.retryCount ?? null,
    userAgent: logged.userAgent ?? null,
    faults: logged.faults,
    missedFaults: logged.missedFaults,
  };
}

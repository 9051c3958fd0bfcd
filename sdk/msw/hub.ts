import { OpenAPIHono } from "@hono/zod-openapi";
import type { MemoryHub, MemoryHubOptions, Moment } from "../src/msw-hub.ts";
import type { Deps } from "../../api/src/deps.ts";
import { adoptionRoutes } from "../../api/src/features/adoptions/routes.ts";
import { agendaWindowRoutes } from "../../api/src/features/agenda-windows/routes.ts";
import { agendaRoutes } from "../../api/src/features/agendas/routes.ts";
import { bookingRoutes } from "../../api/src/features/bookings.ts";
import { callerRoutes } from "../../api/src/features/caller/routes.ts";
import { changeRoutes } from "../../api/src/features/changes/routes.ts";
import { citizenPerimeterRoutes } from "../../api/src/features/citizen-perimeters/routes.ts";
import { consultationReasonRoutes } from "../../api/src/features/consultation-reasons/routes.ts";
import { digestRoutes } from "../../api/src/features/digest/routes.ts";
import { establishmentRoutes } from "../../api/src/features/establishments/routes.ts";
import { oauthRoutes } from "../../api/src/features/oauth/routes.ts";
import { openingRoutes } from "../../api/src/features/openings/routes.ts";
import { patientRoutes } from "../../api/src/features/patients/routes.ts";
import { placeRoutes } from "../../api/src/features/places/routes.ts";
import { createPlacePositions } from "../../api/src/features/places/positions.ts";
import { professionalRoutes } from "../../api/src/features/professionals/routes.ts";
import { serviceRoutes } from "../../api/src/features/services/routes.ts";
import { slotRoutes } from "../../api/src/features/slots/routes.ts";
import { snapshotRoutes } from "../../api/src/features/snapshots/routes.ts";
import { tokenRoutes } from "../../api/src/features/tokens/routes.ts";
import { createAuthenticate } from "../../api/src/http/authentication.ts";
import { broken, notServed } from "../../api/src/http/not-served.ts";
import { createRateLimit } from "../../api/src/http/rate-limit.ts";
import { languageOf } from "../../api/src/http/request.ts";
import type { Hub } from "../../api/src/http/serve.ts";
import { createKeyring } from "../../api/src/http/signing-keys.ts";
import { issueMachineToken, issueSandboxToken } from "../../api/src/http/access-token.ts";
import { machineScopes } from "../../api/src/domain/actor.ts";
import type { Operation } from "../src/operations.ts";
import { hubOperations } from "../src/generated/hub.ts";
import { countedIds } from "./ids.ts";
import { plainSecrets } from "./secrets.ts";
import { createWorld } from "./world.ts";
import { createBuilder } from "./builder.ts";

const features = [
  oauthRoutes,
  tokenRoutes,
  callerRoutes,
  establishmentRoutes,
  placeRoutes,
  professionalRoutes,
  consultationReasonRoutes,
  serviceRoutes,
  slotRoutes,
  agendaRoutes,
  agendaWindowRoutes,
  openingRoutes,
  citizenPerimeterRoutes,
  patientRoutes,
  bookingRoutes,
  adoptionRoutes,
  snapshotRoutes,
  changeRoutes,
  digestRoutes,
];

export function createMemoryHub(options: MemoryHubOptions): MemoryHub {
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const world = createWorld();
  const clock = createClock(options.now);
  const secrets = plainSecrets();
  const ids = countedIds(options.seed ?? "msw");
  /** Requests that asked for what no store of this folder has. */
  const missing = new Set<string>();
  const deps: Deps = {
    config: {
      mode: "sandbox",
      baseUrl,
      requestsPerMinute: 1_000_000,
      webhookTimeoutMs: 15_000,
      ...{ port: 0, dataDir: "", databasePool: 1, logLevel: "silent", keys: { dataKeys: [], indexKey: secrets.noKey } },
    },
    clock,
    ids,
    log: {
      info: () => undefined,
      error: (_, { requestId, errorName, stack } = {}) => {
        if (errorName === "NotInMemory" && requestId !== undefined) missing.add(requestId);
        else options.onError?.(`${errorName ?? "an error"} ${stack ?? ""}`);
      },
    },
    secrets,
    connection: world.connection,
    registry: { find: async (nam) => world.find("person", secrets.namIndex(nam)) ?? null },
    staffRegistry: { find: async () => null },
    placePositions: createPlacePositions(world.connection, clock.wall),
  };
  const authenticate = createAuthenticate(deps);
  const app = new OpenAPIHono();
  const hub: Hub = {
    ...{ app, deps, authenticate },
    limit: createRateLimit(deps.config.requestsPerMinute),
    operations: [],
    webhooks: [],
    closing: new AbortController(),
  };
  for (const feature of features) feature(hub);
  app.notFound((context) => notServed(hub, context));
  app.onError((error, context) => broken(hub, error, context));

  const served = new Set(hub.operations.map(({ operationId }) => operationId));
  const notThere = Object.entries(hubOperations).filter(([operationId]) => !served.has(operationId));
  const keyring = createKeyring(deps);
  const known = () => {
    authenticate.invalidate();
    deps.placePositions.clear();
  };

  async function fetch(request: Request): Promise<Response> {
    const headers = new Headers(request.headers);
    // Node's fetch says "*" of itself, which is no preference.
    const asked = headers.get("accept-language") ?? "*";
    if (options.language !== undefined && asked === "*") headers.set("accept-language", options.language);
    const language = languageOf(headers.get("accept-language") ?? undefined);
    const url = new URL(request.url);
    const prefix = new URL(baseUrl).pathname.replace(/\/$/, "");
    if (url.pathname.startsWith(prefix)) url.pathname = url.pathname.slice(prefix.length);
    const absent = notThere.find(([, operation]) => isFor(operation, request.method, url.pathname));
    if (absent !== undefined) return notImplemented(absent[0], language, ids.next("req", clock.wall()));
    const answer = await app.fetch(new Request(url, withHeaders(request, headers)));
    const requestId = answer.headers.get("x-request-id") ?? "";
    if (!missing.delete(requestId)) return answer;
    const found = Object.entries(hubOperations).find(([, operation]) => isFor(operation, request.method, url.pathname));
    return notImplemented(`${found?.[0] ?? "this"} as it was asked`, language, requestId);
  }

  return {
    baseUrl,
    fetch,
    clock: { now: () => clock.now(), set: clock.set, advance: clock.advance },
    ...createBuilder({ world, ids, clock, secrets, changed: known }),
    tokens: {
      machine: (machineId, scopes = machineScopes) => issueMachineToken(deps, keyring, machineId, scopes.join(" ")),
      citizen: (nam) => issueSandboxToken(deps, keyring, { kind: "citizen", nam }),
      employee: (ramqIdentifier) => issueSandboxToken(deps, keyring, { kind: "employee", ramqIdentifier }),
      operator: () => issueSandboxToken(deps, keyring, { kind: "operator", operatorId: "ramq" }),
    },
  };
}

/** A request keeps its body, which may be read once. */
function withHeaders(request: Request, headers: Headers): RequestInit & { duplex?: "half" } {
  const { method, body, signal } = request;
  return { method, headers, signal, ...(body === null ? {} : { body, duplex: "half" }) };
}

function isFor(operation: Operation, method: string, path: string): boolean {
  const [steps, asked] = [operation.path.split("/"), path.split("/")];
  return (
    operation.method === method &&
    steps.length === asked.length &&
    steps.every((step, index) => step.startsWith("{") || step === asked[index])
  );
}

function notImplemented(what: string, language: "fr" | "en", requestId: string): Response {
  const [title, detail] =
    language === "fr"
      ? [
          "Le concentrateur en mémoire ne fait pas cela.",
          `${what} n'est pas de ce que @arrimage/sdk/msw sert. Le bac à sable (npx arrimage sandbox) le fait.`,
        ]
      : [
          "The hub in memory does not do this.",
          `${what} is not among what @arrimage/sdk/msw serves. The sandbox (npx arrimage sandbox) does it.`,
        ];
  const body = { type: "about:blank", title, status: 501, detail, code: "NOT_IN_MEMORY", requestId, retryable: false };
  return new Response(JSON.stringify({ ...body, violations: [] }), {
    status: 501,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      "content-language": language,
      "x-request-id": requestId,
    },
  });
}

function createClock(at: Moment | undefined) {
  let standing = at === undefined ? undefined : instantOf(at);
  let ahead = 0;
  return {
    /** Stands where it was put; without a beginning of its own it runs with the machine's. */
    now: () => standing ?? Date.now() + ahead,
    wall: () => Date.now(),
    set: (to: Moment) => {
      standing = instantOf(to);
    },
    advance: (milliseconds: number) => {
      if (standing === undefined) ahead += milliseconds;
      else standing += milliseconds;
    },
  };
}

function instantOf(at: Moment): number {
  const instant = at instanceof Date ? at.getTime() : typeof at === "number" ? at : Date.parse(at);
  if (Number.isNaN(instant)) throw new TypeError("now is not an instant such as 2027-03-01T08:00:00-05:00.");
  return instant;
}

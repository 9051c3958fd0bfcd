import { createHash } from "node:crypto";
import { createHub } from "../src/app.ts";
import type { Instant } from "../src/clock.ts";
import { readConfig } from "../src/config.ts";
import type { Config } from "../src/config.ts";
import { connect } from "../src/db/connection.ts";
import { withScope } from "../src/db/scope.ts";
import type { ScopedTx } from "../src/db/scope.ts";
import type { Deps } from "../src/deps.ts";
import { machineScopes } from "../src/domain/actor.ts";
import type { Nurse, Scope } from "../src/domain/actor.ts";
import { createPlacePositions } from "../src/features/places/positions.ts";
import { createSandboxRegistry } from "../src/features/registry/sandbox-registry.ts";
import { createSandboxStaffRegistry } from "../src/features/staff-registry/sandbox-staff-registry.ts";
import type { SandboxClock } from "../src/features/sandbox-clock/sandbox-clock.ts";
import { issueMachineToken, issueSandboxToken } from "../src/http/access-token.ts";
import { createAuthenticate } from "../src/http/authentication.ts";
import type { Hub } from "../src/http/serve.ts";
import { createKeyring } from "../src/http/signing-keys.ts";
import { idsFrom } from "../src/ids.ts";
import type { Ids } from "../src/ids.ts";
import { createLog } from "../src/log.ts";
import { addSandbox } from "../src/sandbox/mode.ts";
import { createSandbox } from "../src/sandbox/sandbox.ts";
import { createSecrets } from "../src/secrets.ts";
import { answered, inUse, saw, sent, watching } from "./canaries/canaries.ts";
import { checkAnswer } from "./contract.ts";
import { createTestDatabase } from "./database.ts";

/** A Monday, thirteen days before the spring change. */
export const defaultNow = "2027-03-01T07:00:00-05:00";

export interface TestHubOptions {
  /** Where both clocks stand. */
  now?: string | Instant;
  /** The machine's time, when it differs from the hub's. */
  wall?: string | Instant;
  config?: Partial<Config>;
  /** Another hub's database: a second process over the same data. It stays that hub's to remove. */
  database?: { url: string };
  /** Ids of two hubs over one database must differ. */
  seed?: string;
}

export interface TestClock extends SandboxClock {
  /** Moves the hub's time only: tokens, which follow the wall, stay valid. */
  moveTo(at: string | Instant): void;
  advance(ms: number): void;
  /** The machine's time: what tokens, caches and waits follow. */
  moveWallTo(at: string | Instant): void;
  advanceWall(ms: number): void;
}

export interface TestRequest {
  /** An access token. */
  as?: string;
  /** An object is sent as JSON, a list of objects as NDJSON when `ndjson` is set, a string as it is. */
  body?: unknown;
  ndjson?: true;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  /** If-Match of this version. */
  version?: number;
  /** A POST has a fresh key of its own unless one is named here; null sends none. */
  key?: string | null;
}

export interface TestAnswer<T> {
  status: number;
  headers: Headers;
  /** JSON parsed; of NDJSON the list of its lines; undefined when empty. */
  body: T;
}

export interface TestHub {
  app: Hub["app"];
  hub: Hub;
  deps: Deps;
  clock: TestClock;
  database: { url: string };
  /** What was logged, line by line. */
  logs: string[];
  /** 1, 2, 3, …: for names and numbers that must differ. */
  count(): number;
  request<T = Record<string, unknown>>(method: string, path: string, request?: TestRequest): Promise<TestAnswer<T>>;
  /** Real tokens, signed with the hub's own keys. */
  tokens: {
    operator(): Promise<string>;
    employee(ramqIdentifier: string): Promise<string>;
    citizen(nam: string): Promise<string>;
    nurse(nurse: Omit<Nurse, "kind">): Promise<string>;
    machine(machineId: string, scopes?: readonly Scope[]): Promise<string>;
  };
  /** Writes through stores, in the scope of these establishments; what was known of callers and places is forgotten. */
  write<T>(establishments: readonly string[], run: (tx: ScopedTx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function createTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const own = options.database === undefined ? await createTestDatabase() : undefined;
  const database = own ?? options.database;
  if (database === undefined) throw new Error("no database");
  const config: Config = {
    ...readConfig({}, { mode: "sandbox", port: 4700, databaseUrl: database.url }),
    requestsPerMinute: 1_000_000,
    ...options.config,
  };
  const clock = createTestClock(
    instantOf(options.now ?? defaultNow),
    instantOf(options.wall ?? options.now ?? defaultNow),
  );
  const ids = countedIds(options.seed ?? "test");
  const logs: string[] = [];
  const connection = connect(database.url, { max: config.databasePool, role: "arrimage_runtime" });
  const secrets = createSecrets(config.keys, ids);
  const deps: Deps = {
    config,
    clock,
    sandboxClock: clock,
    sandbox: createSandbox(ids, database.url),
    ids,
    log: createLog("info", {
      write(line) {
        logs.push(line);
        saw("log", line);
      },
    }),
    secrets,
    connection,
    registry: createSandboxRegistry({ connection, secrets }),
    staffRegistry: createSandboxStaffRegistry({ connection }),
    placePositions: createPlacePositions(connection, clock.wall),
  };
  const authenticate = createAuthenticate(deps);
  const hub = createHub(deps, authenticate, addSandbox);
  hub.app.fetch = watching(hub.app.fetch);
  const keyring = createKeyring(deps);
  let requests = 0;
  let counted = 0;
  return {
    app: hub.app,
    hub,
    deps,
    clock,
    database,
    logs,
    count: () => (counted += 1),
    async request<T>(method: string, path: string, request: TestRequest = {}): Promise<TestAnswer<T>> {
      requests += 1;
      const init = requestInit(method, request, `test-key-${options.seed ?? ""}-${String(requests)}`);
      const answer = await readAnswer<T>(path, await hub.app.request(path, init));
      checkAnswer(hub.operations, method, path, answer);
      return answer;
    },
    tokens: {
      operator: () => issueSandboxToken(deps, keyring, { kind: "operator", operatorId: "ramq" }),
      employee: (ramqIdentifier) => issueSandboxToken(deps, keyring, { kind: "employee", ramqIdentifier }),
      citizen(nam) {
        inUse(nam);
        return issueSandboxToken(deps, keyring, { kind: "citizen", nam });
      },
      nurse: (nurse) => issueSandboxToken(deps, keyring, { kind: "nurse", ...nurse }),
      machine: (machineId, scopes = machineScopes) => issueMachineToken(deps, keyring, machineId, scopes.join(" ")),
    },
    async write(establishments, run) {
      const value = await withScope(connection, { audience: "operator", establishments }, run);
      authenticate.invalidate();
      deps.placePositions.clear();
      return value;
    },
    async close() {
      hub.closing.abort();
      await connection.end({ timeout: 5 });
      await deps.sandbox?.world.close();
      await own?.drop();
    },
  };
}

/** The request as it crosses the wire, for suites that send it to a hub in another process. */
export function requestInit(method: string, request: TestRequest, freshKey: string): RequestInit {
  const headers = new Headers(request.headers);
  if (request.as !== undefined) headers.set("authorization", `Bearer ${request.as}`);
  if (request.version !== undefined) headers.set("if-match", `"v${String(request.version)}"`);
  if (request.key !== null && (request.key !== undefined || method === "POST"))
    headers.set("idempotency-key", request.key ?? freshKey);
  const body = bodyOf(request, headers);
  if (body !== undefined) sent(body);
  return { method, headers, ...(body === undefined ? {} : { body }) };
}

function bodyOf(request: TestRequest, headers: Headers): string | undefined {
  const send = (type: string, text: string) => {
    if (!headers.has("content-type")) headers.set("content-type", type);
    return text;
  };
  if (request.form !== undefined)
    return send("application/x-www-form-urlencoded", new URLSearchParams(request.form).toString());
  if (request.body === undefined) return undefined;
  if (request.ndjson && Array.isArray(request.body))
    return send("application/x-ndjson", request.body.map((line) => `${JSON.stringify(line)}\n`).join(""));
  if (typeof request.body === "string") return send("application/json", request.body);
  return send("application/json", JSON.stringify(request.body));
}

export async function readAnswer<T>(path: string, response: Response): Promise<TestAnswer<T>> {
  const text = await response.text();
  answered(path, response, text);
  // A test says what it expects of the body; its assertions check it.
  return { status: response.status, headers: response.headers, body: bodyIn(response, text) as T };
}

function bodyIn({ headers }: Response, text: string): unknown {
  const type = headers.get("content-type") ?? "";
  if (text === "") return undefined;
  if (type.startsWith("application/x-ndjson"))
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line): unknown => JSON.parse(line));
  return type.includes("json") ? JSON.parse(text) : text;
}

/** Stands still until it is told. */
function createTestClock(start: Instant, startWall: Instant): TestClock {
  let now = start;
  let wall = startWall;
  return {
    now: () => now,
    wall: () => wall,
    isRunning: () => false,
    set(setting) {
      now = setting.now;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    moveTo(at) {
      now = instantOf(at);
    },
    advance(ms) {
      now += ms;
    },
    moveWallTo(at) {
      wall = instantOf(at);
    },
    advanceWall(ms) {
      wall += ms;
    },
  };
}

export function instantOf(at: string | Instant): Instant {
  const instant = typeof at === "number" ? at : Date.parse(at);
  if (Number.isNaN(instant)) throw new Error(`not an instant: ${String(at)}`);
  return instant;
}

/** A counter in the place of randomness: ids made at one instant sort as they were made, and every run makes the same. */
function countedIds(seed: string): Ids {
  const mark = createHash("sha256").update(seed).digest();
  let count = 0;
  return idsFrom((length) => {
    count += 1;
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < length; i++) bytes[i] = mark[i % mark.length] ?? 0;
    bytes.writeUInt32BE(count, Math.max(0, Math.min(3, length - 4)));
    return bytes;
  });
}

import { createHash } from "node:crypto";
import type { Instant } from "../clock.ts";
import type { ProblemCode } from "../domain/problems.ts";
import type { Seen } from "../http/serve.ts";
import type { RequestFault } from "./faults.ts";

/** What came in, for whoever wants to see how software behaves; nothing that a body says of a patient. */
export interface LoggedRequest extends Seen {
  seq: number;
  at: Instant;
  endedAt?: Instant;
  method: string;
  /** A health insurance number in it is replaced. */
  path: string;
  /** Names only. */
  query: readonly string[];
  namInUrl: boolean;
  clientId?: string;
  requestId?: string;
  idempotencyKeyHash?: string;
  ifMatch?: string;
  retryCount?: number;
  userAgent?: string;
  faults: RequestFault[];
  /** Asked for or drawn, and to this request they could not happen. */
  missedFaults: RequestFault[];
  /** A fault has answered: the hub was not asked. */
  inTheHubsStead?: boolean;
}

/** Requests kept, the oldest go first: about 5 MB. */
const kept = 10_000;

export interface RequestLog {
  open(request: Request, url: URL, at: Instant): LoggedRequest;
  find(request: Request): LoggedRequest | undefined;
  list(): readonly LoggedRequest[];
  clear(): void;
}

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  let seq = 0;
  const open = new WeakMap<Request, LoggedRequest>();
  return {
    open(request, url, at) {
      const { headers } = request;
      const namInUrl = namForm.test(decoded(url.pathname + url.search));
      const entry: LoggedRequest = {
        seq: (seq += 1),
        at,
        method: request.method,
        path: namInUrl ? decoded(url.pathname).replace(new RegExp(namForm, "gi"), "[NAM]") : url.pathname,
        query: url.search === "" ? [] : [...new Set(url.searchParams.keys())],
        namInUrl,
        faults: [],
        missedFaults: [],
      };
      const set = <Key extends keyof LoggedRequest>(key: Key, value: LoggedRequest[Key] | null) => {
        if (value !== null) entry[key] = value;
      };
      set("requestId", headers.get("x-request-id"));
      set("ifMatch", headers.get("if-match"));
      set("userAgent", headers.get("user-agent")?.slice(0, 120) ?? null);
      const key = headers.get("idempotency-key");
      set("idempotencyKeyHash", key === null ? null : hashOf(key));
      const retries = headers.get("arrimage-retry-count");
      set("retryCount", retries !== null && /^\d{1,3}$/.test(retries) ? Number(retries) : null);
      set("clientId", clientOf(headers.get("authorization")));
      open.set(request, entry);
      entries.push(entry);
      // In blocks: a shift per request moves ten thousand entries each time.
      if (entries.length >= kept + 1000) entries = entries.slice(-kept);
      return entry;
    },
    find: (request) => open.get(request),
    list: () => entries.slice(-kept),
    clear() {
      entries = [];
    },
  };
}

const namForm = /[a-z]{4}[ -]?\d{4}[ -]?\d{4}/i;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 16);
}

/** Whom a machine's token names; whether it is good is for the hub to say. */
export function clientOf(authorization: string | null): string | null {
  const payload = /^bearer [\w-]+\.([\w-]+)\./i.exec(authorization ?? "")?.[1];
  return payload === undefined ? null : textIn(payload, "client_id");
}

/** Whom a client assertion names, in a body of /oauth/token. */
export function clientOfAssertion(form: string): string | null {
  const payload = new URLSearchParams(form).get("client_assertion")?.split(".")[1];
  return payload === undefined ? null : textIn(payload, "sub");
}

function textIn(payload: string, name: string): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    const fields = new Map<string, unknown>(
      claims !== null && typeof claims === "object" ? Object.entries(claims) : [],
    );
    const value = fields.get(name);
    return typeof value === "string" && /^mch_[0-9a-z]{26}$/.test(value) ? value : null;
  } catch {
    return null;
  }
}

const ofTheContract: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "INVALID_REQUEST",
  "UNKNOWN_FIELD",
  "MALFORMED_BODY",
  "UNSUPPORTED_MEDIA_TYPE",
  "BODY_TOO_LARGE",
  "IDEMPOTENCY_KEY_REQUIRED",
  "IDEMPOTENCY_KEY_REUSED",
  "PRECONDITION_REQUIRED",
  "CURSOR_INVALID",
  "METHOD_NOT_ALLOWED",
]);

/** Whether the request was one of the contract, whatever the rules then said to it; null when nobody has looked. */
export function verdictOf({ operationId, status, violations = [], lines, inTheHubsStead }: LoggedRequest) {
  if (status === undefined || inTheHubsStead === true) return null;
  if (operationId === undefined) return "unknownOperation";
  const broken = violations.some(({ rule, code }) => rule === "CONTRACT" && ofTheContract.has(code));
  return broken || (lines?.invalid ?? 0) > 0 ? "invalid" : "valid";
}

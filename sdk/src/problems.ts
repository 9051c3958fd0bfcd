/** What a call can throw: a refusal of the hub (RFC 9457), or a connection that failed. */
import { isProblem } from "./is-problem.ts";

export { isArrimageProblem } from "./is-problem.ts";

export interface Violation {
  /** Rule of the published rule book, as HOLD-06. */
  rule: string;
  /** The rule's page in the rule book. */
  href?: string;
  code: string;
  /** JSON pointer into the request. */
  pointer?: string | null;
  detail: string;
  /** What stands against the request without being named in it. */
  objectId?: string;
}

/** `application/problem+json` as the hub sends it; fields that this SDK does not know are kept. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  instance?: string;
  requestId?: string;
  retryable?: boolean;
  violations?: Violation[];
  /** Other openings, each bookable when the hub answered. */
  alternatives?: unknown[];
  /** The object as it is now, when the request knew an older version. */
  current?: unknown;
  [field: string]: unknown;
}

/** The hub refused. Branch on `code`: it is stable, texts are not. */
export class ArrimageProblem<Code extends string = string> extends Error {
  override readonly name = "ArrimageProblem";
  readonly [isProblem] = true;
  readonly code: Code;
  readonly status: number;
  /** Every rule that stood against the request. */
  readonly violations: readonly Violation[];
  /** What the hub's operator needs to find the request. */
  readonly requestId: string | null;
  /** The same request may succeed later. The SDK has already tried again where that was safe. */
  readonly retryable: boolean;
  /** From `Retry-After`; null when the hub named no time. */
  readonly retryAfterSeconds: number | null;
  readonly alternatives: readonly unknown[];
  /** The problem as it was sent. */
  readonly problem: Problem;

  constructor(problem: Problem & { code: Code }, requestId: string | null, retryAfterSeconds: number | null) {
    const id = problem.requestId ?? requestId;
    super(describe(problem, id));
    this.code = problem.code;
    this.status = problem.status;
    this.violations = problem.violations ?? [];
    this.requestId = id;
    this.retryable = problem.retryable ?? false;
    this.retryAfterSeconds = retryAfterSeconds;
    this.alternatives = problem.alternatives ?? [];
    this.problem = problem;
  }
}

/**
 * Code, text of the hub, rules and request id; not the violations' details, which may point at what was submitted, nor
 * anything of the request itself: this line ends up in logs.
 */
function describe({ code, status, title, detail, violations = [] }: Problem, requestId: string | null): string {
  const rules = [...new Set(violations.map(({ rule }) => rule))];
  const text = detail && detail !== title ? `${title} — ${detail}` : title;
  const notes = [rules.length > 0 && `rules ${rules.join(", ")}`, requestId && `request ${requestId}`].filter(Boolean);
  return `${code} (${status}): ${text}${notes.length > 0 ? ` [${notes.join("; ")}]` : ""}`;
}

/** No answer, or half of one: refused, reset, timed out. The underlying error is `cause`. */
export class ArrimageConnectionError extends Error {
  override readonly name = "ArrimageConnectionError";
  /** False when the hub cannot have received the request. True: a write may have had its effect. */
  readonly maybeReceived: boolean;
  /** The key that was sent. A call with the same key and body cannot do the work twice. */
  readonly idempotencyKey: string | undefined;

  constructor(
    message: string,
    details: { cause?: unknown; maybeReceived: boolean; idempotencyKey?: string | undefined },
  ) {
    super(message, { cause: details.cause });
    this.maybeReceived = details.maybeReceived;
    this.idempotencyKey = details.idempotencyKey;
  }
}

/** Reads the problem of an answer that is not 2xx. What is not the hub's own (a proxy's page) becomes a problem too. */
export async function readProblem(response: Response, now: number): Promise<ArrimageProblem> {
  const text = await response.text();
  const retryAfter = retryAfterSeconds(response.headers.get("retry-after"), now);
  return new ArrimageProblem(asProblem(text, response), response.headers.get("x-request-id"), retryAfter);
}

function asProblem(text: string, response: Response): Problem {
  const fields = parseObject(text);
  const { status } = response;
  if (typeof fields?.["code"] === "string") {
    return { type: "about:blank", title: fields["code"], ...fields, code: fields["code"], status };
  }
  // RFC 6749, 5.2: a token endpoint answers { error, error_description }.
  if (typeof fields?.["error"] === "string") {
    const description = fields["error_description"];
    const title = typeof description === "string" ? description : fields["error"];
    return { type: "about:blank", title, status, code: fields["error"].toUpperCase() };
  }
  return unexpectedAnswer(status, "The answer is not one of the hub's. Is baseUrl right, or is a proxy answering?");
}

/** Not the hub's answer. Nothing of its content is repeated: nobody knows what it holds. */
export function unexpectedAnswer(status: number, title: string): Problem {
  return { type: "about:blank", title, status, code: "UNEXPECTED_ANSWER" };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // A JSON object has string keys; arrays and null are excluded here.
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110, 10.2.3: seconds, or an HTTP date. Null for anything else. */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = /^[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000);
}

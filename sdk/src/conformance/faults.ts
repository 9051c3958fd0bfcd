/** What the proxy can do to a request, deterministically: so many times, to those that match. */
import type { RecordedRequest } from "./requests.ts";

export type Fault =
  /** Answered by the proxy; the hub never sees it. */
  | { kind: "answer"; status: number; headers?: Readonly<Record<string, string>>; body: unknown }
  /** The connection is cut before the hub hears anything. */
  | { kind: "reset" }
  /** The hub does it, and the answer is lost. */
  | { kind: "lostResponse" }
  /** The answer ends in the middle. */
  | { kind: "truncated" }
  /** Forwarded with another query. */
  | { kind: "query"; change: (query: URLSearchParams) => void }
  /** What the hub answered in lines (NDJSON), each changed. */
  | { kind: "lines"; change: (line: Record<string, unknown>) => unknown }
  /** Each line of a batch refused with this code. */
  | { kind: "refusedLines"; code: string }
  /** What the hub answered (JSON), changed. */
  | { kind: "rewrite"; change: (body: Record<string, unknown>, request: RecordedRequest) => unknown };

export interface Rule {
  matches: (request: RecordedRequest) => boolean;
  fault: Fault;
  /** How often at most; for ever when absent. */
  times?: number;
}

/** A rule in force. */
export interface ActiveRule {
  readonly met: number;
  remove(): void;
}

/** A problem document as the hub writes them (RFC 9457). */
export function problem(
  status: number,
  code: string,
  {
    retryAfter,
    retryable = false,
    headers = {},
  }: { retryAfter?: number; retryable?: boolean; headers?: Record<string, string> } = {},
): Fault {
  return {
    kind: "answer",
    status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
      ...headers,
    },
    body: problemBody(status, code, retryable),
  };
}

function problemBody(status: number, code: string, retryable: boolean): Record<string, unknown> {
  const title = `The conformance kit answers ${code}.`;
  return {
    ...{ type: "about:blank", title, status, detail: title, code, retryable },
    instance: "urn:arrimage:request:req_conformance",
    requestId: "req_conformance",
    violations: [{ rule: "CONTRACT", code, pointer: "", detail: title }],
  };
}

/** A batch's answer in which every line is refused. */
export function refusedLines(body: string, code: string): string {
  const lines = body.split("\n").filter((line) => line.trim() !== "");
  const refused = lines.map((line, index) => {
    const [, externalId = null] = /"externalId"\s*:\s*"([^"]*)"/.exec(line) ?? [];
    const result = { index, externalId, outcome: "refused", warnings: [], problem: problemBody(409, code, false) };
    return `${JSON.stringify(result)}\n`;
  });
  return refused.join("");
}

export const tooManyRequests = (retryAfter: number): Fault =>
  problem(429, "TOO_MANY_REQUESTS", { retryAfter, retryable: true });

export const unavailable = (retryAfter?: number): Fault =>
  problem(503, "UNAVAILABLE", { retryable: true, ...(retryAfter === undefined ? {} : { retryAfter }) });

export const invalidToken = (): Fault =>
  problem(401, "INVALID_TOKEN", { headers: { "www-authenticate": 'Bearer error="invalid_token"' } });

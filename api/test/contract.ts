import { isDeepStrictEqual } from "node:util";
import type { z } from "@hono/zod-openapi";
import { oauthErrorSchema } from "../src/http/oauth-error.ts";
import { problemsOf } from "../src/http/operation.ts";
import type { Operation } from "../src/http/operation.ts";
import { problemSchema } from "../src/http/schema.ts";

/**
 * Holds an answer against what its operation declares: status, headers, problem codes, and a body without a field too
 * few or too many. The harness does this with every answer of every test, so that the document cannot drift from the code.
 */
export function checkAnswer(
  operations: readonly Operation[],
  method: string,
  path: string,
  answer: { status: number; body: unknown; headers: Headers },
): void {
  const declared = operationAt(operations, method, path);
  if (declared === undefined) return;
  checkHeaders(declared.operationId, answer.headers);
  if (answer.status === declared.status) {
    if (declared.result === undefined) return;
    for (const body of declared.ndjson || declared.streamed ? listOf(answer.body) : [answer.body])
      checkBody(declared.operationId, declared.result, body);
    return;
  }
  if (declared.oauth) {
    checkBody(`${declared.operationId}: failure`, oauthErrorSchema, answer.body);
    return;
  }
  checkBody(`${declared.operationId}: problem`, problemSchema, answer.body);
  const { code } = problemSchema.parse(answer.body);
  if (!problemsOf(declared).includes(code))
    throw new Error(`${declared.operationId} answered ${code}, which it does not declare`);
}

/** The operation of a request, by its path's form. */
export function operationAt(operations: readonly Operation[], method: string, path: string): Operation | undefined {
  const asked = path.split("?")[0]?.split("/") ?? [];
  const matching = operations.filter((declared) => {
    const steps = declared.path.split("/");
    const same = (step: string, index: number) => step.startsWith("{") || step === asked[index];
    return declared.method === method.toLowerCase() && steps.length === asked.length && steps.every(same);
  });
  // A path without parameters is more exact than one with: /v1/slots/batch before /v1/slots/{slotId}.
  return matching.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
}

/** What every answer of every operation carries. */
const everyHeader: readonly [name: string, form: RegExp][] = [
  ["x-request-id", /^[\w.:-]{1,64}$/],
  ["ratelimit", /^"default";r=\d+;t=\d+$/],
  ["ratelimit-policy", /^"default";q=\d+;w=60$/],
  ["cache-control", /^no-store$/],
  ["x-content-type-options", /^nosniff$/],
];

function checkHeaders(what: string, headers: Headers): void {
  for (const [name, form] of everyHeader) {
    const value = headers.get(name);
    if (value === null || !form.test(value)) throw new Error(`${what} answers ${name}: ${String(value)}`);
  }
}

function checkBody(what: string, schema: z.ZodType, body: unknown): void {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const where = parsed.error.issues
      .map(({ path, message }) => `/${path.map(String).join("/")} ${message}`)
      .join("; ");
    throw new Error(`${what} does not answer as documented: ${where}`);
  }
  if (!isDeepStrictEqual(parsed.data, body))
    throw new Error(`${what} answers fields that are not documented: ${difference(body, parsed.data).join(", ")}`);
}

/** Names of the fields of `a` that `b` lacks or holds otherwise. */
function difference(a: unknown, b: unknown, path = ""): string[] {
  if (isDeepStrictEqual(a, b)) return [];
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return [path];
  const other = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a).flatMap(([name, value]) => difference(value, other.get(name), `${path}/${name}`));
}

function listOf(body: unknown): unknown[] {
  return Array.isArray(body) ? body : [];
}
